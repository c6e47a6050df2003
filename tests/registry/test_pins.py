"""PINs are hashed, counted and locked; a repeated request counts once."""

import threading
from datetime import timedelta

import pytest

from gateway.core.keys import peppers_of
from gateway.registry.database import Database
from gateway.registry.pins import (
    A_DAY,
    NUMBERS_A_DAY,
    STRANGERS_TRIES,
    PinResult,
    guessed_since,
    set_pin,
)
from gateway.registry.tables import pin_attempts
from tests.registry.files import NOW, PEPPERS, beneficiary
from tests.registry.office import Office
from tests.registry.pin_desk import HERS, MOTHER, STRANGER, PinDesk, set_to, store

OLD = peppers_of("a secret")
ROTATED = peppers_of("a secret", ("a new pepper",))
OK = PinResult("ok", 3)
LOCKED = PinResult("locked", 0)


def test_the_right_pin_opens(door: PinDesk):
    assert door.check("4321") == OK


def test_three_wrong_ones_count_down_and_lock(door: PinDesk):
    results = [door.check(pin) for pin in ("0000", "1111", "2222")]

    assert results == [PinResult("wrong", 2), PinResult("wrong", 1), LOCKED]
    assert door.check("4321") == LOCKED


def test_a_lock_lasts_a_day_from_the_third_wrong_one(door: PinDesk):
    for hour in range(3):
        door.check("0000", at=NOW + timedelta(hours=hour))
    third = NOW + timedelta(hours=2)

    assert door.check("4321", at=third + A_DAY - timedelta(seconds=1)) == LOCKED
    assert door.check("4321", at=third + A_DAY) == OK


def test_knocking_at_a_locked_door_does_not_lock_it_longer(door: PinDesk):
    for _ in range(3):
        door.check("0000")
    for hour in range(1, 24):
        door.check("0000", at=NOW + timedelta(hours=hour))

    assert door.check("4321", at=NOW + A_DAY) == OK


def test_a_right_one_sets_the_count_back(door: PinDesk):
    door.check("0000")
    door.check("0000", at=NOW + timedelta(minutes=1))
    door.check("4321", at=NOW + timedelta(minutes=2))

    assert door.check("0000", at=NOW + timedelta(minutes=3)) == PinResult("wrong", 2)


def test_wrong_ones_of_yesterday_are_forgotten(door: PinDesk):
    door.check("0000", at=NOW - A_DAY)
    door.check("0000", at=NOW - A_DAY)

    assert door.check("0000") == PinResult("wrong", 2)


def test_a_strangers_phone_never_locks_the_mothers_own(door: PinDesk):
    for _ in range(5):
        door.check("0000", msisdn=STRANGER)

    assert door.check("4321", msisdn=STRANGER) == LOCKED
    assert door.check("4321", msisdn=MOTHER) == OK


@pytest.mark.parametrize("key_again", ["same pin", "another pin"])
def test_the_same_request_again_counts_once(door: PinDesk, key_again: str):
    first = door.check("0000", key="turn 1")

    again = door.check("0000" if key_again == "same pin" else "4321", key="turn 1")

    assert again == first == PinResult("wrong", 2)
    assert door.outcomes() == ["wrong"]


def test_a_repeated_third_attempt_is_still_the_third(door: PinDesk):
    for key in ("turn 1", "turn 2", "turn 3", "turn 3"):
        result = door.check("0000", key=key)

    assert result == LOCKED
    assert len(door.outcomes()) == 3


@pytest.mark.parametrize(
    ("label", "number", "noted"),
    [("nobody's number", "99999999", "unknown"), ("a number without PIN", "26000002", "no_pin")],
)
def test_what_has_no_pin_answers_as_a_wrong_one_does(
    door: PinDesk, label: str, number: str, noted: str
):
    wrong = [door.check("0000", number=HERS, msisdn=STRANGER) for _ in range(4)]

    results = [door.check("0000", number=number, msisdn=STRANGER) for _ in range(4)]

    assert results == wrong, label
    assert door.outcomes()[4:] == [noted, noted, noted, "refused"]


