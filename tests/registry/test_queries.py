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
from tests.registry.office import Office

PHONE = "+8562055512345"


def dial(office: Office, msisdn: str = PHONE, on: date = TODAY) -> Caller:
    with office.database.reading() as connection:
        return caller_facts(connection, msisdn, on=on, default_locale="lo")


def only(caller: Caller) -> Beneficiary:
    [one] = caller.beneficiaries
    return one


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    """The queries sent inside the block."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(office.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(office.database.engine, "before_cursor_execute", note)


def test_an_unknown_number_knows_nobody(office: Office):
    office.beneficiaries(beneficiary())

    assert dial(office, "+8562099999999") == Caller(locale="lo")


def test_a_known_number_knows_its_beneficiary(office: Office):
    office.beneficiaries(beneficiary())

    one = only(dial(office))
    assert one.id == str(office.person().id)
    assert (one.registration_no, one.status, one.category) == ("26000001", "enrolled", "child")
    assert one.since_on == TODAY
    assert one.village == Place("ໂພນແກ້ວ", "Phonkeo")
    assert one.health_centre == Place("ສຸກສາລາ ປິນດົງ", "Souksala Pindong")
    assert (one.has_pin, one.course_ended) == (False, False)
    assert (one.next_payment, one.last_payment) == (None, None)


def test_whether_there_is_a_pin_is_known_and_nothing_of_it(office: Office):
    office.beneficiaries(beneficiary(pin="4321"))

    one = only(dial(office))
    assert one.has_pin
    assert office.person().pin_hash not in repr(one)


def test_the_next_and_the_last_payment_are_known(office: Office):
    office.beneficiaries(beneficiary())
    office.payments(
        payment(cycle="2026-07", due_on="2026-08-05", status="paid"),
        payment(cycle="2026-09", due_on="2026-10-02", status="missed"),
        payment(cycle="2026-11", due_on="2026-12-04"),
        payment(cycle="2027-01", due_on="2027-02-05"),
    )

    one = only(dial(office))
    assert one.next_payment is not None
    assert one.last_payment is not None
    assert (one.next_payment.cycle, one.next_payment.amount) == ("2026-11", 300_000)
    assert one.next_payment.due_on == date(2026, 12, 4)
    assert one.next_payment.pay_point == Place("ບ້ານ ໂພນແກ້ວ", "Ban Phonkeo")
    assert (one.last_payment.cycle, one.last_payment.status) == ("2026-09", "missed")


def test_visits_already_made_are_not_due(office: Office):
    office.beneficiaries(beneficiary())
    before = {due.visit for due in only(dial(office)).visits}
    office.visits(visit(visit="bcg"), visit(visit="penta1"))

    after = {due.visit for due in only(dial(office)).visits}

    assert {"bcg", "penta1"} <= before
    assert not {"bcg", "penta1"} & after


def test_visits_come_earliest_first_and_not_without_end(office: Office):
    office.beneficiaries(beneficiary(child_dob="2026-11-20"))

    due = only(dial(office)).visits

    assert len(due) == MOST_VISITS
    assert list(due) == sorted(due, key=lambda one: one.due_on)


def test_an_ended_course_has_no_visits(office: Office):
    office.beneficiaries(beneficiary())
    with office.database.writing() as connection:
        end_course(connection, office.person().id, "asked", NOW)

    one = only(dial(office))
    assert (one.course_ended, one.visits) == (True, ())


def test_a_disowned_number_knows_nobody(office: Office):
    office.beneficiaries(beneficiary())
    with office.database.writing() as connection:
        disown_number(connection, PHONE, NOW)

    assert dial(office).beneficiaries == ()


@pytest.mark.parametrize(
    ("chosen", "of_person", "expected"),
    [("lo_Latn", "en", "lo_Latn"), (None, "en", "en"), ("en", "", "en"), (None, "", "lo")],
)
def test_the_language_is_the_numbers_then_hers_then_the_default(
    office: Office, chosen: str | None, of_person: str, expected: str
):
    office.beneficiaries(beneficiary(locale=of_person))
    if chosen:
        with office.database.writing() as connection:
            set_caller_locale(connection, PHONE, chosen, NOW)

    assert dial(office).locale == expected


def test_an_unknown_number_keeps_the_language_it_chose(office: Office):
    with office.database.writing() as connection:
        set_caller_locale(connection, PHONE, "en", NOW)

    assert dial(office) == Caller(locale="en")


def test_two_on_one_phone_come_in_the_order_of_their_numbers(office: Office):
    office.beneficiaries(beneficiary("26000002"), beneficiary("26000001"))
    office.payments(payment("26000002", due_on="2026-12-11"), payment("26000001"))

    first, second = dial(office).beneficiaries

    assert (first.registration_no, second.registration_no) == ("26000001", "26000002")
    assert first.next_payment is not None
    assert second.next_payment is not None
    assert second.next_payment.due_on - first.next_payment.due_on == timedelta(days=7)


def test_a_whole_villages_phone_shows_those_with_a_running_grant(office: Office):
    ended = [beneficiary(f"2600000{index}", status="exited") for index in range(5)]
    running = [beneficiary(f"260001{index:02}") for index in range(MOST_ON_ONE_PHONE - 2)]
    office.beneficiaries(*ended, *running)

    known = dial(office)

    assert [one.status for one in known.beneficiaries] == ["enrolled"] * len(running) + [
        "exited"
    ] * 2
    assert known.more


@pytest.mark.parametrize("people", [1, 12, MOST_ON_ONE_PHONE])
def test_nobody_is_left_out_without_a_word(office: Office, people: int):
    office.beneficiaries(*(beneficiary(f"2700{index:04}") for index in range(people)))

    known = dial(office)

    assert len(known.beneficiaries) == people
    assert not known.more


def test_who_is_pregnant_again_sees_the_visits_of_this_pregnancy(office: Office):
    """The elder child's date of birth still stands in the file's row."""
    again = {"category": "pregnant", "edd": "2027-01-12", "msisdn": PHONE}
    office.beneficiaries(beneficiary(**again, child_dob="2025-02-03"))
    shown = [visit.visit for visit in only(dial(office)).visits]
    assert shown
    assert all(visit.startswith("anc") for visit in shown)
    office.beneficiaries(beneficiary(**again, child_dob=""))
    assert [visit.visit for visit in only(dial(office)).visits] == shown


def test_a_registration_number_is_looked_up(office: Office):
    office.beneficiaries(beneficiary(msisdn=""))
    office.payments(payment())

    with office.database.reading() as connection:
        found = beneficiary_by_registration_no(connection, "26000001", on=TODAY)
        nobody = beneficiary_by_registration_no(connection, "26000002", on=TODAY)

    assert found is not None
    assert (found.registration_no, nobody) == ("26000001", None)
    assert found.next_payment is not None


@pytest.mark.parametrize(("people", "most"), [(0, 1), (1, 3), (5, 3)])
def test_a_dial_costs_few_statements_however_many_are_on_the_phone(
    office: Office, people: int, most: int
):
    numbers = [f"2600000{index}" for index in range(people)]
    if people:
        office.beneficiaries(*(beneficiary(number) for number in numbers))
        office.payments(*(payment(number) for number in numbers))

    with statements(office) as sent:
        assert len(dial(office).beneficiaries) == people

    assert len(sent) == most
