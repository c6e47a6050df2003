"""Files from upload to import, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pkgutil import resolve_name
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from gateway.core.keys import peppers_of
from gateway.messaging.wakeups import DISPATCH, EXPAND_BROADCAST, RUN_IMPORT
from gateway.registry.database import Database
from gateway.registry.imports.checked_rows import CHECK_AGAIN
from gateway.registry.pins import matches
from gateway.registry.tables import beneficiaries
from gateway.staff.accounts import add_staff, by_email
from gateway.uploads import store
from gateway.uploads.found import faulty_rows
from gateway.uploads.running import TOOK_TOO_LONG, Runner
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
        import_id = store.keep(connection, upload, BytesIO(content), now=NOW)
        # Its places are new, and somebody has said so.
        connection.execute(update(imports).values(decisions={"every_new": True}))
    return import_id


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
        assert faulty_rows(connection, import_id) == 2500


@pytest.mark.parametrize("name", [DISPATCH, EXPAND_BROADCAST, RUN_IMPORT])
def test_a_job_that_is_enqueued_by_name_exists(name: str):
    assert callable(resolve_name(name))


def state(database: Database) -> str:
    return str(row(database).state)


def content_of(database: Database) -> bytes:
    with database.reading() as connection:
        pieces = select(import_pieces.c.content).order_by(*import_pieces.primary_key)
        return b"".join(connection.execute(pieces).scalars())


@pytest.fixture
def right(tmp_path) -> bytes:
    """A file with PINs that nothing else in it looks like."""
    people = [beneficiary(f"2655{number:04d}", pin="9173") for number in range(3)]
    return write_csv(tmp_path / "file.csv", people).read_bytes()


def confirmed(runner: Runner, content: bytes) -> UUID:
    import_id = bring(runner.database, content)
    runner.run(import_id)
    with runner.database.writing() as connection:
        assert store.confirm(connection, import_id, now=NOW)
    return import_id


def test_no_pin_stays_readable_once_a_file_is_checked(runner: Runner, right: bytes):
    import_id = bring(runner.database, right)
    assert b"9173" in content_of(runner.database)

    runner.run(import_id)

    assert state(runner.database) == "ready"
    kept = content_of(runner.database)
    assert b"26550001" in kept
    assert b"9173" not in kept


def test_the_pin_of_a_checked_file_opens_what_it_should(runner: Runner, right: bytes):
    runner.run(confirmed(runner, right))

    with runner.database.reading() as connection:
        person = connection.execute(select(beneficiaries).limit(1)).one()
    assert state(runner.database) == "done"
    assert matches("9173", person.pin_salt, person.pin_hash, runner.peppers)
    assert not matches("9174", person.pin_salt, person.pin_hash, runner.peppers)


@pytest.mark.parametrize(
    "content", [b"registration_no,visit\n", b'[["line","shoe"],["line"]]\n[1,2]\n', b""]
)
def test_rows_of_another_version_are_to_be_uploaded_again(
    runner: Runner, right: bytes, content: bytes
):
    import_id = confirmed(runner, right)
    with runner.database.writing() as connection:
        store.replace(connection, import_id, BytesIO(content))

    runner.run(import_id)

    with runner.database.reading() as connection:
        [line] = connection.execute(select(import_lines)).all()
    assert (state(runner.database), line.reason) == ("faulty", CHECK_AGAIN)
    assert count(runner.database, beneficiaries) == 0


class MeddlingClock:
    """A clock of a worker, beside which somebody presses a button once it is asked so often."""

    def __init__(self, database: Database, looks: int) -> None:
        self._database = database
        self._looks = looks

    def __call__(self) -> datetime:
        self._looks -= 1
        if self._looks == 0:
            with self._database.writing() as connection:
                import_id = connection.execute(select(imports.c.id)).scalar_one()
                assert store.cancel(connection, import_id, now=NOW)
        return NOW


def meddled(runner: Runner, looks: int) -> Runner:
    return replace(runner, clock=MeddlingClock(runner.database, looks))


def test_a_file_is_cancelled_while_it_is_checked(runner: Runner, right: bytes):
    import_id = bring(runner.database, right)

    meddled(runner, 3).run(import_id)

    assert state(runner.database) == "cancelled"
    assert (count(runner.database, import_pieces), count(runner.database, import_lines)) == (0, 0)


def test_a_file_is_cancelled_while_it_is_imported_and_nothing_of_it_is_there(
    runner: Runner, right: bytes
):
    import_id = confirmed(runner, right)

    meddled(runner, 3).run(import_id)

    assert state(runner.database) == "cancelled"
    assert count(runner.database, beneficiaries) == 0


def test_it_is_too_late_once_it_is_imported(runner: Runner, right: bytes):
    import_id = confirmed(runner, right)
    runner.run(import_id)

    with runner.database.writing() as connection:
        assert not store.cancel(connection, import_id, now=NOW)
    assert count(runner.database, beneficiaries) == 3


def test_a_file_that_takes_too_long_is_given_up_with_a_sentence(runner: Runner, right: bytes):
    import_id = bring(runner.database, right)

    replace(runner, most_seconds=0.0).run(import_id)

    with runner.database.reading() as connection:
        [line] = connection.execute(select(import_lines)).all()
    assert (state(runner.database), line.reason) == ("faulty", TOOK_TOO_LONG)
    assert count(runner.database, import_pieces) == 0


def test_a_file_that_workers_die_of_is_given_up(runner: Runner, right: bytes):
    import_id = bring(runner.database, right)
    now = NOW
    for _ in range(store.MOST_ATTEMPTS):
        with runner.database.writing() as connection:
            assert store.claim(connection, import_id, now=now)
        now += store.FIRST_LEASE + timedelta(seconds=1)

    replace(runner, clock=lambda: now).run(import_id)

    assert state(runner.database) == "failed"
    assert count(runner.database, import_pieces) == 0


def test_a_file_that_no_worker_looks_at_does_not_stay(runner: Runner, right: bytes):
    bring(runner.database, right)
    with runner.database.writing() as connection:
        store.forget_old(connection, now=NOW + store.UNCHECKED_FOR)
    assert count(runner.database, import_pieces) == 1

    with runner.database.writing() as connection:
        store.forget_old(connection, now=NOW + store.UNCHECKED_FOR + timedelta(seconds=1))

    assert state(runner.database) == "failed"
    assert count(runner.database, import_pieces) == 0


def test_what_a_check_found_goes_after_three_months(runner: Runner, tmp_path):
    faulty = write_csv(tmp_path / "file.csv", [beneficiary(status="?")]).read_bytes()
    runner.run(bring(runner.database, faulty))

    with runner.database.writing() as connection:
        store.forget_old(connection, now=NOW + store.LINES_KEPT_FOR + timedelta(seconds=1))

    assert (count(runner.database, import_lines), count(runner.database, imports)) == (0, 1)


def test_a_nul_is_a_fault_and_no_reason_to_try_again(runner: Runner, right: bytes):
    runner.run(bring(runner.database, right.replace(b"village", b"vil\0lage", 1)))

    assert (state(runner.database), row(runner.database).attempts) == ("faulty", 1)
