from datetime import date, timedelta

import pytest

from gateway.core.caller import Place, Visit
from gateway.core.health_schedule import course_of, due_visits, visits_by_week, week_of
from gateway.core.programme import PROGRAMME
from gateway.core.programme_file import Age
from tests.core.rules import rules, visit_rule

CENTRE = Place("ສຸກສາລາ ນອງ", "Souksala Nong")
VILLAGE = Place("ໂພນແກ້ວ", "Phonkeo")
EDD = date(2027, 3, 1)
DOB = date(2026, 6, 1)


def visits(*, on: date, edd=None, child_dob=None, done=None, given=None, category=None, **more):
    return due_visits(
        rules=given or rules(),
        category=category or ("child" if child_dob else "pregnant"),
        edd=edd,
        child_dob=child_dob,
        done=done or {},
        on=on,
        health_centre=CENTRE,
        village=VILLAGE,
        **more,
    )


def keys(**asked) -> list[str]:
    return [visit.visit for visit in visits(**asked)]


def due(key: str, **asked) -> date | None:
    return next((visit.due_on for visit in visits(**asked) if visit.visit == key), None)


def all_but(*kept: str) -> dict[str, date]:
    """Every visit after birth done long ago, except for those named."""
    after_birth = ("pnc1", "pnc2", "bcg", "penta1", "penta2", "penta3", "vitamin_a", "mr1")
    return {key: DOB for key in after_birth if key not in kept}


def test_a_contact_of_week_w_falls_forty_less_w_weeks_before_the_due_date():
    found = {visit.visit: visit.due_on for visit in visits(edd=EDD, on=date(2026, 8, 1))}
    assert found == {
        "anc1": EDD - timedelta(weeks=28),
        "anc2": EDD - timedelta(weeks=14),
        "anc3": EDD - timedelta(weeks=4),
    }


@pytest.mark.parametrize(
    ("label", "weeks_before_edd", "expected"),
    [
        ("before the first", 30, ["anc1", "anc2", "anc3"]),
        ("the first opens", 28, ["anc1", "anc2", "anc3"]),
        ("the first still to be caught up on", 15, ["anc1", "anc2", "anc3"]),
        ("the first has closed", 14, ["anc2", "anc3"]),
        ("the due date", 0, ["anc3"]),
        ("a week past it, the last day", -1, ["anc3"]),
        ("later: no birth is assumed, nothing is asked", -2, []),
        ("much later", -40, []),
    ],
)
def test_antenatal_contacts_close_one_after_another_and_all_after_the_due_date(
    label, weeks_before_edd, expected
):
    assert keys(edd=EDD, on=EDD - timedelta(weeks=weeks_before_edd)) == expected, label


def test_the_day_after_a_window_closes_the_visit_is_gone():
    closes_on = EDD + timedelta(weeks=1)
    assert keys(edd=EDD, on=closes_on) == ["anc3"]
    assert keys(edd=EDD, on=closes_on + timedelta(days=1)) == []


def test_a_contact_made_is_not_due_again():
    assert keys(edd=EDD, on=date(2026, 11, 1), done={"anc1": date(2026, 9, 1)}) == ["anc2", "anc3"]


def test_a_contact_missed_earlier_does_not_hide_behind_a_later_one():
    assert keys(edd=EDD, on=date(2026, 11, 1), done={"anc2": date(2026, 11, 1)}) == ["anc1", "anc3"]


def test_after_the_birth_the_expected_date_counts_no_more():
    found = keys(edd=EDD, child_dob=date(2027, 1, 20), on=date(2027, 1, 21))
    assert "anc3" not in found
    assert found[0] == "pnc1"


def test_before_a_date_of_birth_is_known_no_child_visit_is_due():
    assert not {"pnc1", "bcg", "penta1"} & set(keys(edd=EDD, on=EDD))


def test_without_any_date_there_are_no_visits():
    assert visits(on=date(2026, 11, 1)) == ()


@pytest.mark.parametrize("dates", [{"edd": EDD}, {"child_dob": DOB}])
def test_an_ended_course_has_no_visits(dates):
    assert visits(**dates, on=date(2026, 7, 1), course_ended=True) == ()


@pytest.mark.parametrize(
    ("key", "due_on"),
    [
        ("pnc1", date(2026, 6, 1)),
        ("bcg", date(2026, 6, 1)),
        ("pnc2", date(2026, 7, 13)),
        ("penta1", date(2026, 7, 13)),
        ("penta2", date(2026, 8, 10)),
        ("penta3", date(2026, 9, 7)),
        ("vitamin_a", date(2026, 12, 1)),
        ("mr1", date(2027, 3, 1)),
    ],
)
def test_visits_after_birth_count_weeks_and_months_from_it(key, due_on):
    assert due(key, child_dob=DOB, on=DOB) == due_on


