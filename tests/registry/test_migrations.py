"""The migrations and the tables say the same."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

import gateway.figures.tables
import gateway.messaging.tables
import gateway.staff.tables
import gateway.uploads.tables  # noqa: F401 - they join the metadata
from gateway.registry.database import Database
from gateway.registry.migrate import configuration, upgrade
from gateway.registry.tables import metadata


def test_a_migrated_database_is_what_the_tables_say(database: Database):
    with database.reading() as connection:
        # Over an expression, on PostgreSQL alone: nothing that metadata could say of both.
        opts = {
            "compare_type": True,
            "include_name": lambda name, *_: name != "ix_beneficiaries_name_words",
        }
        context = MigrationContext.configure(connection, opts=opts)

        assert compare_metadata(context, metadata) == []


def test_every_table_is_named_as_in_the_metadata(database: Database):
    names = set(inspect(database.engine).get_table_names())

    assert names == {*metadata.tables, "alembic_version"}


def test_upgrading_a_database_that_is_new_enough_changes_nothing(database_url: str):
    upgrade(database_url)


def test_a_failed_upgrade_leaves_nothing_behind(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/half.sqlite"
    database = Database(url)
    with database.writing() as connection:
        connection.exec_driver_sql("create table visits (id integer)")

    with pytest.raises(OperationalError, match="visits"):
        upgrade(url)

    assert inspect(database.engine).get_table_names() == ["visits"]
    database.dispose()


def test_the_revisions_are_one_line_from_first_to_last(database: Database):
    with database.reading() as connection:
        scripts = ScriptDirectory.from_config(configuration(connection))

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_two_processes_that_migrate_at_once_take_turns(postgresql_server: str):
    url = new_database(postgresql_server, "at_once")
    together = threading.Barrier(2)
    failures: list[Exception] = []

    def run() -> None:
        together.wait(timeout=30)
        try:
            upgrade(url)
        except SQLAlchemyError as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []


def new_database(server: str, name: str) -> str:
    """The URL of an empty database of that name."""
    engine = Database(server).engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine.dispose()
    return str(make_url(server).set(database=name))
