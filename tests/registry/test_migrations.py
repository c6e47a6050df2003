"""The migrations and the tables say the same."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, Table, insert, inspect, make_url, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

import gateway.figures.tables
import gateway.messaging.tables
import gateway.paydays.tables
import gateway.staff.factor_tables
import gateway.staff.tables
import gateway.text_cards.tables
import gateway.uploads.tables
import gateway.webhooks.tables
import gateway.wordings.tables  # noqa: F401 - they join the metadata
from gateway.messaging.tables import broadcasts
from gateway.registry.database import Database
from gateway.registry.migrate import LockedError, configuration, upgrade
from gateway.registry.tables import metadata, ussd_sessions
from gateway.staff.audit import Actor, record


def test_a_migrated_database_is_what_the_tables_say(database: Database):
    with database.reading() as connection:
        # Over expressions, on PostgreSQL alone: nothing that metadata could say of both.
        over = {"ix_beneficiaries_name_parts", "ix_beneficiaries_phone_end"}
        opts = {
            "compare_type": True,
            "include_name": lambda name, *_: name not in over,
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
        thread.join(timeout=60)

    assert not any(thread.is_alive() for thread in threads)
    assert failures == []


def new_database(server: str, name: str) -> str:
    """The URL of an empty database of that name."""
    engine = Database(server).engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine.dispose()
    return str(make_url(server).set(database=name))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_ends_of_another_age_are_dated_anew(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
):
    url = f"sqlite:///{tmp_path}/ends.sqlite"
    if kind == "postgresql":
        url = new_database(request.getfixturevalue("postgresql_server"), "ends")
    upgrade(url, "0005")
    database = Database(url)
    usual = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    with database.writing() as connection:
        for session_id, at in (("usual", usual), ("odd", datetime(9999, 12, 31, 23, tzinfo=UTC))):
            row = {
                "provider": "p", "session_id": session_id, "msisdn": "+8562055500001",
                "service_code": "*123#", "network_code": "45703", "status": "success",
                "trail": [], "hops": 1, "duration_ms": 1, "ended_at": at,
            }  # fmt: skip
            connection.execute(insert(ussd_sessions).values(row))

    upgrade(url)

    with database.reading() as connection:
        ended = dict(
            connection.execute(select(ussd_sessions.c.session_id, ussd_sessions.c.ended_at)).all()
        )
    database.dispose()
    assert ended["usual"] == usual
    assert ended["odd"] < datetime.now(UTC) + timedelta(minutes=1)


def test_a_migration_does_not_queue_behind_a_lock_and_changes_nothing(postgresql_server: str):
    url = new_database(postgresql_server, "behind_a_lock")
    upgrade(url, "0001")
    database = Database(url)
    with database.writing() as connection:
        connection.exec_driver_sql("lock table beneficiaries")  # and gone for lunch
        with pytest.raises(LockedError):
            upgrade(url, lock_seconds=0.05, tries=2, pause_seconds=0)
        assert "messages" not in inspect(connection).get_table_names()

    upgrade(url)

    with database.reading() as connection:
        assert "messages" in inspect(connection).get_table_names()
    database.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everybody_who_wrote_in_a_broadcast_is_known_afterwards(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
):
    url = f"sqlite:///{tmp_path}/authors.sqlite"
    if kind == "postgresql":
        url = new_database(request.getfixturevalue("postgresql_server"), "authors")
    upgrade(url, "0008")
    database = Database(url)
    one, now = uuid4(), datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    with database.writing() as connection:
        kept = [c for c in broadcasts.c if c.name not in {"authors", "revision"}]
        row = {
            "id": one, "name": "Flood", "texts": {"lo": "x"}, "audience": {}, "state": "draft",
            "created_by": "last@x.la", "created_at": now, "updated_at": now,
        }  # fmt: skip
        before = Table("broadcasts", MetaData(), *(Column(c.name, c.type) for c in kept))
        connection.execute(insert(before).values(row))
        for who, action in (("first@x.la", "broadcast.write"), ("last@x.la", "broadcast.pause")):
            record(connection, Actor(who), action, now=now, kind="broadcast", object_id=one)

    upgrade(url)

    with database.reading() as connection:
        authors = connection.execute(select(broadcasts.c.authors)).scalar_one()
    database.dispose()
    assert authors == [{"name": "last@x.la", "id": None}, {"name": "first@x.la", "id": None}]
