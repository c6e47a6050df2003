"""A birth entered by hand: what ends, what begins, what a later file makes of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.planning.reminders import run_reminders
from gateway.messaging.tables import messages
from gateway.people.births import enter_birth
from gateway.people.endings import end
from gateway.people.events import take_back
from gateway.people.faults import PersonError
from gateway.people.visits import mark, unmark
from gateway.registry.queries import caller_facts
from gateway.registry.tables import beneficiaries, visits
from tests.people.conftest import HOURS, Office
from tests.registry.files import NOW, beneficiary, visit

EXPECTED = "2026-11-30"
BORN = date(2026, 11, 20)
PREGNANT = beneficiary("26000005", category="pregnant", edd=EXPECTED, child_dob="",
                       msisdn="02055500005")  # fmt: skip


@pytest.fixture
def mother(office: Office) -> Office:
    office.importer.beneficiaries(PREGNANT)
    return office


def hers(office: Office) -> Any:
    return office.person("26000005")


def born(office: Office, on: date = BORN, children: int = 1) -> int:
    with office.database.writing() as connection:
        return enter_birth(connection, hers(office), on, children, office.desk)


def remind(office: Office) -> None:
    run_reminders(office.database, on=office.desk.today, hours=HOURS, default_locale="lo", now=NOW)


def of_the_week(office: Office, template: str) -> int:
    """One SMS a week, by its key; how many were new."""
    whose = hers(office)
    draft = Draft(
        dedupe_key=f"health:{whose.id}:2026-W48", category="health", template=template,
        msisdn=whose.msisdn, locale="lo", not_before_at=NOW, expires_at=NOW,
        beneficiary_id=whose.id,
    )  # fmt: skip
    with office.database.writing() as connection:
        return queue_messages(connection, [draft], now=NOW)


def sms(office: Office) -> list[tuple[str, str, str | None]]:
    mine = messages.c.beneficiary_id == hers(office).id
    with office.database.reading() as connection:
        rows = connection.execute(select(messages).where(mine).order_by(messages.c.id))
        return [(row.template, row.state, row.reason) for row in rows]


def test_the_childs_course_begins_and_the_pregnancy_stays_history(mother: Office):
    mother.importer.visits(visit("26000005", visit="anc1", done_on="2026-08-01"))

    born(mother)

    row = hers(mother)
    assert (row.category, row.child_dob, row.edd) == ("child", BORN, date(2026, 11, 30))
    assert row.children is None
    assert [one.visit for one in mother.importer.rows(visits)] == ["anc1"]
    assert mother.log()[-1] == (
        "beneficiary.birth", {"born_on": [None, "2026-11-20"], "children": [None, 1]}
    )  # fmt: skip


def test_what_was_waiting_of_the_pregnancy_does_not_go_out_and_the_childs_does(mother: Office):
    assert of_the_week(mother, "health_check") == 1

    assert born(mother) == 1

    assert sms(mother) == [("health_check", "suppressed", "no_longer_due")]
    assert of_the_week(mother, "vaccine") == 1


@pytest.mark.parametrize(
    ("label", "on", "sentence"),
    [
        ("tomorrow", date(2026, 11, 25), "The day lies in the future."),
        ("long before", date(2026, 7, 1), "That is too early for the birth expected on"),
        ("the year 1", date(1, 1, 1), "That is too early for the birth expected on"),
        ("the year 9999", date(9999, 12, 31), "The day lies in the future."),
    ],
)
def test_a_birth_has_a_day_that_can_be(mother: Office, label: str, on: date, sentence: str):
    with pytest.raises(PersonError) as refusal:
        born(mother, on)

    assert refusal.value.faults[0].reason.startswith(sentence), label
    assert hers(mother).category == "pregnant"


def test_only_who_is_pregnant_gives_birth(mother: Office):
    born(mother)
    with pytest.raises(PersonError, match="not on record as pregnant"):
        born(mother)


def test_a_slip_is_taken_back_on_the_same_day_and_not_later(mother: Office):
    before = hers(mother)
    born(mother)
    with mother.database.writing() as connection:
        take_back(connection, hers(mother), mother.desk)

    after = hers(mother)
    names = ("category", "edd", "child_dob", "children", "set_here")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]
    assert mother.log()[-1] == ("beneficiary.take_back", {"happened": ["birth", None]})
    born(mother)
    tomorrow = mother.desk_at(NOW + timedelta(days=1))
    with pytest.raises(PersonError, match="on another day"), mother.database.writing() as one:
        take_back(one, hers(mother), tomorrow)


def test_what_was_changed_since_is_not_taken_back(mother: Office):
    born(mother)
    with mother.database.writing() as connection:
        connection.execute(beneficiaries.update().values(child_dob=date(2026, 11, 19)))
    with pytest.raises(PersonError, match="changed since"), mother.database.writing() as one:
        take_back(one, hers(mother), mother.desk)


def test_a_birth_is_not_taken_back_over_visits_of_the_child(mother: Office):
    """They would be the next child's, who would never be reminded of them."""
    mother.importer.visits(visit("26000005", visit="anc1", done_on="2026-08-01"))
    born(mother, children=2)
    made(mother, "bcg", 1, 2)
    with (
        pytest.raises(PersonError, match="take those back first"),
        mother.database.writing() as one,
    ):
        take_back(one, hers(mother), mother.desk)
    assert hers(mother).category == "child"

    with mother.database.writing() as connection:
        unmark(connection, hers(mother), "bcg", BORN, children=[1, 2], desk=mother.desk)
        take_back(connection, hers(mother), mother.desk)

    assert hers(mother).category == "pregnant"
    assert [one.visit for one in mother.importer.rows(visits)] == ["anc1"]


