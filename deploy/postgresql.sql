-- Limits of the gateway's role: psql -f deploy/postgresql.sql as an administrator of PostgreSQL.
-- They hold for whatever asks by this role, through a pooler too, and are what is left when a
-- client hangs or dies without a word: the web's deadlines (5 and 15 s) are the client's own, and
-- shorter. Planning, imports, figures, purge, downloads and migrations raise them for their own
-- transaction; pg_dump does so for its session.
ALTER ROLE gateway SET statement_timeout = '20s';
ALTER ROLE gateway SET lock_timeout = '20s';
ALTER ROLE gateway SET idle_in_transaction_session_timeout = '60s';
-- A query whose client has gone is not finished for nobody.
ALTER ROLE gateway SET client_connection_check_interval = '10s';
