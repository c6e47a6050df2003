"""Resets, links and alerts in SQL, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from gateway.registry.database import Database
from gateway.staff import resets
from gateway.staff.accounts import StaffUser, by_email
from gateway.staff.alerts import note_seen, oddity_of, raise_alert, unseen_alerts
from gateway.staff.audit import Actor, record
from gateway.staff.linking import Person, account_of, person_of
from gateway.staff.names import emails_called, names_of
from gateway.staff.sessions import open_session
from gateway.staff.tries import Origin
from tests.staff.people import EMAIL, HASH, NOW, add_somebody

KEYS = (b"k" * 32,)
PERSON = Person("https://id.example.la", "k-1", EMAIL, "ຄຳຫລ້າ")
HERE = Origin("192.0.2.7")


@pytest.fixture
def somebody(database: Database) -> StaffUser:
    return add_somebody(database, name="ຄຳຫລ້າ")


def _admins(database: Database) -> list[Actor]:
    people = [add_somebody(database, "admin", email=f"{name}@x.la") for name in ("one", "other")]
    return [Actor(one.email, one) for one in people]


def _use(database: Database, code: str) -> StaffUser | None:
    return resets.use(database, EMAIL, code, "four grey umbrellas", keys=KEYS, origin=HERE, now=NOW)


def test_a_code_used_twice_at_once_is_good_once(database: Database, somebody: StaffUser):
    with database.writing() as connection:
        code = resets.by_command(
            connection, somebody, factors=True, actor=Actor("flask"), key=KEYS[0], now=NOW
        )

    with ThreadPoolExecutor(3) as several:
        sent = [several.submit(_use, database, code) for _ in range(3)]

    assert [one.result() is not None for one in sent].count(True) == 1


def test_two_who_confirm_at_once_get_one_code(database: Database, somebody: StaffUser):
    one, other = _admins(database)
    third = add_somebody(database, "admin", email="third@x.la")
    with database.writing() as connection:
        resets.ask(connection, somebody, factors=False, actor=one, now=NOW)

    def confirm(actor: Actor) -> str:
        try:
            with database.writing() as connection:
                return resets.confirm(connection, somebody, actor=actor, key=KEYS[0], now=NOW)
        except resets.ResetError as error:
            return error.fault

    with ThreadPoolExecutor(2) as several:
        outcomes = list(several.map(confirm, [other, Actor(third.email, third)]))

    assert outcomes.count("gone") == 1


def test_whoever_asks_is_not_the_second_nor_is_who_was_made_by_them(
    database: Database, somebody: StaffUser
):
    one, other = _admins(database)
    with database.writing() as connection:
        record(connection, one, "staff.add", now=NOW, kind="staff", object_id=other.staff.id)  # type: ignore[union-attr]
        resets.ask(connection, somebody, factors=False, actor=one, now=NOW)

    for actor, fault in ((one, "own"), (other, "too_close")):
        with database.writing() as connection, pytest.raises(resets.ResetError, match=fault):
            resets.confirm(connection, somebody, actor=actor, key=KEYS[0], now=NOW)
    with database.writing() as connection:
        later = NOW + timedelta(hours=25)
        assert resets.confirm(connection, somebody, actor=other, key=KEYS[0], now=later)


def test_a_subject_is_linked_once(database: Database, somebody: StaffUser):
    def sign_in(person: Person) -> object:
        with database.writing() as connection:
            return account_of(connection, person, new_role=None, hashed=HASH, locale="lo", now=NOW)

    found = [sign_in(PERSON), sign_in(Person(PERSON.issuer, "k-1", "", ""))]

    assert [one.id for one in found] == [somebody.id] * 2  # type: ignore[attr-defined]
    assert sign_in(Person(PERSON.issuer, "k-2", EMAIL, "")) == "other_subject"
    assert sign_in(Person("https://other.example.la", "k-2", EMAIL, "")) != "other_subject"


def test_an_account_is_made_with_the_role_that_was_set(database: Database):
    with database.writing() as connection:
        made = account_of(connection, PERSON, new_role="viewer", hashed=HASH, locale="lo", now=NOW)
        kept = by_email(connection, EMAIL)

    assert made == kept
    assert kept is not None
    assert (kept.role, kept.name, kept.must_change_password) == ("viewer", "ຄຳຫລ້າ", False)


def test_what_is_odd_about_a_sign_in(database: Database, somebody: StaffUser):
    def odd(origin: Origin) -> tuple[bool, bool, int]:
        with database.writing() as connection:
            found = oddity_of(connection, somebody, origin, NOW)
            open_session(connection, somebody, now=NOW, address=origin.subscriber, agent="")
        return found.new_device, found.new_address, found.failures

    known = Origin("192.0.2.7", "hers", frozenset({somebody.id}))
    assert odd(known) == (False, False, 0), "the first"
    assert odd(known) == (False, False, 0)
    assert odd(Origin("192.0.2.7")) == (True, False, 0)
    assert odd(Origin("192.0.2.8", "hers", frozenset({somebody.id}))) == (False, True, 0)


def test_alerts_are_told_until_they_were_seen(database: Database, somebody: StaffUser):
    actor = Actor(somebody.email, somebody, "192.0.2.9")
    with database.writing() as connection:
        odd = oddity_of(connection, somebody, HERE, NOW)
        for hours in range(3):
            at = NOW + timedelta(hours=hours)
            raise_alert(connection, somebody, odd, actor=actor, agent="Firefox", now=at)
        note_seen(connection, somebody.id, NOW + timedelta(hours=1), NOW)
        left = unseen_alerts(connection, somebody.id)

    assert [one.at for one in left] == [NOW + timedelta(hours=2)]


def test_names_are_found_for_addresses_and_addresses_for_names(
    database: Database, somebody: StaffUser
):
    with database.reading() as connection:
        assert names_of(connection, [EMAIL.upper(), "nobody@x.la"]) == {EMAIL: "ຄຳຫລ້າ"}
        assert emails_called(connection, "ຄຳຫລ້າ") == ["ຄຳຫລ້າ", somebody.email]


@pytest.mark.parametrize(
    "claims",
    [
        {}, {"sub": ""}, {"sub": 1}, {"sub": "x" * 256}, {"sub": "a\0"},
        {"sub": "a", "email": "a\ud800@x.la", "email_verified": True},
        {"sub": "a", "email": "x" * 121, "email_verified": True},
    ],
)  # fmt: skip
def test_claims_that_nothing_can_hold_are_nobodys(claims: dict[str, Any]):
    with pytest.raises(ValueError, match="the "):
        person_of(claims, "https://id.example.la")
