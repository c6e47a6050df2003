"""PostgreSQL set up wrong, and what the doctor says to it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.core.findings import Level
from gateway.registry.migrate import revisions, upgrade
from tests.cli.checkup.conftest import Doctor, says
from tests.ports import free_port
from tests.worker.processes import until


class Server:
    """Databases and roles of one test; `url(...)` leads to them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._undo: list[str] = []

    def run(self, statement: str, undo: str = "") -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement.encode())
        if undo:
            self._undo.append(undo)

    def database(self, name: str, more: str = "") -> str:
        self.run(f"CREATE DATABASE {name} {more}", f"DROP DATABASE {name} WITH (FORCE)")
        return self.url(database=name)

    def url(self, **parts: Any) -> str:
        return make_url(self._url).set(**parts).render_as_string(hide_password=False)

    def clean(self) -> None:
        for statement in reversed(self._undo):
            self.run(statement)


@pytest.fixture
def server(sql_doctor: Doctor) -> Iterator[Server]:
    server = Server(sql_doctor.url)
    yield server
    server.clean()


def test_all_is_well(sql_doctor: Doctor):
    for check in ("database", "migrations", "writable", "collation", "pooler"):
        assert sql_doctor(check) == (), check


def test_an_encoding_that_keeps_no_lao(server: Server, doctor: Doctor):
    options = "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    url = server.database("doctor_ascii", options)
    found = doctor("database", database_url=url)
    says(found, Level.FAULT, "The database's encoding is SQL_ASCII")


def test_a_database_that_nobody_made(server: Server, doctor: Doctor):
    found = doctor("database", database_url=server.url(database="doctor_typo"))
    says(found, Level.FAULT, "PostgreSQL answers and refuses:")
    assert "doctor_typo" in found[0].wrong


def test_a_wrong_password(server: Server, doctor: Doctor):
    server.run("CREATE ROLE doctor_guarded LOGIN PASSWORD 'right'", "DROP ROLE doctor_guarded")
    rules = Path(parse_qs(urlsplit(server.url()).query)["host"][0], "pg_hba.conf")
    before = rules.read_text()
    rules.write_text(f"local all doctor_guarded scram-sha-256\n{before}")
    server.run("SELECT pg_reload_conf()")
    try:
        for url in (server.url(username="doctor_guarded", password=pw) for pw in ("typo", "")):
            found = until(partial(doctor, "database", database_url=url))
            says(found, Level.FAULT, "PostgreSQL does not take the password of DATABASE_URL")
            assert "typo" not in found[0].wrong + found[0].do
    finally:
        rules.write_text(before)
        server.run("SELECT pg_reload_conf()")


def test_a_port_at_which_nobody_answers(doctor: Doctor):
    url = f"postgresql://gateway:hidden@127.0.0.1:{free_port()}/gateway"
    found = doctor("database", database_url=url)
    says(found, Level.FAULT, "The database does not answer:")
    assert "hidden" not in found[0].wrong + found[0].do


def test_sqlite_in_production(doctor: Doctor, sqlite_url: str):
    found = doctor("database", database_url=sqlite_url)
    says(found, Level.WARNING, "DATABASE_URL is SQLite")


def test_a_file_that_is_not_there_is_not_made(doctor: Doctor, tmp_path):
    found = doctor("database", database_url=f"sqlite:///{tmp_path}/typo.sqlite")
    says(found, Level.FAULT, "The file")
    assert list(tmp_path.iterdir()) == []


def test_no_tables(server: Server, doctor: Doctor):
    url = server.database("doctor_empty")
    says(doctor("migrations", database_url=url), Level.FAULT, "The database has no tables")


def test_a_migration_that_was_forgotten(doctor: Doctor, tmp_path):
    url = f"sqlite:///{tmp_path}/old.sqlite"
    upgrade(url, revisions()[-3])
    found = doctor("migrations", database_url=url)
    says(found, Level.FAULT, "2 migrations of this release are missing")


def test_a_release_older_than_the_database(server: Server, sql_doctor: Doctor):
    back = f"UPDATE alembic_version SET version_num = '{revisions()[-1]}'"  # noqa: S608 - ours
    server.run("UPDATE alembic_version SET version_num = '9999'", back)
    found = sql_doctor("migrations")
    says(found, Level.WARNING, "The database is at revision 9999")


def test_a_role_that_may_only_read(server: Server, sql_doctor: Doctor):
    server.run("CREATE ROLE doctor_reader LOGIN", "DROP ROLE doctor_reader")
    server.run("ALTER ROLE doctor_reader SET default_transaction_read_only = on")
    found = sql_doctor("writable", database_url=server.url(username="doctor_reader"))
    says(found, Level.FAULT, "The database is read-only for the service's role")


def test_tables_that_belong_to_another_role(server: Server, sql_doctor: Doctor):
    server.run("CREATE ROLE doctor_other LOGIN", "DROP ROLE doctor_other")
    found = sql_doctor("writable", database_url=server.url(username="doctor_other"))
    says(found, Level.FAULT, "The service's role may not write to the tables")


def test_a_role_without_limits(sql_doctor: Doctor):
    found = sql_doctor("limits")
    says(found, Level.WARNING, "The role has no limit for")
    assert "statement_timeout, lock_timeout, idle_in_transaction" in found[0].wrong


def test_limits_as_they_are_shipped(server: Server, sql_doctor: Doctor):
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        server.run(f"ALTER ROLE postgres SET {name} = '20s'", f"ALTER ROLE postgres RESET {name}")
    assert sql_doctor("limits") == ()


def test_a_role_that_may_do_everything(sql_doctor: Doctor):
    says(sql_doctor("role"), Level.WARNING, "The service's role is a superuser")
