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
from tests.registry.importer import Importer
from tests.registry.pin_desk import HERS, MOTHER, STRANGER, PinDesk, set_to, store

OLD = peppers_of("a secret")
ROTATED = peppers_of("a secret", ("a new pepper",))
OK = PinResult("ok", 3)
LOCKED = PinResult("locked", 0)


def test_the_right_pin_opens(pin_desk: PinDesk):
    assert pin_desk.check("4321") == OK


def test_three_wrong_ones_count_down_and_lock(pin_desk: PinDesk):
    results = [pin_desk.check(pin) for pin in ("0000", "1111", "2222")]

    assert results == [PinResult("wrong", 2), PinResult("wrong", 1), LOCKED]
    assert pin_desk.check("4321") == LOCKED


def test_a_lock_lasts_a_day_from_the_third_wrong_one(pin_desk: PinDesk):
    for hour in range(3):
        pin_desk.check("0000", at=NOW + timedelta(hours=hour))
    third = NOW + timedelta(hours=2)

    assert pin_desk.check("4321", at=third + A_DAY - timedelta(seconds=1)) == LOCKED
    assert pin_desk.check("4321", at=third + A_DAY) == OK


def test_knocking_at_a_locked_door_does_not_lock_it_longer(pin_desk: PinDesk):
    for _ in range(3):
        pin_desk.check("0000")
    for hour in range(1, 24):
        pin_desk.check("0000", at=NOW + timedelta(hours=hour))

    assert pin_desk.check("4321", at=NOW + A_DAY) == OK


def test_a_right_one_sets_the_count_back(pin_desk: PinDesk):
    pin_desk.check("0000")
    pin_desk.check("0000", at=NOW + timedelta(minutes=1))
    pin_desk.check("4321", at=NOW + timedelta(minutes=2))

    assert pin_desk.check("0000", at=NOW + timedelta(minutes=3)) == PinResult("wrong", 2)


def test_wrong_ones_of_yesterday_are_forgotten(pin_desk: PinDesk):
    pin_desk.check("0000", at=NOW - A_DAY)
    pin_desk.check("0000", at=NOW - A_DAY)

    assert pin_desk.check("0000") == PinResult("wrong", 2)


def test_a_strangers_phone_never_locks_the_mothers_own(pin_desk: PinDesk):
    for _ in range(5):
        pin_desk.check("0000", msisdn=STRANGER)

    assert pin_desk.check("4321", msisdn=STRANGER) == LOCKED
    assert pin_desk.check("4321", msisdn=MOTHER) == OK


@pytest.mark.parametrize("key_again", ["same pin", "another pin"])
def test_the_same_request_again_counts_once(pin_desk: PinDesk, key_again: str):
    first = pin_desk.check("0000", key="turn 1")

    again = pin_desk.check("0000" if key_again == "same pin" else "4321", key="turn 1")

    assert again == first == PinResult("wrong", 2)
    assert pin_desk.outcomes() == ["wrong"]


def test_a_repeated_third_attempt_is_still_the_third(pin_desk: PinDesk):
    for key in ("turn 1", "turn 2", "turn 3", "turn 3"):
        result = pin_desk.check("0000", key=key)

    assert result == LOCKED
    assert len(pin_desk.outcomes()) == 3


@pytest.mark.parametrize(
    ("label", "number", "noted"),
    [("nobody's number", "99999999", "unknown"), ("a number without PIN", "26000002", "no_pin")],
)
def test_what_has_no_pin_answers_as_a_wrong_one_does(
    pin_desk: PinDesk, label: str, number: str, noted: str
):
    wrong = [pin_desk.check("0000", number=HERS, msisdn=STRANGER) for _ in range(4)]

    results = [pin_desk.check("0000", number=number, msisdn=STRANGER) for _ in range(4)]

    assert results == wrong, label
    assert pin_desk.outcomes()[4:] == [noted, noted, noted, "refused"]


def test_a_caller_who_fails_on_many_numbers_is_refused_further_ones(pin_desk: PinDesk):
    for index in range(NUMBERS_A_DAY):
        assert pin_desk.check("0000", number=f"9000000{index}", msisdn=STRANGER).outcome == "wrong"

    assert pin_desk.check("4321", number=HERS, msisdn=STRANGER) == LOCKED
    assert pin_desk.check("4321", number=HERS, msisdn=STRANGER, at=NOW + A_DAY) == OK


