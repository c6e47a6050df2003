"""Files from upload to import, on both databases."""

from datetime import UTC, datetime
from io import BytesIO
from pkgutil import resolve_name
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from gateway.core.keys import peppers_of
from gateway.messaging.wakeups import DISPATCH, EXPAND_BROADCAST, RUN_IMPORT
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries
from gateway.staff.accounts import add_staff, by_email
from gateway.uploads import store
from gateway.uploads.running import Runner
from gateway.uploads.tables import import_lines, import_pieces, imports
from tests.registry.files import beneficiary, write_csv

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def runner(database: Database) -> Runner:
    return Runner(
        database=database,
        peppers=peppers_of("a secret"),
        zone=ZoneInfo("Asia/Vientiane"),
        clock=lambda: NOW,
    )


def bring(database: Database, content: bytes) -> UUID:
    with database.writing() as connection:
        add_staff(connection, email="a@example.la", password_hash="x", role="operator", now=NOW)
        staff = by_email(connection, "a@example.la")
        assert staff is not None
        upload = store.Upload(
            kind="beneficiaries",
            file_name="file.csv",
            district_id=None,
            staff_id=staff.id,
            who=staff.email,
        )
        return store.keep(connection, upload, BytesIO(content), now=NOW)


def count(database: Database, table) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def row(database: Database):
    with database.reading() as connection:
        return connection.execute(select(imports)).one()


def test_a_file_of_many_pieces_is_checked_and_imported(runner: Runner, tmp_path):
    people = [beneficiary(f"{number:08d}", name="ນາງ " * 30) for number in range(2500)]
    content = write_csv(tmp_path / "file.csv", people).read_bytes()
    import_id = bring(runner.database, content)
    assert count(runner.database, import_pieces) == -(-len(content) // store.A_PIECE) > 1
    assert row(runner.database).rows_expected == 2500

    runner.run(import_id)
    checked = row(runner.database)
    with runner.database.writing() as connection:
        assert store.confirm(connection, import_id, now=NOW)
        assert not store.confirm(connection, import_id, now=NOW)
    runner.run(import_id)

    assert (checked.state, checked.new) == ("ready", 2500)
    assert (row(runner.database).state, row(runner.database).new) == ("done", 2500)
    assert count(runner.database, beneficiaries) == 2500
    assert count(runner.database, import_pieces) == 0


def test_thousands_of_faults_are_all_kept(runner: Runner, tmp_path):
    people = [beneficiary(f"{number:08d}", status="?") for number in range(2500)]
    import_id = bring(runner.database, write_csv(tmp_path / "file.csv", people).read_bytes())

    runner.run(import_id)

    assert (row(runner.database).state, row(runner.database).faults) == ("faulty", 2500)
    assert count(runner.database, import_lines) == 2500
    with runner.database.reading() as connection:
        assert store.faulty_rows(connection, import_id) == 2500


@pytest.mark.parametrize("name", [DISPATCH, EXPAND_BROADCAST, RUN_IMPORT])
def test_a_job_that_is_enqueued_by_name_exists(name: str):
    assert callable(resolve_name(name))