def test_a_caller_who_fails_on_many_numbers_is_refused_further_ones(door: PinDesk):
    for index in range(NUMBERS_A_DAY):
        assert door.check("0000", number=f"9000000{index}", msisdn=STRANGER).outcome == "wrong"

    assert door.check("4321", number=HERS, msisdn=STRANGER) == LOCKED
    assert door.check("4321", number=HERS, msisdn=STRANGER, at=NOW + A_DAY) == OK


def test_a_number_already_tried_may_be_tried_to_its_end(door: PinDesk):
    for index in range(NUMBERS_A_DAY):
        door.check("0000", number=f"9000000{index}", msisdn=STRANGER)

    assert door.check("0000", number="90000000", msisdn=STRANGER) == PinResult("wrong", 1)


def test_her_own_number_opens_however_many_others_were_tried(door: PinDesk):
    for index in range(NUMBERS_A_DAY + 1):
        door.check("0000", number=f"9000000{index}")

    assert door.check("4321") == OK


def test_numbers_that_open_are_not_counted(door: PinDesk):
    numbers = [f"2700000{index}" for index in range(NUMBERS_A_DAY + 2)]
    door.office.beneficiaries(*(beneficiary(number, pin="4321") for number in numbers))

    results = {door.check("4321", number=number, msisdn=STRANGER) for number in numbers}

    assert results == {OK}


def test_no_attempt_keeps_the_pin(door: PinDesk):
    door.check("9753")

    [attempt] = door.office.rows(pin_attempts)
    assert "9753" not in repr(attempt)


def _stranger(index: int) -> str:
    return f"+85620991{index:05d}"


def test_strangers_together_have_nine_tries_a_day_about_one_number(door: PinDesk):
    together = [door.check("0000", msisdn=_stranger(index)) for index in range(STRANGERS_TRIES)]

    assert together == [PinResult("wrong", 2)] * STRANGERS_TRIES
    assert door.check("4321", msisdn=_stranger(99)) == LOCKED, "another phone, the right PIN"
    assert door.check("0000", msisdn=_stranger(0)) == LOCKED, "a phone that had tries left"
    assert door.check("0000", msisdn=_stranger(0), number="26000002") == PinResult("wrong", 2)
    assert door.check("4321", msisdn=_stranger(99), at=NOW + A_DAY) == OK, "a day later"


@pytest.mark.parametrize(
    ("label", "msisdn", "columns"),
    [
        ("her own", MOTHER, {}),
        ("her helper's", _stranger(77), {"helper_msisdn": _stranger(77)}),
    ],
)
def test_a_number_closed_to_strangers_is_open_to_her_phones(
    door: PinDesk, label: str, msisdn: str, columns: dict[str, str]
):
    store(door, **columns)
    for index in range(STRANGERS_TRIES):
        door.check("0000", msisdn=_stranger(index))

    assert door.check("0000", msisdn=msisdn) == PinResult("wrong", 2), label
    assert door.check("4321", msisdn=msisdn) == OK, label


def test_a_phone_that_has_entered_the_pin_right_is_no_stranger_until_the_pin_changes(
    door: PinDesk,
):
    neighbour = _stranger(50)
    door.check("4321", msisdn=neighbour, at=NOW - 30 * A_DAY)
    for index in range(STRANGERS_TRIES):
        door.check("0000", msisdn=_stranger(index))
    assert door.check("4321", msisdn=neighbour) == OK

    set_to(door, "1212")

    assert door.check("1212", msisdn=neighbour) == LOCKED


def test_whoever_answers_at_a_disowned_number_is_a_stranger(door: PinDesk):
    for index in range(STRANGERS_TRIES):
        door.check("0000", msisdn=_stranger(index))
    store(door, msisdn_disowned_at=NOW)

    assert door.check("4321", msisdn=MOTHER) == LOCKED


def test_what_her_own_phones_get_wrong_closes_nothing(door: PinDesk):
    store(door, helper_msisdn=_stranger(77))
    for msisdn in (MOTHER, _stranger(77)):
        for _ in range(3):
            door.check("0000", msisdn=msisdn)
    for index in range(STRANGERS_TRIES - 1):
        door.check("0000", msisdn=_stranger(index))

    assert door.check("4321", msisdn=_stranger(99)) == OK


