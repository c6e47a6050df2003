"""Brings a database to the newest schema. Configured here: there is no ini file."""

from contextlib import suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, select

from gateway.registry.database import Database

_SCRIPTS = Path(__file__).with_name("migrations")
_MIGRATING = 5550001  # any number that nothing else locks by


def upgrade(database_url: str, revision: str = "head") -> None:
    """Applies what is missing up to `revision` in one transaction; two at once take turns."""
    database = Database(database_url)
    if database.engine.dialect.name == "sqlite" and database.engine.url.database:
        with suppress(OSError):  # SQLite says it better
            Path(database.engine.url.database).parent.mkdir(exist_ok=True)
    try:
        with database.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            command.upgrade(configuration(connection), revision)
    finally:
        database.dispose()


def configuration(connection: Connection) -> Config:
    """An Alembic configuration that works on `connection`, for any of Alembic's commands."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config