def test_a_number_already_tried_may_be_tried_to_its_end(pin_desk: PinDesk):
    for index in range(NUMBERS_A_DAY):
        pin_desk.check("0000", number=f"9000000{index}", msisdn=STRANGER)

    assert pin_desk.check("0000", number="90000000", msisdn=STRANGER) == PinResult("wrong", 1)


def test_her_own_number_opens_however_many_others_were_tried(pin_desk: PinDesk):
    for index in range(NUMBERS_A_DAY + 1):
        pin_desk.check("0000", number=f"9000000{index}")

    assert pin_desk.check("4321") == OK


def test_numbers_that_open_are_not_counted(pin_desk: PinDesk):
    numbers = [f"2700000{index}" for index in range(NUMBERS_A_DAY + 2)]
    pin_desk.importer.beneficiaries(*(beneficiary(number, pin="4321") for number in numbers))

    results = {pin_desk.check("4321", number=number, msisdn=STRANGER) for number in numbers}

    assert results == {OK}


def test_no_attempt_keeps_the_pin(pin_desk: PinDesk):
    pin_desk.check("9753")

    [attempt] = pin_desk.importer.rows(pin_attempts)
    assert "9753" not in repr(attempt)


def _stranger(index: int) -> str:
    return f"+85620991{index:05d}"


def test_strangers_together_have_nine_tries_a_day_about_one_number(pin_desk: PinDesk):
    together = [pin_desk.check("0000", msisdn=_stranger(index)) for index in range(STRANGERS_TRIES)]

    assert together == [PinResult("wrong", 2)] * STRANGERS_TRIES
    assert pin_desk.check("4321", msisdn=_stranger(99)) == LOCKED, "another phone, the right PIN"
    assert pin_desk.check("0000", msisdn=_stranger(0)) == LOCKED, "a phone that had tries left"
    assert pin_desk.check("0000", msisdn=_stranger(0), number="26000002") == PinResult("wrong", 2)
    assert pin_desk.check("4321", msisdn=_stranger(99), at=NOW + A_DAY) == OK, "a day later"


@pytest.mark.parametrize(
    ("label", "msisdn", "columns"),
    [
        ("her own", MOTHER, {}),
        ("her helper's", _stranger(77), {"helper_msisdn": _stranger(77)}),
    ],
)
def test_a_number_closed_to_strangers_is_open_to_her_phones(
    pin_desk: PinDesk, label: str, msisdn: str, columns: dict[str, str]
):
    store(pin_desk, **columns)
    for index in range(STRANGERS_TRIES):
        pin_desk.check("0000", msisdn=_stranger(index))

    assert pin_desk.check("0000", msisdn=msisdn) == PinResult("wrong", 2), label
    assert pin_desk.check("4321", msisdn=msisdn) == OK, label


def test_a_phone_that_has_entered_the_pin_right_is_no_stranger_until_the_pin_changes(
    pin_desk: PinDesk,
):
    neighbour = _stranger(50)
    pin_desk.check("4321", msisdn=neighbour, at=NOW - 30 * A_DAY)
    for index in range(STRANGERS_TRIES):
        pin_desk.check("0000", msisdn=_stranger(index))
    assert pin_desk.check("4321", msisdn=neighbour) == OK

    set_to(pin_desk, "1212")

    assert pin_desk.check("1212", msisdn=neighbour) == LOCKED


def test_whoever_answers_at_a_disowned_number_is_a_stranger(pin_desk: PinDesk):
    for index in range(STRANGERS_TRIES):
        pin_desk.check("0000", msisdn=_stranger(index))
    store(pin_desk, msisdn_disowned_at=NOW)

    assert pin_desk.check("4321", msisdn=MOTHER) == LOCKED


def test_what_her_own_phones_get_wrong_closes_nothing(pin_desk: PinDesk):
    store(pin_desk, helper_msisdn=_stranger(77))
    for msisdn in (MOTHER, _stranger(77)):
        for _ in range(3):
            pin_desk.check("0000", msisdn=msisdn)
    for index in range(STRANGERS_TRIES - 1):
        pin_desk.check("0000", msisdn=_stranger(index))

    assert pin_desk.check("4321", msisdn=_stranger(99)) == OK


def test_a_right_pin_of_a_stranger_counts_as_no_try(pin_desk: PinDesk):
    for index in range(2 * STRANGERS_TRIES):
        assert pin_desk.check("4321", msisdn=_stranger(index)) == OK