@pytest.mark.parametrize(
    ("label", "child_dob", "nine_months"),
    [
        ("middle of a month", date(2026, 6, 15), date(2027, 3, 15)),
        ("31st, ends in a month of 28", date(2026, 5, 31), date(2027, 2, 28)),
        ("31st, ends in a month of 29", date(2027, 5, 31), date(2028, 2, 29)),
        ("31st, ends in a month of 30", date(2026, 8, 31), date(2027, 5, 31)),
        ("leap day", date(2028, 2, 29), date(2028, 11, 29)),
        ("over the turn of the year", date(2026, 12, 31), date(2027, 9, 30)),
    ],
)
def test_months_of_age_end_with_the_month(label, child_dob, nine_months):
    assert due("mr1", child_dob=child_dob, on=child_dob) == nine_months, label


def test_the_first_birthday_of_a_child_of_the_leap_day_is_the_28th():
    done = dict.fromkeys(all_but("bcg"), date(2028, 3, 1))
    (bcg,) = visits(child_dob=date(2028, 2, 29), on=date(2028, 3, 1), done=done)
    assert bcg.closes_on == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("label", "first_on", "second_due_on"),
    [
        ("on time: the second at its age", date(2026, 7, 13), date(2026, 8, 10)),
        ("a day late: four weeks later", date(2026, 7, 14), date(2026, 8, 11)),
        ("two months late: four weeks later", date(2026, 9, 14), date(2026, 10, 12)),
        ("early: still at its age", date(2026, 7, 10), date(2026, 8, 10)),
    ],
)
def test_a_second_dose_waits_four_weeks_for_the_first(label, first_on, second_due_on):
    found = due("penta2", child_dob=DOB, on=first_on, done={"penta1": first_on})
    assert found == second_due_on, label


def test_doses_that_are_all_missing_follow_each_other_from_today_on():
    on = date(2026, 10, 1)
    penta = [
        (visit.visit, visit.due_on)
        for visit in visits(child_dob=DOB, on=on)
        if visit.visit.startswith("penta")
    ]
    assert penta == [
        ("penta1", date(2026, 7, 13)),
        ("penta2", on + timedelta(weeks=4)),
        ("penta3", on + timedelta(weeks=8)),
    ]


def test_a_later_dose_on_record_implies_the_ones_before_it():
    on = date(2026, 9, 1)
    found = keys(child_dob=DOB, on=on, done={"penta2": date(2026, 8, 25)})
    assert "penta1" not in found
    assert due("penta3", child_dob=DOB, on=on, done={"penta2": date(2026, 8, 25)}) == date(
        2026, 9, 22
    )


def test_a_third_dose_on_record_implies_both():
    found = keys(child_dob=DOB, on=date(2026, 12, 1), done={"penta3": date(2026, 11, 1)})
    assert not {"penta1", "penta2", "penta3"} & set(found)


def test_a_dose_that_can_no_longer_fit_into_its_window_is_not_due():
    late = date(2027, 5, 20)
    found = keys(child_dob=DOB, on=late, done=all_but("penta1", "penta2", "penta3"))
    assert found == ["penta1"]


def test_a_vaccine_can_be_caught_up_on_until_its_window_closes():
    done = all_but("penta1", "penta2", "penta3")
    assert "penta1" in keys(child_dob=DOB, on=date(2027, 6, 1), done=done)
    assert "penta1" not in keys(child_dob=DOB, on=date(2027, 6, 2), done=done)


def test_a_visit_names_the_place_where_it_is_made():
    found = {visit.visit: visit.place for visit in visits(child_dob=DOB, on=DOB)}
    assert found["bcg"] == CENTRE
    assert found["penta1"] == VILLAGE


def test_a_visit_says_when_its_window_closes():
    (first, *_) = visits(child_dob=DOB, on=DOB)
    assert first == Visit(visit="pnc1", due_on=DOB, closes_on=DOB + timedelta(days=1), place=CENTRE)


def test_visits_come_in_the_order_of_their_days():
    found = [visit.due_on for visit in visits(child_dob=DOB, on=DOB)]
    assert found == sorted(found)


def test_what_is_due_later_than_asked_for_is_left_out():
    found = keys(child_dob=DOB, on=DOB, until=date(2026, 8, 10))
    assert found == ["pnc1", "bcg", "pnc2", "penta1", "penta2"]


