from datetime import date

import pytest

from gateway.core.eligibility import Answers, Assessment, assess
from tests.core.rules import rules

TODAY = date(2026, 11, 24)


def assessed(**answers) -> Assessment:
    given = {"pregnant": False, "district": "nong", **answers}
    return assess(Answers(**given), on=TODAY, rules=rules())


def outcome(**answers) -> tuple[str, str]:
    assessment = assessed(**answers)
    return assessment.outcome, assessment.next_step


@pytest.mark.parametrize(
    ("label", "month", "expected"),
    [
        ("first trimester", 1, ("not_yet", "come_back")),
        ("end of the first trimester", 3, ("not_yet", "come_back")),
        ("second trimester begins", 4, ("may_be_entitled", "register")),
        ("third trimester", 9, ("may_be_entitled", "register")),
        ("the tenth month of four weeks", 10, ("may_be_entitled", "register")),
        ("she cannot tell", None, ("may_be_entitled", "ask")),
    ],
)
def test_a_pregnancy_enters_from_the_second_trimester(label, month, expected):
    assert outcome(pregnant=True, pregnancy_month=month) == expected, label


@pytest.mark.parametrize(
    ("label", "child", "expected"),
    [
        ("new-born", 0, ("may_be_entitled", "register")),
        ("five months completed", 5, ("may_be_entitled", "register")),
        ("six months, to the day or not", 6, ("may_be_entitled", "ask")),
        ("seven months", 7, ("too_late", "ask")),
        ("younger than asked", "young", ("may_be_entitled", "register")),
        ("older than asked", "older", ("too_late", "ask")),
        ("date of birth not known", "unknown", ("may_be_entitled", "ask")),
        ("no child, no pregnancy", "none", ("not_yet", "ask")),
    ],
)
def test_an_infant_enters_up_to_six_months_of_age(label, child, expected):
    assert outcome(child=child) == expected, label


@pytest.mark.parametrize(
    ("label", "month", "child", "expected"),
    [
        ("early pregnancy, young child", 2, 3, ("may_be_entitled", "register")),
        ("early pregnancy, child of unknown age", 2, "unknown", ("may_be_entitled", "ask")),
        ("early pregnancy, older child", 2, "older", ("not_yet", "come_back")),
        ("late pregnancy, older child", 8, "older", ("may_be_entitled", "register")),
        ("pregnancy of unknown month, young child", None, 2, ("may_be_entitled", "register")),
    ],
)
def test_who_is_pregnant_and_has_a_child_gets_the_kinder_answer(label, month, child, expected):
    assert outcome(pregnant=True, pregnancy_month=month, child=child) == expected, label


@pytest.mark.parametrize(
    ("month", "from_on"),
    [(3, date(2026, 12, 22)), (2, date(2027, 1, 19)), (1, date(2027, 2, 16))],
)
def test_who_comes_too_early_hears_from_which_month_and_day(month, from_on):
    assessment = assessed(pregnant=True, pregnancy_month=month)
    assert (assessment.from_month, assessment.from_on) == (4, from_on)


def test_the_first_month_of_entry_follows_the_rule_in_force():
    later = rules(pregnancy_from_week=17)
    answers = Answers(pregnant=True, pregnancy_month=4, district="nong")
    assert assess(answers, on=TODAY, rules=later).from_month == 5


def test_the_age_of_entry_follows_the_rule_in_force():
    answers = Answers(pregnant=False, child=7, district="nong")
    raised = rules(child_entry_months=8)
    assert assess(answers, on=TODAY, rules=raised).outcome == "may_be_entitled"


@pytest.mark.parametrize("district", [None, "vientiane", "Nong", ""])
def test_outside_the_districts_the_grant_is_not_paid_whoever_asks(district):
    answers = {"pregnant": True, "pregnancy_month": 8, "child": 1, "district": district}
    assert outcome(**answers) == ("not_in_area", "ask")


@pytest.mark.parametrize("child", ["none", "young", "older", "unknown", 0, 6, 30])
@pytest.mark.parametrize("month", [None, *range(1, 11)])
@pytest.mark.parametrize("pregnant", [True, False])
@pytest.mark.parametrize("district", ["nong", None])
def test_nobody_is_left_without_a_next_step(pregnant, month, child, district):
    found = outcome(pregnant=pregnant, pregnancy_month=month, child=child, district=district)
    assert found[1] in {"register", "ask", "come_back"}
    assert (found[1] == "register") <= (found[0] == "may_be_entitled")
