"""What is counted by day, by month and by district, on both databases."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from gateway.figures.book import Figure
from gateway.figures.days import count_numbers, count_paydays, count_week
from gateway.figures.months import KINDS, count_month, topic_of
from gateway.figures.spans import LONGEST_WAIT, day_start
from gateway.figures.tables import NO_DISTRICT
from gateway.registry.database import Database
from gateway.registry.moments import first_id
from gateway.registry.tables import beneficiaries
from tests.console.ledger import id_at, put_call, put_message
from tests.messaging.village import NOW, PAYDAY, Village, number

ZONE = ZoneInfo("Asia/Vientiane")
TODAY = date(2026, 11, 24)
A_DAY = timedelta(days=1)
STRANGER = "+8562099999999"


@pytest.fixture
def village(database: Database) -> Village:
    return Village(database)


@pytest.fixture
def ledger(database: Database) -> Any:
    """What `put_message` and `put_call` write to."""
    return SimpleNamespace(database=database, clock=lambda: NOW)


def _counts(figures: Iterable[Figure]) -> dict[tuple[str, str, int], int]:
    """{(day or month, kind, district): count}; no figure stands twice."""
    listed = list(figures)
    keys = Counter((one.period_on, one.kind, one.district_id) for one in listed)
    assert max(keys.values(), default=1) == 1
    return {(one.period_on.isoformat(), one.kind, one.district_id): one.count for one in listed}


def _week(database: Database, prefix: str) -> dict[tuple[str, str, int], int]:
    with database.reading() as connection:
        counted = _counts(count_week(connection, on=TODAY, zone=ZONE))
    return {key: count for key, count in counted.items() if key[1].startswith(prefix)}


# Spans


@pytest.mark.parametrize(
    ("made", "below"),
    [
        pytest.param(timedelta(0), True, id="the same moment"),
        pytest.param(timedelta(minutes=-4), True, id="a clock four minutes behind"),
        pytest.param(timedelta(minutes=-6), False, id="six minutes before"),
        pytest.param(timedelta(days=1), True, id="later"),
    ],
)
def test_the_first_id_of_a_moment_is_below_all_made_from_then_on(made: timedelta, below: bool):
    assert (first_id(NOW) <= id_at(NOW + made)) is below


def test_a_moment_before_all_ids():
    assert first_id(datetime(1970, 1, 1, tzinfo=UTC)) == UUID(int=0)


def test_a_day_begins_at_midnight_there():
    assert day_start(TODAY, ZONE) == datetime(2026, 11, 23, 17, tzinfo=UTC)


# The week


def test_messages_by_day_and_state_and_district(database: Database, village: Village, ledger: Any):
    other = Village(database, "ວົງໄຊ", "Vongxai")
    village.woman(1)
    other.woman(2)
    for state in ("delivered", "delivered", "failed"):
        put_message(ledger, number(1), state=state)
    put_message(ledger, number(2), state="accepted", ago=6 * A_DAY)
    put_message(ledger, STRANGER, category="reply")
    put_message(ledger, number(1), state="queued", sent_at=None)
    put_message(ledger, number(2), category="broadcast", state="accepted", ago=6 * A_DAY)

    assert _week(database, "reminder:") == {
        ("2026-11-24", "reminder:delivered", village.district_id): 2,
        ("2026-11-24", "reminder:failed", village.district_id): 1,
        ("2026-11-18", "reminder:accepted", other.district_id): 1,
    }
    assert _week(database, "sms:") == {
        ("2026-11-24", "sms:delivered", village.district_id): 2,
        ("2026-11-24", "sms:failed", village.district_id): 1,
        ("2026-11-18", "sms:accepted", other.district_id): 2,
        ("2026-11-24", "sms:delivered", NO_DISTRICT): 1,
    }


@pytest.mark.parametrize(
    ("sent_at", "counted"),
    [
        pytest.param("2026-11-17T17:00:00", "2026-11-18", id="the week's first moment"),
        pytest.param("2026-11-17T16:59:59", None, id="the moment before"),
        pytest.param("2026-11-22T16:59:59", "2026-11-22", id="the last of a day"),
        pytest.param("2026-11-22T17:00:00", "2026-11-23", id="the first of a day"),
        pytest.param("2026-11-24T16:59:59", "2026-11-24", id="the week's last moment"),
        pytest.param("2026-11-24T17:00:00", None, id="tomorrow"),
    ],
)
def test_a_message_counts_on_the_day_it_was_sent(
    database: Database, village: Village, ledger: Any, sent_at: str, counted: str | None
):
    village.woman(1)
    at = datetime.fromisoformat(sent_at).replace(tzinfo=UTC)
    put_message(ledger, number(1), sent_at=at, ago=8 * A_DAY)

    assert [day for day, _kind, _district in _week(database, "sms:")] == (
        [counted] if counted else []
    )


def test_a_message_that_waited_as_long_as_any_may_is_counted(
    database: Database, village: Village, ledger: Any
):
    village.woman(1)
    put_message(ledger, number(1), sent_at=NOW - 6 * A_DAY, ago=6 * A_DAY + LONGEST_WAIT)

    assert len(_week(database, "sms:")) == 1


@pytest.mark.parametrize(
    ("ended_at", "hour"),
    [
        pytest.param("2026-11-23T17:00:00", "call:00", id="midnight"),
        pytest.param("2026-11-23T17:59:59", "call:00", id="the last of the first hour"),
        pytest.param("2026-11-24T02:00:00", "call:09", id="nine"),
        pytest.param("2026-11-24T16:59:59", "call:23", id="the last of the day"),
        pytest.param("2026-11-18T02:30:00", "call:09", id="another day of the week"),
        pytest.param("2026-11-17T16:59:59", None, id="before the week"),
    ],
)
def test_calls_by_hour_of_the_day(
    database: Database, village: Village, ledger: Any, ended_at: str, hour: str | None
):
    village.woman(1)
    put_call(ledger, number(1), ended_at=datetime.fromisoformat(ended_at).replace(tzinfo=UTC))

    expected = {("2026-11-24", hour, village.district_id): 1} if hour else {}
    assert _week(database, "call:") == expected


def test_a_shared_number_calls_once(database: Database, village: Village, ledger: Any):
    other = Village(database, "ວົງໄຊ", "Vongxai")
    village.woman(1)
    other.woman(2, msisdn=number(1))
    put_call(ledger, number(1))
    put_call(ledger, STRANGER)

    assert _week(database, "call:") == {
        ("2026-11-24", "call:10", min(village.district_id, other.district_id)): 1,
        ("2026-11-24", "call:10", NO_DISTRICT): 1,
    }


@pytest.mark.parametrize(
    ("status", "screen", "counted"),
    [
        ("success", "help", False),
        ("incomplete", "help", True),
        ("failed", "help", True),
        ("unknown", "help", True),
        ("incomplete", None, False),
    ],
)
def test_where_a_call_broke_off(
    database: Database, ledger: Any, status: str, screen: str | None, counted: bool
):
    put_call(ledger, STRANGER, status=status, last_state=screen)

    assert [kind for _day, kind, _district in _week(database, "left:")] == (
        ["left:help"] if counted else []
    )


# Paydays


def test_paydays_by_district_with_people_and_amount(database: Database, village: Village):
    other = Village(database, "ວົງໄຊ", "Vongxai")
    village.payments(village.women([1, 2]))
    village.payment(village.woman(3), due_on=PAYDAY + A_DAY)
    village.payment(village.woman(4), status="paid")
    village.payment(village.woman(5), due_on=TODAY - A_DAY)
    village.payment(village.woman(6), due_on=TODAY + 62 * A_DAY)
    other.payment(other.woman(7))

    with database.reading() as connection:
        counted = _counts(count_paydays(connection, on=TODAY))

    here, there = village.district_id, other.district_id
    assert counted == {
        ("2026-11-27", "people", here): 2,
        ("2026-11-27", "amount", here): 600_000,
        ("2026-11-28", "people", here): 1,
        ("2026-11-28", "amount", here): 300_000,
        ("2026-11-27", "people", there): 1,
        ("2026-11-27", "amount", there): 300_000,
    }


# Numbers


def _failing(database: Database) -> dict[tuple[str, str, int], int]:
    with database.reading() as connection:
        return _counts(count_numbers(connection, on=TODAY, now=NOW, zone=ZONE))


def test_a_number_is_failing_for_whom_it_belongs_to(
    database: Database, village: Village, ledger: Any
):
    village.women([1, 2])
    for index in (1, 2):
        for days in range(3):
            put_message(ledger, number(index), state="failed", ago=days * A_DAY)

    assert _failing(database) == {("2026-11-24", "failing", village.district_id): 2}


@pytest.mark.parametrize(
    ("changes", "ago"),
    [
        pytest.param({}, [0, 0, 0], id="three on one day"),
        pytest.param({}, [0, 1, 31], id="one too long ago"),
        pytest.param({"msisdn": number(9)}, [0, 1, 2], id="the number was corrected"),
    ],
)
def test_a_number_is_not_failing(
    database: Database, village: Village, ledger: Any, changes: dict[str, Any], ago: list[int]
):
    whose = village.woman(1)
    for days in ago:
        put_message(ledger, number(1), state="failed", ago=days * A_DAY)
    if changes:
        village.change(beneficiaries, whose, **changes)

    assert _failing(database) == {}


# Months


def _month(database: Database, month: date = date(2026, 11, 1)) -> dict[str, int]:
    with database.reading() as connection:
        figures = list(count_month(connection, month=month, zone=ZONE))
    assert {one.period_on for one in figures} <= {month}
    return {one.kind: one.count for one in figures if one.district_id != NO_DISTRICT}


def test_reached_and_not_reached_make_the_enrolled(
    database: Database, village: Village, ledger: Any
):
    village.women([1, 2, 3])
    village.woman(4, status="applied")
    for index in (1, 1, 4):
        put_message(ledger, number(index))
    put_message(ledger, number(2), state="failed")

    counted = _month(database)

    assert {kind: counted.get(kind, 0) for kind in KINDS} == {
        "enrolled": 3,
        "reached": 1,
        "not_reached": 2,
        "delivered": 3,
        "calls": 0,
        "cases": 0,
        "visits": 0,
    }


@pytest.mark.parametrize(
    ("enrolled_on", "counted"),
    [
        pytest.param(None, 1, id="nobody knows since when"),
        pytest.param(date(2026, 11, 30), 1, id="the month's last day"),
        pytest.param(date(2026, 12, 1), 0, id="the next month"),
    ],
)
def test_enrolled_within_the_month(
    database: Database, village: Village, enrolled_on: date | None, counted: int
):
    village.woman(1, enrolled_on=enrolled_on)

    assert _month(database).get("enrolled", 0) == counted


def test_visits_and_calls_of_a_month(database: Database, village: Village, ledger: Any):
    whose = village.woman(1)
    village.visited(whose, ["bcg", "penta1"])
    put_call(ledger, number(1))
    put_call(ledger, number(1), ago=24 * A_DAY)

    counted = _month(database)

    assert (counted["visits"], counted["calls"]) == (2, 1)
    assert _month(database, date(2026, 10, 1))["calls"] == 1


def test_each_month_is_a_topic():
    assert topic_of(date(2026, 2, 1)) == "month:2026-02"
