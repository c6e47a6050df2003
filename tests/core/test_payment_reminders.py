"""Payments are announced, missed and corrected at the right moment, and only once."""

from datetime import date, datetime, time, timedelta

import pytest

from gateway.core.msisdn import Msisdn
from gateway.core.payment_reminders import payment_days, plan_correction
from gateway.core.reminder_records import DuePayment, Planned
from gateway.core.told import TAKEN_BACK, LastTold, Told
from tests.core.reminding import (
    DOB,
    DUE_ON,
    HOURS,
    VIENTIANE,
    at,
    over_days,
    payment,
    person,
    planned,
)
from tests.core.rules import rules

# --- payments: when -----------------------------------------------------------------------------


def test_a_payment_is_announced_three_days_and_one_day_before():
    assert over_days(date(2026, 7, 1), 60, person(payment())) == {
        "payment:p1:2026-08-15:T-3": "2026-08-12 09:00",
        "payment:p1:2026-08-15:T-1": "2026-08-14 09:00",
    }


@pytest.mark.parametrize(
    ("label", "due_on", "first_on", "last_on"),
    [
        ("end of a short month", date(2027, 3, 1), "2027-02-26", "2027-02-28"),
        ("leap day", date(2028, 2, 29), "2028-02-26", "2028-02-28"),
        ("after the leap day", date(2028, 3, 1), "2028-02-27", "2028-02-29"),
        ("turn of the year", date(2027, 1, 3), "2026-12-31", "2027-01-02"),
    ],
)
def test_days_are_counted_over_the_ends_of_months(label, due_on, first_on, last_on):
    found = over_days(due_on - timedelta(days=20), 30, person(payment(due_on)))
    assert list(found.values()) == [f"{first_on} 09:00", f"{last_on} 09:00"], label


@pytest.mark.parametrize(
    ("label", "due_on", "expected"),
    [
        (
            "T-1 on a holiday: the evening before it",
            date(2026, 5, 2),
            {"T-3": "2026-04-29 09:00", "T-1": "2026-04-30 18:00"},
        ),
        (
            "T-3 on a holiday: the evening before it",
            date(2026, 5, 4),
            {"T-3": "2026-04-30 18:00", "T-1": "2026-05-03 09:00"},
        ),
        (
            "both in Lao New Year, moved to one moment: the later only",
            date(2026, 4, 17),
            {"T-1": "2026-04-13 18:00"},
        ),
        (
            "payday in Lao New Year, both moved to one day: the later only",
            date(2026, 4, 16),
            {"T-1": "2026-04-13 18:00"},
        ),
        (
            "first day of Lao New Year: nothing is moved",
            date(2026, 4, 14),
            {"T-3": "2026-04-11 09:00", "T-1": "2026-04-13 09:00"},
        ),
        (
            "after Lao New Year: the first is moved",
            date(2026, 4, 19),
            {"T-3": "2026-04-13 18:00", "T-1": "2026-04-18 09:00"},
        ),
    ],
)
def test_what_would_fall_on_a_holiday_goes_out_before_it(label, due_on, expected):
    found = over_days(due_on - timedelta(days=20), 40, person(payment(due_on)))
    assert found == {f"payment:p1:{due_on}:{name}": start for name, start in expected.items()}, (
        label
    )


def test_what_would_fall_into_quiet_hours_goes_out_the_evening_before():
    night = rules(send_at=time(6))
    (message,) = planned(date(2026, 8, 13), person(payment()), given=night)
    assert message.dedupe_key == "payment:p1:2026-08-15:T-1"
    assert message.not_before_at == at("2026-08-13 18:00")


def test_an_hour_past_the_start_of_quiet_still_goes_out_that_day():
    evening = rules(send_at=time(20))
    (message,) = planned(date(2026, 8, 14), person(payment()), given=evening)
    assert message.not_before_at == at("2026-08-14 18:00")


def test_the_day_is_a_day_of_vientiane():
    (message,) = planned(date(2026, 8, 14), person(payment()))
    assert message.not_before_at.isoformat() == "2026-08-14T09:00:00+07:00"


@pytest.mark.parametrize(
    ("label", "entered_on", "expected"),
    [
        ("on the day of the first", date(2026, 8, 12), ["T-3", "T-1"]),
        ("a day late for the first", date(2026, 8, 13), ["T-1"]),
        ("on the day of the last", date(2026, 8, 14), ["T-1"]),
        ("on payday", date(2026, 8, 15), []),
        ("later", date(2026, 8, 16), []),
    ],
)
def test_a_payment_entered_late_gets_only_the_reminders_still_ahead(label, entered_on, expected):
    found = over_days(entered_on, 30, person(payment()))
    assert [key.rsplit(":", 1)[1] for key in found] == expected, label


