"""What a dial knows: whose number it is, in which language, payments and visits to come."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from gateway.core.caller import MOST_ON_ONE_PHONE, Beneficiary, Caller, Place
from gateway.registry.choices import disown_number, end_course, set_caller_locale
from gateway.registry.queries import (
    MOST_VISITS,
    beneficiary_by_registration_no,
    caller_facts,
)
from tests.registry.files import NOW, TODAY, beneficiary, payment, visit
from tests.registry.importer import Importer

PHONE = "+8562055512345"


def dial(importer: Importer, msisdn: str = PHONE, on: date = TODAY) -> Caller:
    with importer.database.reading() as connection:
        return caller_facts(connection, msisdn, on=on, default_locale="lo")


def only(caller: Caller) -> Beneficiary:
    [one] = caller.beneficiaries
    return one


@contextmanager
def statements(importer: Importer) -> Iterator[list[str]]:
    """The queries sent inside the block."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(importer.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(importer.database.engine, "before_cursor_execute", note)


def test_an_unknown_number_knows_nobody(importer: Importer):
    importer.beneficiaries(beneficiary())

    assert dial(importer, "+8562099999999") == Caller(locale="lo")


def test_a_known_number_knows_its_beneficiary(importer: Importer):
    importer.beneficiaries(beneficiary())

    one = only(dial(importer))
    assert one.id == str(importer.person().id)
    assert (one.registration_no, one.status, one.category) == ("26000001", "enrolled", "child")
    assert one.since_on == TODAY
    assert one.village == Place("ໂພນແກ້ວ", "Phonkeo")
    assert one.health_centre == Place("ສຸກສາລາ ປິນດົງ", "Souksala Pindong")
    assert (one.has_pin, one.course_ended) == (False, False)
    assert (one.next_payment, one.last_payment) == (None, None)


def test_whether_there_is_a_pin_is_known_and_nothing_of_it(importer: Importer):
    importer.beneficiaries(beneficiary(pin="4321"))

    one = only(dial(importer))
    assert one.has_pin
    assert importer.person().pin_hash not in repr(one)


def test_the_next_and_the_last_payment_are_known(importer: Importer):
    importer.beneficiaries(beneficiary())
    importer.payments(
        payment(cycle="2026-07", due_on="2026-08-05", status="paid"),
        payment(cycle="2026-09", due_on="2026-10-02", status="missed"),
        payment(cycle="2026-11", due_on="2026-12-04"),
        payment(cycle="2027-01", due_on="2027-02-05"),
    )

    one = only(dial(importer))
    assert one.next_payment is not None
    assert one.last_payment is not None
    assert (one.next_payment.cycle, one.next_payment.amount) == ("2026-11", 300_000)
    assert one.next_payment.due_on == date(2026, 12, 4)
    assert one.next_payment.pay_point == Place("ບ້ານ ໂພນແກ້ວ", "Ban Phonkeo")
    assert (one.last_payment.cycle, one.last_payment.status) == ("2026-09", "missed")


def test_visits_already_made_are_not_due(importer: Importer):
    importer.beneficiaries(beneficiary())
    before = {due.visit for due in only(dial(importer)).visits}
    importer.visits(visit(visit="bcg"), visit(visit="penta1"))

    after = {due.visit for due in only(dial(importer)).visits}

    assert {"bcg", "penta1"} <= before
    assert not {"bcg", "penta1"} & after


def test_visits_come_earliest_first_and_not_without_end(importer: Importer):
    importer.beneficiaries(beneficiary(child_dob="2026-11-20"))

    due = only(dial(importer)).visits

    assert len(due) == MOST_VISITS
    assert list(due) == sorted(due, key=lambda one: one.due_on)


def test_an_ended_course_has_no_visits(importer: Importer):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        end_course(connection, importer.person().id, "asked", NOW)

    one = only(dial(importer))
    assert (one.course_ended, one.visits) == (True, ())


def test_a_disowned_number_is_known_as_one(importer: Importer):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        disown_number(connection, PHONE, NOW)

    assert only(dial(importer)).disowned


