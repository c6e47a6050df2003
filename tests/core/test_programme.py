import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.core import programme
from gateway.core.programme import PROGRAMME, Programme
from gateway.core.programme_file import Age, ProgrammeError, add_months, parse
from tests.core.rules import rules

TODAY = date(2026, 11, 24)
TEXT = Path(programme.__file__).with_name("programme.toml").read_text("utf-8")


def changed(old: str, new: str) -> Programme:
    """The programme of the real file with one place rewritten."""
    assert old in TEXT
    return Programme(parse(TEXT.replace(old, new, 1)))


def with_entry(entry: str) -> Programme:
    """The programme of the real file with an entry more, above the table that follows."""
    return changed("[[rules.pregnancy_from_week]]", f"{entry}\n[[rules.pregnancy_from_week]]")


def test_one_payment_is_three_hundred_thousand_kip_for_two_months():
    in_force = PROGRAMME.rules_on(TODAY)
    assert (in_force.monthly_amount, in_force.cycle_months, in_force.cycle_amount) == (
        150_000,
        2,
        300_000,
    )


def test_entry_is_from_the_second_trimester_or_up_to_six_months_of_age():
    in_force = PROGRAMME.rules_on(TODAY)
    assert in_force.pregnancy_from_month == 4
    assert in_force.child_entry_months == 6
    assert in_force.paid_until_months == 12


@pytest.mark.parametrize(("week", "month"), [(12, 3), (13, 4), (14, 4), (16, 4), (17, 5)])
def test_a_month_of_pregnancy_is_four_weeks(week, month):
    assert rules(pregnancy_from_week=week).pregnancy_from_month == month


def test_three_districts_are_served_each_under_its_lao_and_latin_name():
    served = PROGRAMME.rules_on(TODAY).districts
    assert [(one.key, one.name, one.latin, one.province_latin) for one in served] == [
        ("sanamxay", "ສະໜາມໄຊ", "Sanamxay", "Attapeu"),
        ("phouvong", "ພູວົງ", "Phouvong", "Attapeu"),
        ("nong", "ນອງ", "Nong", "Savannakhet"),
    ]


def test_a_district_is_asked_for_by_its_key():
    in_force = PROGRAMME.rules_on(TODAY)
    assert in_force.serves("nong")
    assert not in_force.serves("Nong")


def test_four_antenatal_contacts_are_in_force_not_eight():
    antenatal = [rule for rule in PROGRAMME.rules_on(TODAY).visits if rule.kind == "antenatal"]
    assert [rule.key for rule in antenatal] == ["anc1", "anc2", "anc3", "anc4"]


def test_one_line_switches_to_the_eight_contacts_of_the_who():
    in_force = changed('value = "anc4"', 'value = "anc8"').rules_on(TODAY)
    antenatal = [rule.opens.weeks for rule in in_force.visits if rule.kind == "antenatal"]
    assert antenatal == [12, 20, 26, 30, 34, 36, 38, 40]


@pytest.mark.parametrize("preset", ["anc4", "anc8"])
def test_an_antenatal_window_ends_where_the_next_begins_the_last_a_week_past_the_due_date(preset):
    in_force = changed('value = "anc4"', f'value = "{preset}"').rules_on(TODAY)
    antenatal = [rule for rule in in_force.visits if rule.kind == "antenatal"]
    start = date(2026, 1, 1)
    for rule, following in pairwise(antenatal):
        assert rule.closes.after(start) + timedelta(days=1) == following.opens.after(start)
    assert antenatal[-1].closes == Age(weeks=41)


@pytest.mark.parametrize(
    ("key", "opens"),
    [
        ("bcg", Age(days=0)),
        ("hepb0", Age(days=0)),
        ("penta1", Age(weeks=6)),
        ("penta2", Age(weeks=10)),
        ("penta3", Age(weeks=14)),
        ("pcv3", Age(weeks=14)),
        ("opv2", Age(weeks=10)),
        ("rota2", Age(weeks=10)),
        ("ipv", Age(weeks=14)),
        ("mr1", Age(months=9)),
        ("mr2", Age(months=12)),
        ("je", Age(months=9)),
        ("vitamin_a_6m", Age(months=6)),
        ("pnc3", Age(days=7)),
        ("pnc4", Age(weeks=6)),
    ],
)
def test_visits_open_at_the_ages_of_the_schedule(key, opens):
    rule = PROGRAMME.rules_on(TODAY).visit(key)
    assert rule is not None
    assert rule.opens == opens


def test_a_visit_nobody_knows_has_no_rule():
    assert PROGRAMME.rules_on(TODAY).visit("penta9") is None


def test_the_keys_of_recorded_visits_are_those_of_every_preset():
    assert {"anc1", "anc8", "penta3", "mr2"} <= PROGRAMME.visit_keys()


def test_a_new_amount_counts_from_its_day_and_the_old_one_stays_known():
    later = with_entry(
        "[[rules.monthly_amount]]\nfrom_on = 2027-01-01\nvalue = 200_000\n"
        'source = "decree"\nsure = "public source"\n'
    )
    amounts = [
        later.rules_on(day).cycle_amount
        for day in (date(2021, 6, 18), date(2026, 12, 31), date(2027, 1, 1), date(2030, 1, 1))
    ]
    assert amounts == [300_000, 300_000, 400_000, 400_000]


@pytest.mark.parametrize(
    ("label", "day", "served"),
    [
        ("the day before it begins", date(2026, 12, 31), False),
        ("the first day", date(2027, 1, 1), True),
        ("the last day", date(2027, 6, 30), True),
        ("the day after", date(2027, 7, 1), False),
    ],
)
def test_a_district_is_served_on_the_days_it_names_both_included(label, day, served):
    spell = 'key = "nong"\nfrom_on = 2027-01-01\nuntil_on = 2027-06-30'
    in_force = changed('key = "nong"', spell).rules_on(day)
    assert in_force.serves("nong") is served, label


