"""Health visits are one SMS a week, name no pregnancy, and stop when they should."""

from datetime import date, timedelta

import pytest

from gateway.core.msisdn import Msisdn
from gateway.core.programme_file import Age
from gateway.core.reminder_records import Planned
from tests.core.reminding import DOB, at, over_days, payment, person, planned
from tests.core.rules import rules, visit_rule

# --- health -------------------------------------------------------------------------------------


def test_the_visits_of_a_week_are_one_sms_three_days_before():
    (message,) = planned(date(2026, 7, 10), person(child_dob=DOB))
    assert message == Planned(
        dedupe_key="health:b1:2026-W29",
        category="health",
        template="health_check",
        beneficiary_id="b1",
        msisdn=Msisdn("+8562055500001"),
        payment_id=None,
        params={"due_on": "2026-07-13", "place": "centre", "visits": ["pnc2", "penta1"]},
        not_before_at=at("2026-07-10 09:00"),
        expires_at=at("2026-07-14 00:00"),
    )


@pytest.mark.parametrize(
    ("label", "done", "template", "place", "visits"),
    [
        ("both", (), "health_check", "centre", ["pnc2", "penta1"]),
        ("vaccine only", ("pnc2",), "vaccine", "outreach", ["penta1"]),
        ("check only", ("penta1",), "postnatal", "centre", ["pnc2"]),
    ],
)
def test_the_text_names_what_is_due_and_where(label, done, template, place, visits):
    mother = person(child_dob=DOB, done=dict.fromkeys(done, date(2026, 7, 1)))
    (message,) = planned(date(2026, 7, 10), mother)
    found = (message.template, message.params["place"], message.params["visits"])
    assert found == (template, place, visits), label


def test_a_pregnancy_is_never_in_the_name_of_a_template():
    edd = date(2027, 3, 1)
    (message,) = planned(edd - timedelta(weeks=28, days=3), person(edd=edd))
    assert message.params["visits"] == ["anc1"]
    assert message.template == "health_check"


def test_who_is_pregnant_again_is_called_for_this_pregnancy_and_not_for_the_elder_child():
    edd, elder = date(2027, 3, 1), date(2025, 4, 2)
    on = edd - timedelta(weeks=28, days=3)
    again = person(edd=edd, child_dob=elder, category="pregnant")
    assert planned(on, again) == planned(on, person(edd=edd)) != []
    assert over_days(elder + timedelta(days=330), 60, again) == {}


def test_visits_done_are_not_asked_for():
    mother = person(child_dob=DOB, done={"pnc2": DOB, "penta1": date(2026, 7, 9)})
    assert planned(date(2026, 7, 10), mother) == []


def test_a_visit_not_on_record_is_asked_for_twice_more_four_weeks_apart():
    done = dict.fromkeys(("pnc1", "pnc2", "bcg", "vitamin_a"), DOB)
    mother = person(child_dob=DOB, done=done)
    assert over_days(DOB, 300, mother) == {
        "health:b1:2026-W29": "2026-07-10 09:00",
        "health:b1:2026-W33": "2026-08-07 09:00",
        "health:b1:2026-W37": "2026-09-04 09:00",
        "health:b1:2027-W09": "2027-02-26 09:00",
        "health:b1:2027-W13": "2027-03-26 09:00",
    }


def test_a_second_dose_is_asked_for_four_weeks_after_a_late_first():
    done = {"penta1": date(2026, 7, 30), "pnc2": DOB, "bcg": DOB}
    (message,) = planned(date(2026, 8, 24), person(child_dob=DOB, done=done))
    assert message.params == {"due_on": "2026-08-27", "place": "outreach", "visits": ["penta2"]}


def test_a_second_dose_is_not_asked_for_while_the_first_is_missing():
    mother = person(child_dob=DOB, done={"pnc2": DOB, "bcg": DOB})
    asked = {
        visit
        for ahead in range(300)
        for message in planned(DOB + timedelta(days=ahead), mother)
        for visit in message.params["visits"]
    }
    assert asked == {"pnc1", "penta1", "vitamin_a", "mr1"}


def test_a_visit_at_birth_is_asked_for_on_the_day_the_birth_is_known():
    newborn = person(child_dob=DOB)
    (message,) = planned(DOB, newborn)
    assert message.params["visits"] == ["pnc1", "bcg"]
    assert message.not_before_at == at("2026-06-01 09:00")
    assert message.expires_at == at("2026-06-02 00:00")


@pytest.mark.parametrize(
    ("label", "days_of_age", "keys"),
    [
        ("Monday and Sunday", (7, 13), {"health:b1:2026-W24"}),
        ("Sunday and Monday", (6, 7), {"health:b1:2026-W23", "health:b1:2026-W24"}),
        ("the same day", (7, 7), {"health:b1:2026-W24"}),
    ],
)
def test_the_visits_of_one_iso_week_share_a_key(label, days_of_age, keys):
    given = rules(
        catch_up_times=0,
        visits=tuple(
            visit_rule(f"v{number}", "vaccine", Age(days=days), Age(days=90))
            for number, days in enumerate(days_of_age)
        ),
    )
    monday_child = person(child_dob=DOB)
    found = [
        message.dedupe_key
        for ahead in range(30)
        for message in planned(DOB + timedelta(days=ahead), monday_child, given=given)
    ]
    assert set(found) == keys, label