def test_a_right_pin_of_a_stranger_counts_as_no_try(door: PinDesk):
    for index in range(2 * STRANGERS_TRIES):
        assert door.check("4321", msisdn=_stranger(index)) == OK


def test_a_number_that_nobody_has_is_closed_as_any_other(door: PinDesk):
    """Or it could be told from one that somebody has."""
    answers = [
        [
            door.check("0000", msisdn=_stranger(index), number=number)
            for index in range(STRANGERS_TRIES + 1)
        ]
        for number in (HERS, "26000002", "99999999")
    ]

    assert answers[0] == answers[1] == answers[2]
    assert answers[0][-1] == LOCKED


def test_staff_are_told_once_of_a_number_that_was_closed(door: PinDesk):
    for index in range(STRANGERS_TRIES + 5):
        door.check("0000", msisdn=_stranger(index))
    with door.office.database.reading() as connection:
        told = connection.execute(guessed_since(NOW)).scalars().all()
        before = connection.execute(guessed_since(NOW + timedelta(seconds=1))).scalars().all()

    assert (told, before) == ([HERS], [])


def test_a_captured_right_entry_is_worth_nothing_after_the_pin_has_changed(door: PinDesk):
    assert door.check("4321", key="captured") == OK
    assert door.check("4321", key="captured") == OK, "a repetition by the operator"

    set_to(door, "1212")

    assert door.check("4321", key="captured") == PinResult("wrong", 2)
    assert door.check("4321", key="captured") == PinResult("wrong", 2), "counted once again"
    set_to(door, None)
    assert door.check("4321", key="captured").outcome == "wrong", "and none opens nothing"


def test_a_captured_right_entry_is_another_attempt_from_another_phone(door: PinDesk):
    assert door.check("0000", key="captured") == PinResult("wrong", 2)
    assert door.check("4321", key="captured again") == OK

    assert door.check("4320", key="captured again", msisdn=STRANGER) == PinResult("wrong", 2)
    assert door.outcomes() == ["wrong", "ok", "wrong"]


def test_a_repetition_after_the_pepper_was_replaced_is_still_a_repetition(door: PinDesk):
    door.peppers = ROTATED
    assert door.check("0000", key="captured") == PinResult("wrong", 2)
    assert door.check("4321") == OK, "rewritten"

    assert door.check("0000", key="captured") == PinResult("wrong", 2)
    assert door.outcomes() == ["wrong", "ok"]


def test_staff_set_and_take_away_a_pin(door: PinDesk):
    whose = door.office.person("26000002").id
    with door.office.database.writing() as connection:
        set_pin(connection, whose, "1212", peppers=PEPPERS, now=NOW)
    assert door.check("1212", number="26000002") == OK

    with door.office.database.writing() as connection:
        set_pin(connection, whose, None, peppers=PEPPERS, now=NOW)

    person = door.office.person("26000002")
    assert (person.pin_salt, person.pin_hash) == (None, None)


def test_attempts_sent_side_by_side_are_counted_one_by_one(postgresql: Database, tmp_path):
    """Ten at once must not all be the first of three."""
    office = Office(postgresql, tmp_path)
    office.beneficiaries(beneficiary(HERS, pin="4321"))
    door = PinDesk(office)
    results: list[PinResult] = []
    together = threading.Barrier(10)

    def knock(number: int) -> None:
        together.wait(timeout=30)
        results.append(door.check("0000", key=f"side {number}"))

    threads = [threading.Thread(target=knock, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    left = sorted((result.tries_left for result in results), reverse=True)
    assert left == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0]


def test_strangers_who_ask_side_by_side_have_nine_tries_together(postgresql: Database, tmp_path):
    office = Office(postgresql, tmp_path)
    office.beneficiaries(beneficiary(HERS, pin="4321"))
    door = PinDesk(office)
    results: list[PinResult] = []
    together = threading.Barrier(STRANGERS_TRIES + 7)

    def knock(number: int) -> None:
        together.wait(timeout=30)
        results.append(door.check("0000", key=f"side {number}", msisdn=_stranger(number)))

    threads = [threading.Thread(target=knock, args=[number]) for number in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(result.outcome for result in results) == ["locked"] * 7 + ["wrong"] * 9
    assert sorted(door.outcomes()) == ["closes"] + ["refused"] * 7 + ["wrong"] * 8
