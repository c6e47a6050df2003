"""The answers to a manager's questions, on both databases, against a count by hand."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from gateway.core.programme import PROGRAMME
from gateway.figures.book import Figure
from gateway.figures.counting import Counting
from gateway.figures.questions import (
    count_of,
)
from gateway.figures.sms import IN_ONE
from gateway.figures.tables import NO_DISTRICT
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, callers, cases
from gateway.staff.tables import case_notes, staff_users
from gateway.ussd.branches import branches_of
from menus import build_menu
from tests.console.ledger import id_at, put_call, put_message
from tests.messaging.village import NOW, Village, number

ZONE = ZoneInfo("Asia/Vientiane")
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
COUNTING = Counting(now=NOW, zone=ZONE, default_locale="lo", branches=branches_of(build_menu("1")))
STRANGER = "+8562099999999"
A_DAY = timedelta(days=1)


@pytest.fixture
def village(database: Database) -> Village:
    return Village(database)


@pytest.fixture
def ledger(database: Database) -> Any:
    return SimpleNamespace(database=database, clock=lambda: NOW)


def _counts(counted: Iterable[Figure]) -> dict[tuple[int, str], int]:
    listed = list(counted)
    assert len({(one.period_on, one.district_id, one.kind) for one in listed}) == len(listed)
    return {(one.district_id, one.kind): one.count for one in listed if one.count}


def _of(database: Database, question: str, month: date = NOVEMBER) -> dict[tuple[int, str], int]:
    with database.reading() as connection:
        return _counts(count_of(question, month, COUNTING)(connection))


# Calls


def test_what_was_asked_in_which_language_and_by_how_many(
    database: Database, village: Village, ledger: Any
):
    village.woman(1)
    village.woman(2, locale="en")
    asking = ["main", "next_payment", "main", "help"]
    put_call(ledger, number(1), trail=asking, last_state="help")
    put_call(ledger, number(1), trail=["main", "next_payment"])
    put_call(ledger, number(2), trail=["resume", "payment_amount"])
    put_call(ledger, STRANGER, trail=["main", "registration_unknown"])
    put_call(ledger, number(1), ago=30 * A_DAY)
    with database.writing() as connection:
        chosen = {"msisdn": number(1), "locale": "lo_Latn", "updated_at": NOW}
        connection.execute(insert(callers).values(chosen))

    counted = _of(database, "calls")

    here = village.district_id
    assert {kind: count for (at, kind), count in counted.items() if at == here} == {
        "calls": 3, "callers": 2, "told": 3, "hour:10": 3,
        "locale:lo_Latn": 2, "callers:lo_Latn": 1, "locale:en": 1, "callers:en": 1,
        "asked:payment": 3, "asked:help": 1,
    }  # fmt: skip
    assert counted[NO_DISTRICT, "asked:registration_unknown"] == 1
    assert counted[NO_DISTRICT, "locale:lo"] == 1


def test_who_read_her_payday_and_hung_up_has_not_given_up(
    database: Database, village: Village, ledger: Any
):
    village.woman(1)
    for status, last in [
        ("answered", "next_payment"), ("success", "help"), ("incomplete", "payment_pin"),
        ("failed", "payment_pin"), ("incomplete", None),
    ]:  # fmt: skip
        put_call(ledger, number(1), status=status, last_state=last)

    counted = _of(database, "calls")

    kinds = {kind: count for (_at, kind), count in counted.items()}
    assert (kinds["calls"], kinds["told"]) == (5, 2)
    assert {kind for kind in kinds if kind.startswith("left:")} == {"left:payment_pin"}
    assert kinds["left:payment_pin"] == 2


def test_the_calls_of_a_village_are_those_of_its_peoples_phones(
    database: Database, village: Village, ledger: Any
):
    other = Village(database, "ວົງໄຊ", "Vongxai")
    village.woman(1)
    village.woman(2, msisdn=number(1))
    village.woman(3, msisdn=None)
    village.woman(4, status="exited")
    other.woman(5)
    put_call(ledger, number(1))
    put_call(ledger, number(1))
    put_call(ledger, STRANGER)

    here, there = village, other
    assert _of(database, "villages") == {
        (here.district_id, f"{here.village_id}:calls"): 2,
        (here.district_id, "all:villages"): 1,
        (there.district_id, f"{there.village_id}:silent"): 1,
        (there.district_id, "all:villages"): 1,
        (there.district_id, "all:silent"): 1,
        (there.district_id, "all:people"): 1,
    }


# Cases


def _case(database: Database, kind: str, whom: Any, hours: int | None, *, ago: int = 3) -> int:
    opened_at = NOW - timedelta(days=ago)
    closed_at = None if hours is None else opened_at + timedelta(hours=hours)
    with database.writing() as connection:
        return connection.execute(
            insert(cases)
            .values(
                event_key=f"test:{kind}:{id_at(NOW)}", kind=kind, msisdn=number(1),
                beneficiary_id=whom, state="open" if hours is None else "closed", times=1,
                opened_at=opened_at, closed_at=closed_at,
            )
            .returning(cases.c.number)
        ).scalar_one()  # fmt: skip


def test_cases_by_kind_how_long_they_were_open_and_how_they_ended(
    database: Database, village: Village
):
    woman = village.woman(1)
    answered = _case(database, "not_paid", woman, 24)
    _case(database, "call_back", woman, 25)
    _case(database, "call_back", None, 200)
    _case(database, "sms", woman, None)
    _case(database, "call_back", None, 1, ago=40)
    _note_answer(database, answered)

    here = village.district_id
    assert _of(database, "cases") == {
        (here, "opened:not_paid"): 1, (here, "sms:not_paid"): 1,
        (here, "within:1:not_paid"): 1, (here, "hours:not_paid"): 24,
        (here, "opened:call_back"): 1, (here, "closed:call_back"): 1,
        (here, "within:3:call_back"): 1, (here, "hours:call_back"): 25,
        (here, "opened:sms"): 1, (here, "open:sms"): 1,
        (NO_DISTRICT, "opened:call_back"): 1, (NO_DISTRICT, "closed:call_back"): 1,
        (NO_DISTRICT, "within:more:call_back"): 1, (NO_DISTRICT, "hours:call_back"): 200,
    }  # fmt: skip


def _note_answer(database: Database, case_number: int) -> None:
    staff_id = id_at(NOW)
    account = {
        "id": staff_id, "email": "a@example.la", "password_hash": "x", "role": "operator",
        "active": True, "uniquifier": "u", "must_change_password": False, "locale": "lo",
        "demo_password": False, "failed_sign_ins": 0, "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    note = {"id": id_at(NOW), "case_number": case_number, "staff_id": staff_id,
            "kind": "answered", "at": NOW}  # fmt: skip
    with database.writing() as connection:
        connection.execute(insert(staff_users).values(account))
        connection.execute(insert(case_notes).values(note))


# People


def test_people_by_status_age_and_phone(database: Database, village: Village):
    def born(months: int, days: int = 0) -> dict[str, Any]:
        month = date(2026, 11, 24) - timedelta(days=days)
        return {"child_dob": month.replace(year=2026 - (months > 10), month=(10 - months) % 12 + 1)}

    village.woman(1, **born(5), phone_owner="self")
    village.woman(2, **born(6), phone_owner="family")
    village.woman(3, **born(5, days=-1), msisdn=None)
    village.woman(4, category="pregnant", edd=date(2027, 1, 1), child_dob=None, status="applied")
    village.woman(5, course_ended_at=NOW)
    village.woman(6, child_dob=None)
    village.woman(7, status="exited")

    here = village.district_id
    assert _of(database, "people") == {
        (here, "status:enrolled"): 5, (here, "status:applied"): 1, (here, "status:exited"): 1,
        (here, "age:0"): 2, (here, "age:6"): 1, (here, "age:pregnant"): 1, (here, "age:ended"): 1,
        (here, "age:unknown"): 1,
        (here, "owner:self"): 1, (here, "owner:family"): 1, (here, "owner:none"): 1,
        (here, "owner:unknown"): 3,
    }  # fmt: skip


# SMS


def test_segments_and_cost_each_in_its_currency(database: Database, village: Village, ledger: Any):
    village.woman(1)
    put_message(ledger, number(1), segments=2, cost=Decimal("0.0412"), currency="USD")
    put_message(ledger, number(1), segments=1, cost=Decimal("0.0206"), currency="USD")
    put_message(ledger, number(1), segments=1, cost=Decimal(25), currency=None)
    put_message(ledger, STRANGER, category="reply", segments=3)
    put_message(ledger, number(1), sent_at=None, state="queued")
    put_message(ledger, number(1), ago=40 * A_DAY)

    here = village.district_id
    assert _of(database, "sms") == {
        (here, "sms:payment"): 3, (here, "segments:payment"): 4,
        (here, "cost:USD:payment"): 618, (here, "cost:-:payment"): 25 * IN_ONE,
        (NO_DISTRICT, "sms:reply"): 1, (NO_DISTRICT, "segments:reply"): 3,
    }  # fmt: skip


# Visits


def test_a_visit_is_made_late_missed_or_ahead(database: Database, village: Village):
    # Born so that penta1 (six weeks) opens on these days of November; it closes with 12 months.
    def opening(day: int) -> dict[str, Any]:
        return {"child_dob": date(2026, 11, day) - timedelta(weeks=6)}

    made, implied, *_rest = [
        village.woman(index, **opening(day)) for index, day in enumerate((3, 4, 23, 24, 30), 1)
    ]
    village.woman(6, **opening(10), course_ended_at=NOW)
    village.woman(7, **opening(10), status="exited")
    village.woman(8, **opening(10), category="pregnant", edd=date(2027, 9, 1))
    village.visited(made, ["penta1"], date(2026, 11, 5))
    village.visited(implied, ["penta3"], date(2026, 11, 20))

    counted = _of(database, "visits")
    ours = {kind: n for (_at, kind), n in counted.items() if kind.startswith("penta1:")}

    assert ours == {"penta1:made": 2, "penta1:late": 1, "penta1:ahead": 2}


def test_a_visit_that_cannot_be_made_any_more_is_missed(database: Database, village: Village):
    village.woman(1, child_dob=date(2026, 11, 10))

    counted = _of(database, "visits")

    assert counted[village.district_id, "pnc1:missed"] == 1
    assert counted[village.district_id, "bcg:late"] == 1


def test_an_antenatal_visit_counts_from_the_pregnancy(database: Database, village: Village):
    began = date(2026, 11, 20) - timedelta(weeks=26)
    edd = began + timedelta(days=280)
    woman = village.woman(1, category="pregnant", edd=edd, child_dob=None)
    village.visited(woman, ["anc2"], began - A_DAY)  # of an earlier pregnancy

    counted = {kind for _at, kind in _of(database, "visits")}

    (anc,) = [kind for kind in counted if kind.startswith("anc")]
    assert anc.endswith(":late")


@pytest.mark.parametrize("month", [date(2026, 1, 1), date(2026, 2, 1), NOVEMBER])
def test_no_day_of_birth_is_overlooked(database: Database, village: Village, month: date):
    days = [date(2025, 1, 1) + timedelta(days=3 * n) for n in range(230)]
    with database.writing() as connection:
        rows = [village._woman(n) | {"child_dob": day} for n, day in enumerate(days, 1)]
        connection.execute(insert(beneficiaries), rows)
    with database.reading() as connection:
        counted = _counts(count_of("visits", month, COUNTING)(connection))

    by_hand = Counter[str]()
    for rule in PROGRAMME.rules_on(month).visits:
        for born in days:
            if rule.kind != "antenatal" and rule.opens.after(born).replace(day=1) == month:
                by_hand[rule.key] += 1
    found = Counter[str]()
    for (_at, kind), count in counted.items():
        found[kind.partition(":")[0]] += count
    assert found == by_hand


# Counting ahead