def test_the_sms_of_a_week_names_its_first_day_and_all_its_visits():
    given = rules(
        visits=(
            visit_rule("thursday", "vaccine", Age(days=10), Age(days=90)),
            visit_rule("monday", "vaccine", Age(days=7), Age(days=90)),
        )
    )
    (message,) = planned(date(2026, 6, 5), person(child_dob=DOB), given=given)
    assert message.params["due_on"] == "2026-06-08"
    assert message.params["visits"] == ["monday", "thursday"]


def test_of_two_times_on_one_day_the_sms_of_a_week_takes_the_earlier():
    given = rules(
        visits=(
            visit_rule("friday", "vaccine", Age(days=11), Age(days=90)),
            visit_rule("thursday", "vaccine", Age(days=10), Age(days=90)),
        )
    )
    born_on = date(2026, 4, 6)  # the friday's lead day is the first of Lao New Year
    (message,) = planned(date(2026, 4, 13), person(child_dob=born_on), given=given)
    assert message.params["visits"] == ["thursday", "friday"]
    assert message.not_before_at == at("2026-04-13 09:00")


def test_a_birth_told_late_in_the_week_still_gets_what_is_ahead_in_it():
    given = rules(
        visits=(
            visit_rule("first", "postnatal", Age(days=0), Age(days=1), lead_days=0),
            visit_rule("second", "postnatal", Age(days=2), Age(days=3), lead_days=0),
        )
    )
    (message,) = planned(DOB + timedelta(days=2), person(child_dob=DOB), given=given)
    assert message.params["visits"] == ["second"]
    assert message.params["due_on"] == "2026-06-03"


@pytest.mark.parametrize(
    ("label", "dob", "expected"),
    [
        ("31st of a month", date(2026, 5, 31), "2027-02-25 09:00"),
        ("leap day", date(2028, 2, 29), "2028-11-26 09:00"),
        ("lead on National Day", date(2026, 3, 5), "2026-12-01 18:00"),
        ("lead on Lao New Year", date(2025, 7, 18), "2026-04-13 18:00"),
    ],
)
def test_a_visit_counted_in_months_is_announced_around_ends_of_months_and_holidays(
    label, dob, expected
):
    done = dict.fromkeys(("pnc1", "pnc2", "bcg", "penta3", "vitamin_a"), dob)
    found = over_days(dob + timedelta(days=250), 40, person(child_dob=dob, done=done))
    assert next(iter(found.values())) == expected, label


def test_a_child_without_a_date_of_birth_is_left_in_peace():
    assert over_days(date(2026, 6, 1), 400, person()) == {}


@pytest.mark.parametrize("days_past", [0, 1, 8, 60])
def test_past_the_due_date_nothing_is_asked(days_past):
    edd = date(2027, 3, 1)
    waiting = person(edd=edd, done={"anc1": DOB, "anc2": DOB})
    first = edd + timedelta(days=days_past)
    assert over_days(first, 60, waiting) == {}


def test_twins_on_one_handset_get_one_sms():
    twins = [person(child_dob=DOB, beneficiary_id=name) for name in ("b2", "b1")]
    (message,) = planned(date(2026, 7, 10), *twins)
    assert message.dedupe_key == "health:b1:2026-W29"


@pytest.mark.parametrize(
    ("label", "changes"),
    [
        ("another handset", {"msisdn": Msisdn("+8562055500002")}),
        ("another centre", {"health_centre": "99"}),
        ("another age", {"child_dob": date(2026, 6, 2)}),
        ("another kind of visit", {"done": {"pnc2": DOB}}),
    ],
)
def test_what_reads_differently_is_not_taken_for_twins(label, changes):
    one = person(child_dob=DOB)
    other = person(**{"child_dob": DOB, "beneficiary_id": "b2", **changes})
    days = [date(2026, 7, 10), date(2026, 7, 11)]
    assert sum(len(planned(day, one, other)) for day in days) == 2, label


def test_neighbours_of_two_villages_on_one_phone_are_told_each_their_own():
    done = {"pnc2": DOB}
    one = person(child_dob=DOB, done=done)
    other = person(child_dob=DOB, done=done, beneficiary_id="b2", village="99")
    assert len(planned(date(2026, 7, 10), one, other)) == 2


def test_twins_are_paid_each_and_told_of_each_payment():
    twins = [
        person(payment(payment_id=f"p{name}"), beneficiary_id=f"b{name}") for name in ("1", "2")
    ]
    assert len(planned(date(2026, 8, 14), *twins)) == 2
