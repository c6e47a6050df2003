"""Second factors in SQL: each proof is good once, however many try it at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from passlib.totp import TOTP

from gateway.registry.database import Database
from gateway.staff.accounts import StaffUser
from gateway.staff.factors.authenticator import Authenticators, tag_of
from gateway.staff.factors.checking import Checks
from gateway.staff.factors.recovery import codes_left
from gateway.staff.factors.store import (
    MOST,
    NeededByRole,
    NewFactor,
    TooMany,
    add_factor,
    count_apps,
    counts_by_role,
    factors_of,
    owes_factor,
    remove_factor,
    require_of,
)
from gateway.staff.sessions import open_session, standing_of
from gateway.staff.tries import MOST_FAILURES, Origin
from tests.staff.people import NOW, add_somebody

KEYS = (b"k" * 32, b"old" * 10)
HERE = Origin("192.0.2.7")


class Phone:
    """An app with its secret, and a clock."""

    def __init__(self, keys: tuple[bytes, ...] = KEYS) -> None:
        self.at = NOW
        self.checks = Checks(Authenticators(keys, lambda: self.at), keys)
        self.secret = self.checks.authenticators.generate_totp_secret()

    def code(self) -> str:
        key = self.checks.authenticators.get_totp_b32_key(self.secret)
        return str(TOTP(key=key).generate(self.at.timestamp()).token)

    def factor(self) -> NewFactor:
        return NewFactor(kind="authenticator", name="x", secret=self.secret, last_counter=0)


@pytest.fixture
def somebody(database: Database) -> StaffUser:
    return add_somebody(database)


def _add(database: Database, staff: StaffUser, phone: Phone) -> list[str]:
    with database.writing() as connection:
        return add_factor(connection, staff.id, phone.factor(), KEYS[0], NOW)


def _check(database: Database, staff: StaffUser, phone: Phone, typed: str, **more: Any) -> str:
    origin = more.get("origin", HERE)
    return phone.checks.check(database, staff.id, typed, origin=origin, now=phone.at)


def _older(database: Database) -> tuple[int, int]:
    with database.reading() as connection:
        return count_apps(connection, tag_of(KEYS[0]))


def test_a_code_sent_twice_at_once_is_right_once(database: Database, somebody: StaffUser):
    phone = Phone()
    codes = _add(database, somebody, phone)

    for typed, right in ((phone.code(), "authenticator"), (codes[0], "recovery")):
        with ThreadPoolExecutor(4) as several:
            sent = [several.submit(_check, database, somebody, phone, typed) for _ in range(4)]
            outcomes = sorted(one.result() for one in sent)
        assert outcomes == sorted([right, *["wrong_code"] * 3])
        phone.at += timedelta(minutes=20)


@pytest.mark.parametrize(
    ("seconds", "outcome"),
    [(-30, "authenticator"), (31, "authenticator"), (-91, "wrong_code"), (91, "wrong_code")],
)
def test_a_clock_may_be_off_by_half_a_minute(
    database: Database, somebody: StaffUser, seconds: int, outcome: str
):
    phone = Phone()
    _add(database, somebody, phone)
    code = phone.code()

    phone.at += timedelta(seconds=seconds)

    assert _check(database, somebody, phone, code) == outcome


def test_lao_digits_are_digits(database: Database, somebody: StaffUser):
    phone = Phone()
    _add(database, somebody, phone)

    lao = phone.code().translate(str.maketrans("0123456789", "໐໑໒໓໔໕໖໗໘໙"))

    assert _check(database, somebody, phone, lao) == "authenticator"


@pytest.mark.parametrize("typed", ["", "²²²²²²", "12345", "1234567", "\u202e123456", "-" * 40])
def test_what_is_no_code_is_wrong(database: Database, somebody: StaffUser, typed: str):
    phone = Phone()
    _add(database, somebody, phone)

    assert _check(database, somebody, phone, typed) == "wrong_code"


def test_guesses_side_by_side_are_bounded(database: Database, somebody: StaffUser):
    phone = Phone()
    _add(database, somebody, phone)

    with ThreadPoolExecutor(4) as several:
        sent = [several.submit(_check, database, somebody, phone, "000000") for _ in range(9)]
        outcomes = [one.result() for one in sent]

    assert outcomes.count("wrong_code") == MOST_FAILURES
    assert _check(database, somebody, phone, phone.code()) == "too_many"


def test_a_secret_moves_to_the_newest_key_when_it_is_used(database: Database, somebody: StaffUser):
    phone = Phone(KEYS[1:])
    codes = _add(database, somebody, phone)  # hashed under the newest key
    rotated = Checks(Authenticators(KEYS, lambda: phone.at), KEYS)
    assert _older(database) == (1, 1)

    outcome = rotated.check(database, somebody.id, phone.code(), origin=HERE, now=phone.at)

    assert outcome == "authenticator"
    assert _older(database) == (1, 0)
    phone.at += timedelta(minutes=2)
    alone = Checks(Authenticators(KEYS[:1], lambda: phone.at), KEYS[:1])
    checked = [
        alone.check(database, somebody.id, typed, origin=HERE, now=phone.at)
        for typed in (phone.code(), codes[0])
    ]
    assert checked == ["authenticator", "recovery"]


def test_a_key_that_is_gone_makes_codes_wrong_and_breaks_nothing(
    database: Database, somebody: StaffUser
):
    phone = Phone()
    _add(database, somebody, phone)
    other = Checks(Authenticators((b"another" * 5,), lambda: phone.at), (b"another" * 5,))

    outcome = other.check(database, somebody.id, phone.code(), origin=HERE, now=phone.at)

    assert outcome == "wrong_code"


def test_codes_come_with_the_first_one_only_and_there_are_so_many_at_most(
    database: Database, somebody: StaffUser
):
    made = [len(_add(database, somebody, Phone())) for _number in range(MOST)]

    assert made == [10] + [0] * (MOST - 1)
    with pytest.raises(TooMany):
        _add(database, somebody, Phone())


def test_the_last_one_goes_with_its_codes_and_not_from_a_role_that_needs_it(
    database: Database, somebody: StaffUser
):
    _add(database, somebody, Phone())
    with database.writing() as connection:
        require_of(connection, ["viewer", "admin"], NOW)
        (factor,) = factors_of(connection, somebody.id)
        with pytest.raises(NeededByRole):
            remove_factor(connection, somebody.id, factor.id, "viewer")
        require_of(connection, ["admin"], NOW)
        assert remove_factor(connection, somebody.id, factor.id, "viewer")
        assert not remove_factor(connection, somebody.id, factor.id, "viewer")
        assert codes_left(connection, somebody.id) == 0


def test_a_session_owes_what_its_role_needs_until_it_is_set_up_or_needed_no_more(
    database: Database, somebody: StaffUser
):
    def opened() -> Any:
        with database.writing() as connection:
            return open_session(connection, somebody, now=NOW, address=None, agent="")

    def owes(session_id: Any) -> bool:
        with database.reading() as connection:
            return standing_of(connection, session_id, NOW).owes_factor

    before = opened()
    with database.writing() as connection:
        require_of(connection, ["viewer"], NOW)
        assert owes_factor(connection, somebody.id, "viewer")
        assert not owes_factor(connection, somebody.id, "admin")
    after = opened()
    assert (owes(before), owes(after)) == (False, True)

    with database.writing() as connection:
        require_of(connection, [], NOW)
    assert not owes(after)
    with database.writing() as connection:
        require_of(connection, ["viewer"], NOW)
        assert counts_by_role(connection) == {"viewer": (1, 0)}
    _add(database, somebody, Phone())
    assert not owes(after)
    with database.reading() as connection:
        assert counts_by_role(connection) == {"viewer": (1, 1)}