def test_a_spell_may_be_a_single_day():
    spell = 'key = "nong"\nfrom_on = 2027-01-01\nuntil_on = 2027-01-01'
    single = changed('key = "nong"', spell)
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)]
    assert [single.rules_on(day).serves("nong") for day in days] == [False, True, False]


def test_the_programme_begins_when_it_has_every_rule():
    later = changed("from_on = 2021-06-18\nvalue = 2\n", "from_on = 2022-01-01\nvalue = 2\n")
    assert later.rules_on(date(2022, 1, 1)).cycle_months == 2
    with pytest.raises(ProgrammeError, match="no rules were in force on 2021-12-31"):
        later.rules_on(date(2021, 12, 31))


def test_before_the_programme_began_there_were_no_rules():
    with pytest.raises(ProgrammeError, match="no rules were in force on 2021-06-17"):
        PROGRAMME.rules_on(date(2021, 6, 17))


def test_every_rule_says_where_it_comes_from_and_how_sure_it_is():
    marks = PROGRAMME.marks()
    assert all(mark.source for mark in marks)
    keys = [mark.key for mark in marks]
    assert {"rules.monthly_amount", "districts.phouvong", "schedules.anc8"} <= set(keys)


def test_what_is_not_published_is_on_the_list_to_confirm():
    unsure = {mark.key for mark in PROGRAMME.marks() if mark.sure != "public source"}
    assert {"rules.antenatal", "districts.phouvong", "schedules.anc4"} <= unsure
    assert "rules.monthly_amount" not in unsure


def test_the_version_is_a_date_to_quote():
    assert re.fullmatch(r"\d{4}-\d{2}", PROGRAMME.version)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('version = "2026-11"', "", "version"),
        ("value = 150_000", 'value = "150.000"', "rules.monthly_amount[0].value"),
        ("value = 150_000", "value = 0", "rules.monthly_amount[0].value"),
        ("value = 150_000\n", "", "rules.monthly_amount[0]"),
        ("[[rules.cycle_months]]", "[[rules.cycle_month]]", "cycle_month"),
        ("from_on = 2021-06-18", 'from_on = "June"', "rules.monthly_amount[0].from_on"),
        ('sure = "public source"', 'sure = "perhaps"', "rules.monthly_amount[0].sure"),
        ('key = "nong"', 'key = "ນອງ"', "districts[2].key"),
        ('latin = "Nong"\n', "", "districts[2]"),
        ("opens = { weeks = 12 }", "opens = { week = 12 }", "schedules[0].visits[0].opens"),
        ("opens = { weeks = 12 }", "opens = { weeks = -1 }", "schedules[0].visits[0].opens.weeks"),
        ('place = "centre"', 'place = "hospital"', "schedules[0].place"),
        ("added = []", 'added = ["tomorrow"]', "holidays.added"),
    ],
)
def test_a_malformed_file_is_refused_with_the_name_of_the_key(old, new, named):
    with pytest.raises(ProgrammeError) as raised:
        changed(old, new)
    assert named in str(raised.value)
    assert "programme.toml" in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('{ key = "penta2"', '{ key = "penta1"', "penta1 stands there twice"),
        ('key = "phouvong"', 'key = "nong"', "nong stands there twice"),
        ("opens = { weeks = 12 }", "opens = { weeks = 26 }", "anc1 closes before it opens"),
        ('after = "penta1"', 'after = "penta3"', "penta2 is after penta3"),
        ('after = "penta1"', 'after = "pnc1"', "penta2 is after pnc1"),
        ('value = "anc4"', 'value = "anc5"', "rules.antenatal: no schedule anc5"),
        ("value = 12\nsource", "value = 5\nsource", "rules.child_entry_months"),
        ("value = 3\nsource", "value = 1\nsource", "rules.last_payment_reminder_days"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(old, new, named):
    with pytest.raises(ProgrammeError, match=re.escape(named)):
        changed(old, new)


@pytest.mark.parametrize(
    ("label", "old", "new"),
    [
        ("entry until the very end", "value = 12\nsource", "value = 6\nsource"),
        ("a window of one day", "closes = { days = 1 }", "closes = { days = 0 }"),
    ],
)
def test_what_is_only_narrow_is_no_contradiction(label, old, new):
    assert changed(old, new).rules_on(TODAY).districts, label


def test_the_values_of_a_rule_stand_in_the_order_of_their_days():
    with pytest.raises(ProgrammeError, match=r"rules\.monthly_amount: from_on must ascend"):
        with_entry(
            "[[rules.monthly_amount]]\nfrom_on = 2021-01-01\nvalue = 1\n"
            'source = "x"\nsure = "public source"\n'
        )


def test_a_rule_without_any_value_is_refused():
    without = re.sub(r"\[\[rules\.send_at\]\].*?\n\n", "", TEXT, flags=re.DOTALL)
    empty = without.replace("[[rules.monthly", "[rules]\nsend_at = []\n\n[[rules.monthly", 1)
    with pytest.raises(ProgrammeError, match=r"rules\.send_at: needs at least one entry"):
        Programme(parse(empty))


def test_a_file_that_is_no_toml_is_refused_with_its_line():
    with pytest.raises(ProgrammeError, match="line 2"):
        parse('version = "1"\nrules = = 1\n')


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_end_with_the_month(start, months, end):
    assert add_months(start, months) == end


def test_an_age_adds_days_and_weeks_to_its_months():
    birth = date(2026, 1, 31)
    assert Age(months=1, weeks=1, days=1).after(birth) == date(2026, 2, 28) + timedelta(days=8)