# Later files


def test_a_file_that_has_not_heard_of_it_changes_nothing_and_is_reported(mother: Office):
    born(mother)

    report = mother.importer.beneficiaries(PREGNANT)

    assert (report.changed, report.kept[0].columns) == (0, ("category", "child_dob"))
    assert hers(mother).child_dob == BORN


def test_a_file_that_says_the_same_leads_again(mother: Office):
    born(mother)
    told = PREGNANT | {"category": "child", "child_dob": "2026-11-20"}

    mother.importer.beneficiaries(told)
    mother.importer.beneficiaries(told | {"child_dob": "2026-11-21"})

    assert (hers(mother).child_dob, hers(mother).set_here) == (date(2026, 11, 21), [])


def test_the_next_pregnancy_is_news_even_if_the_file_never_heard_of_the_birth(mother: Office):
    born(mother, children=2)

    again = PREGNANT | {"edd": "2027-12-01"}
    mother.importer.beneficiaries(again, now=NOW + timedelta(days=200), today=date(2027, 6, 12))

    row = hers(mother)
    assert (row.category, row.edd, row.children) == ("pregnant", date(2027, 12, 1), None)


# Twins


def missing(office: Office) -> set[str]:
    """The visits that her screen names, or that a schedule knows of."""
    with office.database.reading() as connection:
        (her,) = caller_facts(
            connection, "+8562055500005", on=office.desk.today, default_locale="lo"
        ).beneficiaries
    return {one.visit for one in her.visits}


def made(office: Office, key: str, *children: int, on: date = BORN) -> None:
    with office.database.writing() as connection:
        mark(connection, hers(office), key, on, children=children, desk=office.desk)


def test_of_twins_each_has_visits_and_the_mother_one_line_and_one_sms(mother: Office):
    born(mother, children=2)
    assert hers(mother).children == [1, 2]

    made(mother, "bcg", 1)
    assert "bcg" in missing(mother)
    made(mother, "bcg", 2)
    assert "bcg" not in missing(mother)
    with mother.database.writing() as connection:
        unmark(connection, hers(mother), "bcg", BORN, children=[1], desk=mother.desk)
    assert "bcg" in missing(mother)
    remind(mother)
    remind(mother)
    assert len(sms(mother)) <= 1


def test_a_file_of_visits_speaks_of_all_twins(mother: Office):
    born(mother, children=2)

    for _again in range(2):
        mother.importer.visits(visit("26000005", visit="bcg", done_on="2026-11-21"))

    found = [(one.child, one.done_on) for one in mother.importer.rows(visits)]
    assert sorted(found) == [(1, date(2026, 11, 21)), (2, date(2026, 11, 21))]


def test_of_twins_one_may_die_and_the_others_visits_go_on(mother: Office):
    born(mother, children=2)
    made(mother, "bcg", 2)
    with mother.database.writing() as connection:
        end(connection, hers(mother), "child_died", child=1, desk=mother.desk)

    row = hers(mother)
    assert (row.children, row.course_ended_at) == ([2], None)
    assert "bcg" not in missing(mother)
    with mother.database.writing() as connection:
        take_back(connection, hers(mother), mother.desk)
    assert hers(mother).children == [1, 2]