def test_a_number_that_nobody_has_is_closed_as_any_other(pin_desk: PinDesk):
    """Or it could be told from one that somebody has."""
    answers = [
        [
            pin_desk.check("0000", msisdn=_stranger(index), number=number)
            for index in range(STRANGERS_TRIES + 1)
        ]
        for number in (HERS, "26000002", "99999999")
    ]

    assert answers[0] == answers[1] == answers[2]
    assert answers[0][-1] == LOCKED


def test_staff_are_told_once_of_a_number_that_was_closed(pin_desk: PinDesk):
    for index in range(STRANGERS_TRIES + 5):
        pin_desk.check("0000", msisdn=_stranger(index))
    with pin_desk.importer.database.reading() as connection:
        told = connection.execute(guessed_since(NOW)).scalars().all()
        before = connection.execute(guessed_since(NOW + timedelta(seconds=1))).scalars().all()

    assert (told, before) == ([HERS], [])


def test_a_captured_right_entry_is_worth_nothing_after_the_pin_has_changed(pin_desk: PinDesk):
    assert pin_desk.check("4321", key="captured") == OK
    assert pin_desk.check("4321", key="captured") == OK, "a repetition by the operator"

    set_to(pin_desk, "1212")

    assert pin_desk.check("4321", key="captured") == PinResult("wrong", 2)
    assert pin_desk.check("4321", key="captured") == PinResult("wrong", 2), "counted once again"
    set_to(pin_desk, None)
    assert pin_desk.check("4321", key="captured").outcome == "wrong", "and none opens nothing"


def test_a_captured_right_entry_is_another_attempt_from_another_phone(pin_desk: PinDesk):
    assert pin_desk.check("0000", key="captured") == PinResult("wrong", 2)
    assert pin_desk.check("4321", key="captured again") == OK

    assert pin_desk.check("4320", key="captured again", msisdn=STRANGER) == PinResult("wrong", 2)
    assert pin_desk.outcomes() == ["wrong", "ok", "wrong"]


def test_a_repetition_after_the_pepper_was_replaced_is_still_a_repetition(pin_desk: PinDesk):
    pin_desk.peppers = ROTATED
    assert pin_desk.check("0000", key="captured") == PinResult("wrong", 2)
    assert pin_desk.check("4321") == OK, "rewritten"

    assert pin_desk.check("0000", key="captured") == PinResult("wrong", 2)
    assert pin_desk.outcomes() == ["wrong", "ok"]


def test_staff_set_and_take_away_a_pin(pin_desk: PinDesk):
    whose = pin_desk.importer.person("26000002").id
    with pin_desk.importer.database.writing() as connection:
        set_pin(connection, whose, "1212", peppers=PEPPERS, now=NOW)
    assert pin_desk.check("1212", number="26000002") == OK

    with pin_desk.importer.database.writing() as connection:
        set_pin(connection, whose, None, peppers=PEPPERS, now=NOW)

    person = pin_desk.importer.person("26000002")
    assert (person.pin_salt, person.pin_hash) == (None, None)


def test_attempts_sent_side_by_side_are_counted_one_by_one(postgresql: Database, tmp_path):
    """Ten at once must not all be the first of three."""
    importer = Importer(postgresql, tmp_path)
    importer.beneficiaries(beneficiary(HERS, pin="4321"))
    pin_desk = PinDesk(importer)
    results: list[PinResult] = []
    together = threading.Barrier(10)

    def knock(number: int) -> None:
        together.wait(timeout=30)
        results.append(pin_desk.check("0000", key=f"side {number}"))

    threads = [threading.Thread(target=knock, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    left = sorted((result.tries_left for result in results), reverse=True)
    assert left == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0]


def test_strangers_who_ask_side_by_side_have_nine_tries_together(postgresql: Database, tmp_path):
    importer = Importer(postgresql, tmp_path)
    importer.beneficiaries(beneficiary(HERS, pin="4321"))
    pin_desk = PinDesk(importer)
    results: list[PinResult] = []
    together = threading.Barrier(STRANGERS_TRIES + 7)

    def knock(number: int) -> None:
        together.wait(timeout=30)
        results.append(pin_desk.check("0000", key=f"side {number}", msisdn=_stranger(number)))

    threads = [threading.Thread(target=knock, args=[number]) for number in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(result.outcome for result in results) == ["locked"] * 7 + ["wrong"] * 9
    assert sorted(pin_desk.outcomes()) == ["closes"] + ["refused"] * 7 + ["wrong"] * 8
