"""The demo's people are those the README names, on any day and after any number of starts."""

from datetime import date, timedelta

import pytest

from gateway.core.caller import Beneficiary, Caller
from gateway.core.encoding import ucs2_units
from gateway.core.health_schedule import due_visits
from gateway.core.lao_text import compose
from gateway.core.programme import PROGRAMME
from gateway.core.programme_file import add_months
from gateway.registry.choices import set_consent
from gateway.registry.demo import load_demo
from gateway.registry.pins import check_pin
from gateway.registry.queries import caller_facts
from gateway.registry.tables import beneficiaries, payments, villages, visits
from tests.kept import once
from tests.registry.files import NOW, PEPPERS
from tests.registry.importer import Importer

DAYS = [date(2026, 11, 24), date(2026, 12, 31), date(2027, 2, 28), date(2028, 2, 29)]


def load(importer: Importer, on: date) -> None:
    """As the first start does."""
    once(importer.database, ("demo", on), lambda: start(importer, on))


def start(importer: Importer, on: date) -> None:
    load_demo(importer.database, peppers=PEPPERS, on=on)


def dial(importer: Importer, number: int, on: date) -> Caller:
    with importer.database.reading() as connection:
        return caller_facts(connection, f"+856205550000{number}", on=on, default_locale="lo")


def only(caller: Caller) -> Beneficiary:
    [one] = caller.beneficiaries
    return one


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_the_first_is_a_mother_with_a_payment_within_14_days(importer: Importer, on: date):
    load(importer, on)

    caller = dial(importer, 1, on)
    one = only(caller)
    assert (caller.locale, one.status, one.category, one.has_pin) == (
        "lo",
        "enrolled",
        "child",
        False,
    )
    assert importer.person(one.registration_no).child_dob == add_months(on, -4)
    assert one.since_on is not None
    assert one.since_on < on
    assert one.next_payment is not None
    assert on < one.next_payment.due_on <= on + timedelta(days=14)
    assert one.next_payment.due_on.weekday() < 5
    assert one.last_payment is not None
    assert one.last_payment.status == "paid"
    assert one.visits


def test_the_second_has_applied_and_is_pregnant(importer: Importer):
    load(importer, DAYS[0])

    one = only(dial(importer, 2, DAYS[0]))
    assert (one.status, one.category, one.next_payment) == ("applied", "pregnant", None)


def test_the_third_is_one_phone_with_two(importer: Importer):
    load(importer, DAYS[0])

    both = dial(importer, 3, DAYS[0]).beneficiaries
    assert [one.status for one in both] == ["enrolled", "enrolled"]
    assert len({one.registration_no[-3:] for one in both}) == 2


def test_the_fourth_has_a_pin(importer: Importer):
    load(importer, DAYS[0])

    one = only(dial(importer, 4, DAYS[0]))
    with importer.database.writing() as connection:
        result = check_pin(
            connection,
            event_key="key",
            msisdn="+8562055500004",
            registration_no=one.registration_no,
            pin="4321",
            now=NOW,
            peppers=PEPPERS,
        )
    assert (one.has_pin, result.outcome) == (True, "ok")


def test_the_fifth_reads_latin_letters(importer: Importer):
    load(importer, DAYS[0])

    assert dial(importer, 5, DAYS[0]).locale == "lo_Latn"


def test_the_sixth_has_opted_out_of_health_reminders_only(importer: Importer):
    load(importer, DAYS[0])

    person = importer.person(only(dial(importer, 6, DAYS[0])).registration_no)
    assert (person.consent_payment, person.consent_health) == (True, False)
    assert person.set_here == ["consent_health"]


def test_any_other_number_is_unknown(importer: Importer):
    load(importer, DAYS[0])

    assert dial(importer, 7, DAYS[0]).beneficiaries == ()


def test_there_are_some_sixty_more_of_every_kind(importer: Importer):
    load(importer, DAYS[0])

    people = importer.rows(beneficiaries)
    assert len(people) == 67
    assert {person.category for person in people} == {"child", "pregnant"}
    assert {"enrolled", "applied", "verified", "suspended", "exited"} <= {
        person.status for person in people
    }
    assert {person.locale for person in people} == {"lo", "lo_Latn", "en", None}
    assert any(person.msisdn is None for person in people)
    assert len({person.district_id for person in people}) == 3


@pytest.mark.parametrize("on", DAYS, ids=str)
@pytest.mark.parametrize("days", [3, 1])
def test_somebody_is_reminded_today(importer: Importer, on: date, days: int):
    load(importer, DAYS[0])
    start(importer, on)

    due = [row for row in importer.rows(payments) if row.due_on == on + timedelta(days=days)]
    assert {row.status for row in due} == {"scheduled"}
    assert len(due) >= 3


def test_somebodys_last_payment_was_missed(importer: Importer):
    load(importer, DAYS[0])

    assert "missed" in {row.status for row in importer.rows(payments)}


def test_places_fit_a_screen_and_an_sms(importer: Importer):
    load(importer, DAYS[0])

    for village in importer.rows(villages):
        assert ucs2_units(village.name) <= 11
        assert village.name == compose(village.name)
        assert "?" not in village.name_latin


def test_a_second_start_on_the_same_day_changes_nothing(importer: Importer):
    load(importer, DAYS[0])
    tables = (beneficiaries, payments, visits, villages)
    before = [importer.rows(table) for table in tables]

    start(importer, DAYS[0])

    assert [importer.rows(table) for table in tables] == before


def test_the_same_people_come_on_every_machine(importer: Importer):
    load(importer, DAYS[0])
    first = [(row.registration_no, row.name, row.msisdn) for row in importer.rows(beneficiaries)]
    with importer.database.writing() as connection:
        for table in (visits, payments, beneficiaries):
            connection.execute(table.delete())

    start(importer, DAYS[0])

    again = [(row.registration_no, row.name, row.msisdn) for row in importer.rows(beneficiaries)]
    assert again == first


def test_what_somebody_changed_in_the_demo_stays(importer: Importer):
    load(importer, DAYS[0])
    one = only(dial(importer, 6, DAYS[0]))
    whose = importer.person(one.registration_no).id
    with importer.database.writing() as connection:
        set_consent(connection, [whose], "health", True, NOW)

    start(importer, DAYS[0] + timedelta(days=3))

    assert importer.person(one.registration_no).consent_health is True


def test_after_months_nothing_is_left_over_from_the_first_start(importer: Importer):
    load(importer, DAYS[0])
    start(importer, DAYS[2])

    stale = [
        row for row in importer.rows(payments) if row.status == "scheduled" and row.due_on < DAYS[2]
    ]
    assert stale == []
    assert importer.count(beneficiaries) == 67


def test_every_enrolled_child_has_visits_behind_and_ahead(importer: Importer):
    on = DAYS[0]
    load(importer, on)
    rules = PROGRAMME.rules_on(on)
    place = only(dial(importer, 1, on)).village
    made = importer.rows(visits)

    for person in importer.rows(beneficiaries):
        done = {row.visit: row.done_on for row in made if row.beneficiary_id == person.id}
        due = due_visits(
            rules=rules,
            category=person.category,
            edd=person.edd,
            child_dob=person.child_dob,
            done=done,
            on=on,
            health_centre=place,
            village=place,
        )
        assert due
        assert not done.keys() & {visit.visit for visit in due}
