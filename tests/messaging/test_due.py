"""A day is planned from those who are due; nobody is lost whom a walk over all would find."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update

from gateway.core.due_days import due_days
from gateway.core.payment_reminders import payment_days
from gateway.core.programme import PROGRAMME, Rules
from gateway.core.reminder_records import Person
from gateway.core.reminders import plan
from gateway.messaging.planning.due import pages
from gateway.messaging.planning.people import people_of
from gateway.messaging.planning.reminders import reminder_steps
from gateway.messaging.tables import messages, reminder_marks
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, districts, optouts, payments, visits
from tests.core.reminding import HOURS
from tests.messaging.reminding import TODAY, paid
from tests.messaging.village import NOW, Village, number

# An ordinary day; one before Lao New Year, which moves what falls on it; a holiday; a leap day.
DAYS = (date(2026, 11, 24), date(2027, 4, 13), date(2027, 4, 14), date(2028, 2, 29))


def around(rule: Any, on: date, rules: Rules) -> Iterator[date]:
    """Beginnings of a course by which the visit is called for on `on` and on the days beside it."""
    length = rule.opens.after(on) - on
    for times in range(rules.catch_up_times + 1):
        called = timedelta(days=times * rules.catch_up_every_days - rule.lead_days)
        for beside in (-8, -3, -1, 0, 1):
            yield on - length - called - timedelta(days=beside)


def boundaries(on: date, rules: Rules) -> Iterator[dict[str, Any]]:
    for rule in rules.visits:
        for start in around(rule, on, rules):
            if rule.kind == "antenatal":
                yield {"category": "pregnant", "edd": start + timedelta(days=280),
                       "child_dob": None}  # fmt: skip
            else:
                yield {"child_dob": start}


def doses(on: date, rules: Rules, random: Random) -> Iterator[tuple[str, date]]:
    """Visits made by chance, and those behind which another is due on `on` or beside it."""
    for rule in rules.visits:
        if rule.after and random.random() < 0.5:
            back = timedelta(days=random.choice((0, 28, 56)) - rule.lead_days + random.choice(
                (-14, -1, 0, 0, 0, 1)), weeks=rule.after_weeks)  # fmt: skip
            yield random.choice((rule.after, rule.after, rule.key)), on - back
        elif random.random() < 0.1:
            yield rule.key, on - timedelta(days=random.randrange(1, 400))


def populate(village: Village, on: date, rules: Rules) -> list[UUID]:
    random = Random(on.toordinal())
    people: list[dict[str, Any]] = list(boundaries(on, rules))
    people += [{"child_dob": on - timedelta(days=random.randrange(-20, 800))} for _ in range(150)]
    # A statement inserts rows with the same columns.
    whose = village.people({index: {"edd": None} | one for index, one in enumerate(people, 1)})
    of_visits, of_payments = [], []
    statuses = cycle(("scheduled", "missed", "paid", "cancelled"))
    for index, one in enumerate(whose):
        made = dict(doses(on, rules, random)) if index % 2 else {}
        of_visits += [{"id": UUID(int=random.getrandbits(128)), "beneficiary_id": one,
                       "visit": key, "done_on": day, "updated_at": NOW}
                      for key, day in made.items()]  # fmt: skip
        if index % 3 == 0:
            due_on = on + timedelta(days=index // 3 % 40 - 17)
            of_payments.append({"id": UUID(int=random.getrandbits(128)), "beneficiary_id": one,
                                "cycle": "2026-11", "due_on": due_on, "amount": 1,
                                "pay_point_id": village.pay_point_id, "status": next(statuses),
                                "updated_at": NOW})  # fmt: skip
    with village.database.writing() as connection:
        connection.execute(insert(visits), of_visits)
        connection.execute(insert(payments), of_payments)
    return whose


def keys(people: list[Person], on: date, rules: Rules) -> set[tuple[str, Any]]:
    planned = plan(people, on=on, rules=rules, hours=HOURS)
    return {(one.dedupe_key, one.not_before_at) for one in planned}


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_the_search_finds_whom_a_walk_over_all_would(village: Village, on: date):
    rules = PROGRAMME.rules_on(on)
    everybody = populate(village, on, rules)

    with village.database.reading() as connection:
        span = payment_days(on, rules)
        all_of_them = people_of(connection, everybody, due=span)
        found = [one for page in pages(connection, due_days(on, rules, HOURS)) for one in page.ids]
        due = people_of(connection, found, due=span)

    wanted = keys([one.person for one in all_of_them], on, rules)
    assert keys([one.person for one in due], on, rules) == wanted
    assert len(wanted) > 10
    assert len(found) == len(set(found)) < len(everybody)


# --- Nothing is new: only PostgreSQL knows without reading ----------------------------------------


def steps(database: Database, *, on: date = TODAY, locale: str = "lo", anew: bool = False) -> int:
    """How many pages of people a planning of the day took."""
    taken = reminder_steps(database, on=on, hours=HOURS, default_locale=locale, now=NOW, anew=anew)
    return len(list(taken))


@pytest.fixture
def planned(postgresql: Database) -> Village:
    """Two women of a district whose day is planned; a third is due by a visit alone."""
    village = Village(postgresql)
    paid(village, 1)
    paid(village, 2)
    village.visited(village.woman(3, child_dob=date(2026, 8, 1)), ["penta1"], date(2026, 10, 30))
    assert steps(postgresql) == 1
    return village


def test_a_day_on_which_nothing_has_changed_is_not_planned_again(planned: Village):
    assert steps(planned.database) == 0


def test_whoever_asks_for_it_anew_gets_it(planned: Village):
    assert steps(planned.database, anew=True) == 1


def test_another_day_and_another_language_are_planned(planned: Village):
    assert steps(planned.database, on=TODAY + timedelta(days=2)) == 1
    assert steps(planned.database, on=TODAY + timedelta(days=2), locale="en") == 1


CHANGES = {
    "a woman": update(beneficiaries).values(consent_health=False),
    "a district": update(districts).values(paused_at=NOW),
    "a payment": update(payments).values(status="cancelled"),
    "a visit": update(visits).values(child=2),
    "a visit gone": delete(visits),
    "a number that leaves": insert(optouts).values(
        msisdn=number(1), category="all", source="mo", at=NOW
    ),
    "what is written as it was": update(payments).values(status=payments.c.status),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_district_is_planned_again_once_a_row_of_it_has_changed(planned: Village, change: Any):
    with planned.database.writing() as connection:
        connection.execute(change)

    assert (steps(planned.database), steps(planned.database)) == (1, 0)


def test_a_number_that_comes_back_brings_the_district_back(planned: Village):
    with planned.database.writing() as connection:
        connection.execute(CHANGES["a number that leaves"])
    steps(planned.database)
    with planned.database.writing() as connection:
        connection.execute(delete(optouts))

    assert steps(planned.database) == 1


def test_of_two_districts_only_the_changed_one_is_planned_again(planned: Village):
    other = Village(planned.database, "ສະພານ", "Saphan")
    paid(other, 4)

    assert steps(planned.database) == 1
    with planned.database.reading() as connection:
        marked = set(connection.execute(select(reminder_marks.c.district_id)).scalars())
    assert marked == {planned.district_id, other.district_id}


def test_what_was_broken_off_is_planned_by_the_next_run(postgresql: Database):
    for index, name in enumerate(("ໂພນ", "ສະພານ"), 1):
        paid(Village(postgresql, name, f"Ban{index}"), index)
    broken_off = reminder_steps(
        postgresql, on=TODAY, hours=HOURS, default_locale="lo", now=NOW, anew=False
    )
    assert next(broken_off) == 1
    del broken_off

    assert steps(postgresql) == 1
    with postgresql.reading() as connection:
        assert len(connection.execute(select(messages.c.id)).all()) == 2


def test_on_sqlite_a_day_is_planned_again(sqlite: Database):
    village = Village(sqlite)
    paid(village)

    assert (steps(sqlite), steps(sqlite)) == (1, 1)