def test_planning_a_day_again_gives_the_same_messages():
    mother = person(payment(), child_dob=DOB)
    day = date(2026, 7, 10)
    assert planned(day, mother)
    assert planned(day, mother) == planned(day, mother)


def test_a_payment_moved_to_another_day_is_announced_under_keys_of_its_own():
    before = over_days(date(2026, 8, 1), 30, person(payment()))
    after = over_days(date(2026, 8, 1), 30, person(payment(date(2026, 8, 18))))
    assert not before.keys() & after.keys()


def test_each_payment_has_its_reminders():
    both = person(payment(), payment(date(2026, 8, 16), payment_id="p2"))
    found = over_days(date(2026, 8, 1), 30, both)
    assert len(found) == 4


# --- payments: until when -----------------------------------------------------------------------


def test_the_first_reminder_holds_until_the_last_starts():
    (message,) = planned(date(2026, 8, 12), person(payment()))
    assert message.expires_at == at("2026-08-14 09:00")


def test_the_last_reminder_holds_until_paying_ends():
    (message,) = planned(date(2026, 8, 14), person(payment()))
    assert message.expires_at == at("2026-08-15 16:00")


def test_a_reminder_carries_what_the_ledger_needs():
    (message,) = planned(date(2026, 8, 14), person(payment()))
    assert message == Planned(
        dedupe_key="payment:p1:2026-08-15:T-1",
        category="payment",
        template="payment_due",
        beneficiary_id="b1",
        msisdn=Msisdn("+8562055500001"),
        payment_id="p1",
        params={"due_on": "2026-08-15"},
        not_before_at=at("2026-08-14 09:00"),
        expires_at=at("2026-08-15 16:00"),
        priority=1,
    )


def test_the_number_does_not_show_where_a_plan_is_printed():
    (message,) = planned(date(2026, 8, 14), person(payment()))
    assert "55500001" not in repr(message)
    assert "55500001" not in repr(person())


# --- payments: missed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "on", "told"),
    [
        ("before its day", date(2026, 8, 14), False),
        ("marked on its day", date(2026, 8, 15), True),
        ("marked a week later", date(2026, 8, 22), True),
        ("marked at the end of the fortnight", date(2026, 8, 29), True),
        ("an old result imported late", date(2026, 8, 30), False),
    ],
)
def test_a_missed_payment_is_told_within_a_fortnight(label, on, told):
    found = planned(on, person(payment(status="missed")))
    assert [message.template for message in found] == ["payment_missed"] * told, label


def test_a_missed_payment_is_told_once():
    assert over_days(date(2026, 8, 10), 40, person(payment(status="missed"))) == {
        "payment:p1:2026-08-15:missed": "2026-08-15 09:00"
    }


def test_a_missed_payment_is_told_after_a_holiday_not_before():
    missed = person(payment(date(2026, 4, 13), "missed"))
    (message,) = planned(date(2026, 4, 15), missed)
    assert message.not_before_at == at("2026-04-17 08:00")
    assert message.expires_at == at("2026-04-28 00:00")


@pytest.mark.parametrize("status", ["paid", "cancelled"])
def test_a_payment_paid_or_cancelled_is_never_mentioned(status):
    assert over_days(date(2026, 8, 1), 40, person(payment(status=status))) == {}


# --- payments: corrections ----------------------------------------------------------------------

TOLD = LastTold(told=Told(DUE_ON, 7), by="m1")
NOW = at("2026-08-13 10:30")


def corrected(changed: DuePayment, now: datetime = NOW, **changes) -> Planned | None:
    mother = person(changed, **changes)
    return plan_correction(mother, changed, TOLD, now=now, rules=rules(), hours=HOURS)


def test_nothing_is_corrected_while_date_and_place_stand():
    assert corrected(payment()) is None


