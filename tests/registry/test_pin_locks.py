"""A dial knows whose PIN its phone has locked: nobody is asked for one that is not looked at."""

from datetime import datetime, timedelta

from gateway.registry.pins import A_DAY, lift_lock, locked_for
from tests.registry.files import NOW
from tests.registry.pin_desk import HERS, MOTHER, STRANGER, PinDesk


def locked(desk: PinDesk, msisdn: str = MOTHER, *, at: datetime = NOW) -> set[str]:
    with desk.importer.database.reading() as connection:
        return locked_for(connection, msisdn, [HERS], now=at)


def lock(desk: PinDesk) -> None:
    for pin in ("0000", "1111", "2222"):
        assert not locked(desk)
        desk.check(pin)


def test_the_third_wrong_one_locks_that_phone_for_a_day(pin_desk: PinDesk):
    lock(pin_desk)

    assert locked(pin_desk) == {HERS}
    assert locked(pin_desk, STRANGER) == set()
    assert locked(pin_desk, at=NOW + A_DAY) == set()


def test_knocking_at_it_changes_nothing(pin_desk: PinDesk):
    lock(pin_desk)
    pin_desk.check("4321", at=NOW + timedelta(hours=1))

    assert locked(pin_desk, at=NOW + timedelta(hours=2)) == {HERS}


def test_staff_lift_it(pin_desk: PinDesk):
    lock(pin_desk)
    lifted_at = NOW + timedelta(hours=1)
    with pin_desk.importer.database.writing() as connection:
        lift_lock(connection, HERS, now=lifted_at)

    assert locked(pin_desk, at=lifted_at) == set()
