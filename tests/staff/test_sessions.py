"""Sessions that are kept here, and end here."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gateway.registry.database import Database
from gateway.staff.accounts import StaffUser, change_account, set_locale, set_password
from gateway.staff.sessions import (
    IDLE,
    LONGEST,
    end_sessions,
    note_use,
    open_session,
    sessions_of,
    standing_of,
    whose_session,
)
from tests.staff.people import HASH, NOW, add_somebody

A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def somebody(database: Database) -> StaffUser:
    return add_somebody(database)


def _open(database: Database, staff: StaffUser, at=NOW) -> UUID:
    with database.writing() as connection:
        return open_session(connection, staff, now=at, address="192.0.2.7", agent="Firefox, Linux")


def _is_open(database: Database, session_id: UUID, at=NOW) -> bool:
    with database.reading() as connection:
        return whose_session(connection, session_id, at) is not None


def test_a_session_is_somebodys(database: Database, somebody: StaffUser):
    session_id = _open(database, somebody)

    with database.reading() as connection:
        found = whose_session(connection, session_id, NOW)
        assert found == replace(somebody, last_sign_in_at=NOW)
        assert whose_session(connection, uuid4(), NOW) is None


def test_a_session_ends_when_it_is_not_used_for_a_working_day(
    database: Database, somebody: StaffUser
):
    session_id = _open(database, somebody)

    assert _is_open(database, session_id, NOW + IDLE - A_MOMENT)
    assert not _is_open(database, session_id, NOW + IDLE)


def test_a_session_that_is_used_all_the_time_ends_after_twelve_hours(
    database: Database, somebody: StaffUser
):
    session_id = _open(database, somebody)
    with database.writing() as connection:
        note_use(connection, session_id, NOW + LONGEST - A_MOMENT)

    assert _is_open(database, session_id, NOW + LONGEST - A_MOMENT)
    assert not _is_open(database, session_id, NOW + LONGEST)


def test_its_use_is_noted_once_a_minute(database: Database, somebody: StaffUser):
    session_id = _open(database, somebody)

    with database.reading() as connection:
        assert not standing_of(connection, session_id, NOW + timedelta(seconds=59)).stale
        assert standing_of(connection, session_id, NOW + timedelta(seconds=60)).stale


@pytest.mark.parametrize(
    ("label", "change", "ends"),
    [
        ("a new password", lambda c, one: set_password(c, one.id, HASH, NOW), True),
        ("another role", lambda c, one: change_account(c, one.id, {"role": "admin"}, NOW), True),
        ("taken away", lambda c, one: change_account(c, one.id, {"active": False}, NOW), True),
        ("another language", lambda c, one: set_locale(c, one.id, "en"), False),
    ],
)
def test_what_ends_every_session(database: Database, somebody: StaffUser, label, change, ends):
    session_id = _open(database, somebody)
    with database.writing() as connection:
        change(connection, somebody)

    assert _is_open(database, session_id) is not ends, label


def test_one_is_ended_or_all_others_and_only_ones_own(database: Database, somebody: StaffUser):
    other = add_somebody(database, email="other@example.la")
    theirs = _open(database, other)
    first, second, third = (
        _open(database, somebody, NOW - timedelta(minutes=age)) for age in range(3)
    )
    with database.writing() as connection:
        assert end_sessions(connection, somebody.id, NOW, only=theirs) == 0
        assert end_sessions(connection, somebody.id, NOW, only=second) == 1
        assert end_sessions(connection, somebody.id, NOW, only=second) == 0
        left = [row.id for row in sessions_of(connection, somebody.id, NOW)]
        assert end_sessions(connection, somebody.id, NOW, but=third) == 1

    assert left == [first, third], "the newest first"
    assert [_is_open(database, one) for one in (first, second, third, theirs)] == [
        False, False, True, True,
    ]  # fmt: skip


def test_what_is_long_over_is_forgotten_at_the_next_one(database: Database, somebody: StaffUser):
    old = _open(database, somebody, NOW - timedelta(days=90))
    recent = _open(database, somebody, NOW - timedelta(days=89))
    _open(database, somebody)

    with database.reading() as connection:
        left = connection.exec_driver_sql("select count(*) from staff_sessions").scalar_one()
    assert left == 2
    assert old != recent
