# Run once by PostgreSQL's image, on an empty folder: the gateway is no superuser.
psql --quiet --set ON_ERROR_STOP=1 --username postgres \
    --set password="$(cat /run/secrets/gateway_password)" <<'SQL'
CREATE ROLE gateway LOGIN PASSWORD :'password';
CREATE DATABASE gateway OWNER gateway ENCODING 'UTF8' TEMPLATE template0;
SQL
