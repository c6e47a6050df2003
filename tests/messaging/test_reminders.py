"""A day's reminders from the registry into the ledger, and what changes afterwards."""

from datetime import timedelta

import pytest

from gateway.registry.choices import end_course
from gateway.registry.database import Database
from gateway.registry.tables import districts, payments
from tests.messaging.conftest import Office
from tests.messaging.reminding import TODAY, paid, run
from tests.messaging.village import NOW, PAYDAY, Village, ledger


def test_three_days_and_one_day_before_the_payment(office: Office, village: Village):
    _whose, payment = paid(village)

    added = [run(office.database, TODAY + timedelta(days=days)) for days in range(-2, 5)]

    assert added == [0, 0, 1, 0, 1, 0, 0]
    assert [row.dedupe_key for row in ledger(office.database, "dedupe_key")] == [
        f"payment:{payment}:{PAYDAY}:T-3",
        f"payment:{payment}:{PAYDAY}:T-1",
    ]


def test_a_second_run_the_same_day_adds_none(office: Office, village: Village):
    paid(village)

    assert (run(office.database), run(office.database)) == (1, 0)


def test_a_missed_payment_is_told(office: Office, village: Village):
    whose, payment = paid(village)
    village.change(payments, payment, status="missed", due_on=TODAY - timedelta(days=2))

    run(office.database)
    office.now = NOW + timedelta(hours=1)
    office.send()

    assert office.provider.calls[0][0].startswith("The grant money of 22/11 was not paid out.")
    assert whose


def test_a_village_is_queued_together(office: Office, village: Village):
    other = Village(office.database, "ສະພານ", "Saphan")
    for index in range(1, 7):
        paid(village if index % 2 else other, index)

    run(office.database)
    office.send()

    assert [len(numbers) for _body, numbers in office.provider.calls] == [3, 3]


@pytest.mark.parametrize(
    ("label", "change"),
    [
        ("no number", {"msisdn": None}),
        ("disowned", {"msisdn_disowned_at": NOW}),
        ("no consent", {"consent_payment": False}),
        ("suspended", {"status": "suspended"}),
    ],
)
def test_whoever_may_not_get_it_is_not_planned_for(office, village: Village, label, change):
    paid(village, **change)

    assert run(office.database) == 0, label


def test_a_paused_district_is_not_planned_for(office: Office, village: Village):
    paid(village)
    village.change(districts, village.district_id, paused_at=NOW)

    assert run(office.database) == 0


# --- Health --------------------------------------------------------------------------------


def due_tomorrow(village: Village, **changes):
    """A child who is six weeks old in some days: vaccines are due in the same week."""
    return village.woman(child_dob=TODAY - timedelta(weeks=6) + timedelta(days=3), **changes)


def health(database: Database) -> list[str]:
    return [row.template for row in ledger(database, "template", "category") if row[1] == "health"]


def test_the_visits_of_a_week_are_one_sms(office: Office, village: Village):
    due_tomorrow(village)
    for days in range(5):
        run(office.database, TODAY + timedelta(days=days))

    assert len(health(office.database)) == 1
    (params,) = [row.params for row in ledger(office.database, "params")]
    assert len(params["visits"]) > 1


def test_visits_recorded_as_done_before_it_goes_out_hold_it_back(office: Office, village: Village):
    whose = due_tomorrow(village)
    for days in range(5):
        run(office.database, TODAY + timedelta(days=days))
    (row,) = ledger(office.database, "params", "not_before_at")
    village.visited(whose, row.params["visits"])
    office.now = row.not_before_at

    office.send()

    assert ledger(office.database, "state", "reason") == [("suppressed", "no_longer_due")]


def test_a_course_that_ends_takes_back_what_is_already_queued(office: Office, village: Village):
    whose = due_tomorrow(village)
    for days in range(5):
        run(office.database, TODAY + timedelta(days=days))
    (row,) = ledger(office.database, "not_before_at")
    with office.database.writing() as connection:
        end_course(connection, whose, "asked", NOW)
    office.now = row.not_before_at

    office.send()
    assert run(office.database, TODAY + timedelta(days=1)) == 0

    assert ledger(office.database, "state", "reason") == [("suppressed", "course_ended")]


def test_a_pregnant_womans_sms_names_no_pregnancy(office: Office, village: Village):
    village.woman(category="pregnant", child_dob=None, edd=TODAY + timedelta(weeks=20))
    for days in range(-40, 40):
        run(office.database, TODAY + timedelta(days=days))

    assert set(health(office.database)) == {"health_check"}