def test_an_unknown_visit_on_record_changes_nothing():
    on = date(2026, 7, 1)
    assert keys(child_dob=DOB, on=on, done={"zoster": on}) == keys(child_dob=DOB, on=on)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 11, 24), "2026-W48"),
        (date(2026, 11, 29), "2026-W48"),
        (date(2026, 11, 30), "2026-W49"),
        (date(2027, 1, 1), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
    ],
)
def test_a_week_runs_from_monday_and_bears_the_year_of_its_thursday(day, week):
    assert week_of(day) == week


def test_visits_of_one_week_stand_together():
    grouped = visits_by_week(visits(child_dob=DOB, on=DOB))
    assert [visit.visit for visit in grouped["2026-W29"]] == ["pnc2", "penta1"]
    assert list(grouped) == sorted(grouped)


def test_sunday_and_monday_are_two_weeks():
    given = rules(
        visits=(
            visit_rule("sunday", "vaccine", Age(days=6), Age(days=30)),
            visit_rule("monday", "vaccine", Age(days=7), Age(days=30)),
        )
    )
    monday = date(2026, 6, 1)
    assert len(visits_by_week(visits(child_dob=monday, on=monday, given=given))) == 2


def test_a_child_with_the_real_schedule_has_every_dose_in_order():
    on = date(2026, 11, 24)
    found = visits(child_dob=on, on=on, given=PROGRAMME.rules_on(on))
    due_on = {visit.visit: visit.due_on for visit in found}
    assert len(due_on) == len(found)
    for vaccine in ("penta", "pcv", "opv"):
        first, second, third = (due_on[f"{vaccine}{dose}"] for dose in (1, 2, 3))
        assert third - second == second - first == timedelta(weeks=4)
        assert first == on + timedelta(weeks=6)


class TestPregnantAgain:
    """An elder child's date of birth stands in the row of a woman who is pregnant."""

    elder = date(2025, 3, 10)
    on = EDD - timedelta(weeks=20)

    def test_the_category_says_that_the_visits_go_by_the_expected_date(self):
        again = keys(on=self.on, category="pregnant", edd=EDD, child_dob=self.elder)
        assert again == keys(on=self.on, edd=EDD) != []

    def test_and_none_of_the_elder_childs(self):
        shown = visits(on=self.on, category="pregnant", edd=EDD, child_dob=self.elder)
        assert {visit.visit[:3] for visit in shown} == {"anc"}

    def test_visits_of_the_pregnancy_before_are_not_this_ones(self):
        before = {"anc1": date(2024, 9, 1), "anc2": date(2024, 12, 1), "anc3": date(2025, 2, 1)}
        asked = {"on": self.on, "category": "pregnant", "edd": EDD, "child_dob": self.elder}
        assert keys(**asked, done=before) == keys(**asked)
        assert "anc2" not in keys(**asked, done=before | {"anc2": self.on})

    @pytest.mark.parametrize(
        ("born_on", "antenatal"),
        [
            pytest.param(EDD - timedelta(days=281), True, id="before this pregnancy"),
            pytest.param(EDD - timedelta(days=280), True, id="on its first day"),
            pytest.param(EDD - timedelta(days=279), False, id="of this pregnancy"),
            pytest.param(EDD - timedelta(weeks=8), False, id="early"),
            pytest.param(EDD + timedelta(days=9), False, id="late"),
        ],
    )
    def test_a_child_of_this_pregnancy_ends_it_before_the_category_is_changed(
        self, born_on, antenatal
    ):
        hers = course_of("pregnant", EDD, born_on)
        assert hers is not None
        assert hers.antenatal == antenatal

    @pytest.mark.parametrize("edd", [EDD, None])
    def test_for_a_child_the_expected_date_counts_no_more(self, edd):
        assert course_of("child", edd, DOB) == course_of("child", None, DOB)

    @pytest.mark.parametrize(
        ("category", "edd", "child_dob"),
        [("pregnant", None, None), ("pregnant", None, DOB), ("child", EDD, None)],
    )
    def test_without_the_date_of_the_category_nothing_is_due(self, category, edd, child_dob):
        asked = {"category": category, "edd": edd, "child_dob": child_dob}
        assert keys(on=self.on, **asked) == []

    def test_a_dose_of_the_elder_child_is_not_the_newborns(self):
        """One row, the next child: the same keys stand for other visits."""
        born_on = date(2026, 10, 1)
        before = dict.fromkeys(all_but(), self.elder)
        on = born_on + timedelta(weeks=6)
        asked = {"on": on, "category": "child", "child_dob": born_on}
        assert keys(**asked, done=before) == keys(**asked)
