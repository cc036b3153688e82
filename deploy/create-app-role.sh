#!/bin/sh
# Runs once, when the database is made: the role that the app signs in as, which owns nothing.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$APP_PASSWORD" <<'SQL'
CREATE ROLE iportal_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
SQL