def test_a_recycled_number_is_hers_who_was_registered_with_it_since(importer: Importer):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        disown_number(connection, PHONE, NOW)
    importer.beneficiaries(beneficiary(registration_no="26000009", name="ນາງ ໃໝ່"))

    one = only(dial(importer))
    assert (one.registration_no, one.disowned) == ("26000009", False)


@pytest.mark.parametrize(
    ("chosen", "of_person", "expected"),
    [("lo_Latn", "en", "lo_Latn"), (None, "en", "en"), ("en", "", "en"), (None, "", "lo")],
)
def test_the_language_is_the_numbers_then_hers_then_the_default(
    importer: Importer, chosen: str | None, of_person: str, expected: str
):
    importer.beneficiaries(beneficiary(locale=of_person))
    if chosen:
        with importer.database.writing() as connection:
            set_caller_locale(connection, PHONE, chosen, NOW)

    assert dial(importer).locale == expected


def test_an_unknown_number_keeps_the_language_it_chose(importer: Importer):
    with importer.database.writing() as connection:
        set_caller_locale(connection, PHONE, "en", NOW)

    assert dial(importer) == Caller(locale="en")


def test_two_on_one_phone_come_in_the_order_of_their_numbers(importer: Importer):
    importer.beneficiaries(beneficiary("26000002"), beneficiary("26000001"))
    importer.payments(payment("26000002", due_on="2026-12-11"), payment("26000001"))

    first, second = dial(importer).beneficiaries

    assert (first.registration_no, second.registration_no) == ("26000001", "26000002")
    assert first.next_payment is not None
    assert second.next_payment is not None
    assert second.next_payment.due_on - first.next_payment.due_on == timedelta(days=7)


def test_a_whole_villages_phone_shows_those_with_a_running_grant(importer: Importer):
    ended = [beneficiary(f"2600000{index}", status="exited") for index in range(5)]
    running = [beneficiary(f"260001{index:02}") for index in range(MOST_ON_ONE_PHONE - 2)]
    importer.beneficiaries(*ended, *running)

    known = dial(importer)

    assert [one.status for one in known.beneficiaries] == ["enrolled"] * len(running) + [
        "exited"
    ] * 2
    assert known.more


@pytest.mark.parametrize("people", [1, 12, MOST_ON_ONE_PHONE])
def test_nobody_is_left_out_without_a_word(importer: Importer, people: int):
    importer.beneficiaries(*(beneficiary(f"2700{index:04}") for index in range(people)))

    known = dial(importer)

    assert len(known.beneficiaries) == people
    assert not known.more


def test_who_is_pregnant_again_sees_the_visits_of_this_pregnancy(importer: Importer):
    """The elder child's date of birth still stands in the file's row."""
    again = {"category": "pregnant", "edd": "2027-01-12", "msisdn": PHONE}
    importer.beneficiaries(beneficiary(**again, child_dob="2025-02-03"))
    shown = [visit.visit for visit in only(dial(importer)).visits]
    assert shown
    assert all(visit.startswith("anc") for visit in shown)
    importer.beneficiaries(beneficiary(**again, child_dob=""))
    assert [visit.visit for visit in only(dial(importer)).visits] == shown


def test_a_registration_number_is_looked_up(importer: Importer):
    importer.beneficiaries(beneficiary(msisdn=""))
    importer.payments(payment())

    with importer.database.reading() as connection:
        found = beneficiary_by_registration_no(connection, "26000001", on=TODAY)
        nobody = beneficiary_by_registration_no(connection, "26000002", on=TODAY)

    assert found is not None
    assert (found.registration_no, nobody) == ("26000001", None)
    assert found.next_payment is not None


@pytest.mark.parametrize("people", [0, 1, 5])
def test_a_number_costs_one_statement_however_many_are_on_the_phone(
    importer: Importer, people: int
):
    numbers = [f"2600000{index}" for index in range(people)]
    if people:
        importer.beneficiaries(*(beneficiary(number) for number in numbers))
        importer.payments(*(payment(number) for number in numbers))

    with statements(importer) as sent:
        assert len(dial(importer).beneficiaries) == people

    assert len(sent) == 1
