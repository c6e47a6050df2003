"""A dial knows whose PIN its phone has locked: nobody is asked for one that is not looked at."""

from datetime import datetime, timedelta

from gateway.registry.facts import OF_REGISTRATION, decode_people
from gateway.registry.pins import A_DAY, lift_lock
from tests.registry.files import NOW
from tests.registry.pin_desk import HERS, MOTHER, STRANGER, PinDesk


def is_locked(desk: PinDesk, msisdn: str = MOTHER, *, at: datetime = NOW) -> bool:
    asked = {"registration_no": HERS, "msisdn": msisdn, "locked_since": at - A_DAY}
    [her] = decode_people(desk.importer.database.value(OF_REGISTRATION, asked))
    return her.pin_locked


def lock(desk: PinDesk) -> None:
    for pin in ("0000", "1111", "2222"):
        assert not is_locked(desk)
        desk.check(pin)


def test_the_third_wrong_one_locks_that_phone_for_a_day(pin_desk: PinDesk):
    lock(pin_desk)

    assert is_locked(pin_desk)
    assert not is_locked(pin_desk, STRANGER)
    assert not is_locked(pin_desk, at=NOW + A_DAY)


def test_knocking_at_it_changes_nothing(pin_desk: PinDesk):
    lock(pin_desk)
    pin_desk.check("4321", at=NOW + timedelta(hours=1))

    assert is_locked(pin_desk, at=NOW + timedelta(hours=2))


def test_staff_lift_it_and_it_can_be_locked_again(pin_desk: PinDesk):
    lock(pin_desk)
    lifted_at = NOW + timedelta(hours=1)
    with pin_desk.importer.database.writing() as connection:
        lift_lock(connection, HERS, now=lifted_at)

    assert not is_locked(pin_desk, at=lifted_at)
    for pin in ("0000", "1111", "2222"):
        pin_desk.check(pin, at=lifted_at + timedelta(minutes=1))
    assert is_locked(pin_desk, at=lifted_at + timedelta(minutes=2))