@pytest.mark.parametrize(
    ("label", "changed", "key"),
    [
        ("another day", payment(date(2026, 8, 18)), "correction:p1:2026-08-18:7:m1:0"),
        ("another place", payment(pay_point_id=8), "correction:p1:2026-08-15:8:m1:0"),
        ("both", payment(date(2026, 8, 18), pay_point_id=8), "correction:p1:2026-08-18:8:m1:0"),
    ],
)
def test_a_changed_date_or_place_is_corrected_at_once(label, changed, key):
    message = corrected(changed)
    assert message is not None, label
    assert (message.dedupe_key, message.template) == (key, "payment_changed")
    assert message.not_before_at == NOW
    assert message.expires_at == datetime.combine(changed.due_on, time(16), VIENTIANE)


def test_a_correction_waits_for_the_end_of_the_quiet_hours():
    message = corrected(payment(pay_point_id=8), now=at("2026-08-13 22:00"))
    assert message is not None
    assert message.not_before_at == at("2026-08-14 08:00")


@pytest.mark.parametrize(("now", "owed"), [("2026-08-15 15:59", True), ("2026-08-15 16:00", False)])
def test_a_correction_after_paying_has_ended_is_not_sent(now, owed):
    assert (corrected(payment(pay_point_id=8), now=at(now)) is not None) is owed


def test_what_is_cancelled_is_taken_back_under_the_day_she_was_told():
    message = corrected(payment(date(2026, 8, 18), status="cancelled"))
    assert message is not None
    assert message.template == "payment_cancelled"
    assert message.params == {"due_on": "2026-08-15", "occasion": "0"}
    assert message.dedupe_key == "correction:p1:cancelled:m1:0"
    assert message.expires_at == datetime.combine(DUE_ON, time(16), VIENTIANE)


def test_what_was_taken_back_already_is_not_taken_back_again():
    mother = person(payment(status="cancelled"))
    told = LastTold(told=TAKEN_BACK, by="m2")
    again = plan_correction(mother, mother.payments[0], told, now=NOW, rules=rules(), hours=HOURS)
    assert again is None


@pytest.mark.parametrize("status", ["suspended", "exited", "rejected", "verified"])
def test_what_she_is_not_paid_any_more_is_taken_back_under_the_day_she_was_told(status):
    message = corrected(payment(date(2026, 8, 18)), status=status)
    assert message is not None
    assert message.template == "payment_withdrawn"
    assert message.params["due_on"] == "2026-08-15"
    assert message.dedupe_key == "correction:p1:withdrawn:m1:0"


def test_what_nobody_was_told_is_not_taken_back():
    mother = person(payment(), status="suspended")
    silent = LastTold(told=Told(DUE_ON, 7))
    assert plan_correction(mother, payment(), silent, now=NOW, rules=rules(), hours=HOURS) is None


@pytest.mark.parametrize("status", ["paid", "missed"])
def test_a_payment_no_longer_scheduled_is_not_corrected(status):
    assert corrected(payment(pay_point_id=8, status=status)) is None


def test_no_correction_goes_to_who_wants_no_payment_messages():
    assert corrected(payment(pay_point_id=8), consent_payment=False) is None


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "changes", "categories"),
    [
        ("agreed to all", {}, {"payment", "health"}),
        ("no payment messages", {"consent_payment": False}, {"health"}),
        ("no health messages", {"consent_health": False}, {"payment"}),
        ("number left all", {"optouts": frozenset({"all"})}, set()),
        ("number left health", {"optouts": frozenset({"health"})}, {"payment"}),
        ("course ended", {"course_ended": True}, {"payment"}),
        ("not her number", {"disowned": True}, set()),
        ("district paused", {"paused": True}, set()),
        ("grant on hold", {"status": "suspended"}, {"health"}),
        ("left the programme", {"status": "exited"}, set()),
        ("not accepted", {"status": "rejected"}, set()),
    ],
)
def test_nothing_is_planned_that_must_not_go(label, changes, categories):
    on = date(2026, 7, 10)  # three days before the visits of six weeks and before a payday
    mother = person(payment(on + timedelta(days=3)), child_dob=DOB, **changes)
    assert {message.category for message in planned(on, mother)} == categories, label


# --- what the ledger's query has to read --------------------------------------------------------


@pytest.mark.parametrize("day", [date(2026, 4, 13), date(2026, 8, 12), date(2029, 4, 13)])
def test_the_days_to_look_at_hold_every_payment_that_a_day_plans(day):
    first, last = payment_days(day, rules())
    for offset in range(-60, 60):
        due_on = day + timedelta(days=offset)
        for status in ("scheduled", "missed"):
            found = planned(day, person(payment(due_on, status)))
            assert not found or first <= due_on <= last
