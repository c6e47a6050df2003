"""Wrong passwords: who guesses is bounded, and whose account it is stays in."""

import threading
from datetime import timedelta

import pytest

from gateway.registry.database import Database
from gateway.staff.accounts import StaffUser, authenticate
from gateway.staff.sessions import open_session
from gateway.staff.tries import (
    LOCKED_FOR,
    MOST_FAILURES,
    STRANGERS_FAILURES,
    STRANGERS_LOCKED_FOR,
    Origin,
    count_tries,
    forget_tries,
)
from tests.staff.people import EMAIL, NOW, PASSWORD, add_somebody

HOME = Origin("192.0.2.7")


@pytest.fixture
def somebody(database: Database) -> StaffUser:
    return add_somebody(database)


def _stranger(number: int) -> Origin:
    return Origin(f"198.51.100.{number}")


def _device(somebody: StaffUser, name: str = "hers") -> Origin:
    return Origin("203.0.113.9", name, frozenset({somebody.id}))


def _signs_in(database: Database, origin: Origin, now=NOW) -> bool:
    return authenticate(database, EMAIL, PASSWORD, origin=origin, now=now) is not None


def _guess(database: Database, origin: Origin, times: int, now=NOW) -> None:
    for _ in range(times):
        assert authenticate(database, EMAIL, "wrong", origin=origin, now=now) is None


def _was_here(database: Database, somebody: StaffUser, address: str, at=NOW) -> None:
    with database.writing() as connection:
        open_session(connection, somebody, now=at, address=address, agent="")


@pytest.mark.usefixtures("somebody")
def test_five_wrong_ones_lock_the_place_they_came_from(database: Database):
    _guess(database, _stranger(1), MOST_FAILURES)

    assert not _signs_in(database, _stranger(1))
    assert _signs_in(database, _stranger(2)), "and no other"
    assert _signs_in(database, _stranger(1), NOW + LOCKED_FOR), "for a quarter of an hour"


@pytest.mark.usefixtures("somebody")
def test_strangers_from_many_places_have_twenty_an_hour_together(database: Database):
    for number in range(STRANGERS_FAILURES // 4):
        _guess(database, _stranger(number), 4)

    assert not _signs_in(database, _stranger(99))
    just_before = NOW + STRANGERS_LOCKED_FOR - timedelta(seconds=1)
    assert not _signs_in(database, _stranger(99), just_before)
    assert _signs_in(database, _stranger(99), NOW + STRANGERS_LOCKED_FOR)


def test_what_strangers_get_wrong_locks_no_device_of_hers(database: Database, somebody: StaffUser):
    for number in range(STRANGERS_FAILURES):
        _guess(database, _stranger(number), MOST_FAILURES)

    assert _signs_in(database, _device(somebody))


def test_nor_a_line_that_she_has_signed_in_from(database: Database, somebody: StaffUser):
    _was_here(database, somebody, "192.0.2.7")
    _was_here(database, somebody, "2001:db8:1:2::5")
    for number in range(STRANGERS_FAILURES):
        _guess(database, _stranger(number), MOST_FAILURES)

    assert _signs_in(database, HOME)
    assert _signs_in(database, Origin("2001:db8:1:2::/64")), "any address of her line"
    assert not _signs_in(database, Origin("2001:db8:1:3::/64"))


def test_a_line_of_long_ago_is_a_strangers(database: Database, somebody: StaffUser):
    _was_here(database, somebody, "192.0.2.7", NOW - timedelta(days=91))
    for number in range(STRANGERS_FAILURES):
        _guess(database, _stranger(number), 1)

    assert not _signs_in(database, HOME)


def test_a_device_of_hers_that_was_stolen_has_five_tries_as_well(
    database: Database, somebody: StaffUser
):
    _guess(database, _device(somebody), MOST_FAILURES)

    assert not _signs_in(database, _device(somebody))
    assert _signs_in(database, _device(somebody, "another"))


def test_somebody_elses_device_is_a_strangers(database: Database, somebody: StaffUser):
    other = add_somebody(database, email="other@example.la")
    for number in range(STRANGERS_FAILURES):
        _guess(database, _stranger(number), 1)

    assert not _signs_in(database, Origin("192.0.2.7", "theirs", frozenset({other.id})))
    assert _signs_in(database, Origin("192.0.2.7", "theirs", frozenset({other.id, somebody.id})))


def test_unlocked_is_unlocked_everywhere(database: Database, somebody: StaffUser):
    _guess(database, _device(somebody), MOST_FAILURES)
    for number in range(3):
        _guess(database, _stranger(number), MOST_FAILURES)
    with database.writing() as connection:
        assert count_tries(connection, somebody.id, NOW) == 4 * MOST_FAILURES

        assert forget_tries(connection, somebody.id) == 4 * MOST_FAILURES

    assert _signs_in(database, _device(somebody))
    assert _signs_in(database, _stranger(0))


def test_guesses_sent_side_by_side_are_five_and_no_more(database: Database, somebody: StaffUser):
    """Each try is counted before its password is looked at: none slips through beside others."""
    together = threading.Barrier(8)

    def guess(number: int) -> None:
        together.wait(timeout=30)
        authenticate(database, EMAIL, f"wrong {number}", origin=_stranger(1), now=NOW)

    threads = [threading.Thread(target=guess, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    with database.reading() as connection:
        assert count_tries(connection, somebody.id, NOW) == MOST_FAILURES
    assert not _signs_in(database, _stranger(1))
