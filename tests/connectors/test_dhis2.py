"""Visits from DHIS2: each is heard of, whatever moves while it is read."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.connectors.dhis2 import DRIVER
from gateway.connectors.driver import Ground
from gateway.connectors.file import ConnectionsError, connections_of
from gateway.connectors.source import Fault, Page, RegistrySource, SourceError
from gateway.registry.clock import utc_now
from tests.connectors.conformance import Conformance
from tests.connectors.dhis2_server import (
    ATTRIBUTE,
    ELEMENT,
    OTHER_STAGE,
    PROGRAM,
    STAGE,
    TOKEN,
    Dhis2,
    Wrong,
    served,
)

FIRST = datetime(2026, 11, 20, 8, tzinfo=UTC).replace(tzinfo=None)  # DHIS2 writes no zone


def moment(minutes: float) -> str:
    return (FIRST + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


def source_of(url: str, **changes: Any) -> RegistrySource:
    table = {
        "driver": "dhis2", "url": url, "token_env": "TOKEN", "program": PROGRAM,
        "registration_attribute": ATTRIBUTE, "page_size": 10,
        "visits": [{"stage": STAGE, "visit": "anc2"}],
    } | changes  # fmt: skip
    table = {name: value for name, value in table.items() if value is not None}
    (connection,) = connections_of({"connections": {"dhis2": table}}, [DRIVER])
    ground = Ground(
        name="dhis2", secrets={"TOKEN": TOKEN}, zone=ZoneInfo("Asia/Vientiane"), now=utc_now
    )
    return connection.source(ground)


def full() -> Dhis2:
    """A hundred events, one every twenty minutes, every tenth of them deleted."""
    dhis2 = Dhis2()
    for number in range(100):
        entity = f"entity{number:05}"
        dhis2.numbers[entity] = f"{26000000 + number}"
        dhis2.event(f"event{number:06}", entity, moment(20 * number), deleted=number % 10 == 9)
    return dhis2


@pytest.fixture
def dhis2() -> Dhis2:
    return Dhis2(numbers={"woman": "26000001", "other": "26000002"})


@pytest.fixture
def url(dhis2: Dhis2) -> Iterator[str]:
    with served(dhis2) as address:
        yield address


def rows(pages: Iterator[Page]) -> list[tuple[str, str, str]]:
    return [
        (one["registration_no"], one["visit"], one["done_on"])
        for page in pages
        for one in page.rows
    ]


class TestConformance(Conformance):
    @pytest.fixture
    def dhis2(self) -> Dhis2:
        return full()

    @pytest.fixture
    def source(self, url: str) -> RegistrySource:
        return source_of(url)

    @pytest.fixture
    def faulty(self, dhis2: Dhis2, url: str) -> Callable[[Fault], RegistrySource]:
        def make(fault: Fault) -> RegistrySource:
            dhis2.wrong, dhis2.right_for = fault.value, 1  # type: ignore[assignment]
            return source_of(url)

        return make


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("half", Fault.UNREACHABLE),
        ("unavailable", Fault.UNREACHABLE),
        ("throttled", Fault.THROTTLED),
    ],
)
def test_what_goes_wrong_between_pages(wrong: Wrong, fault: Fault):
    dhis2 = full()
    dhis2.wrong, dhis2.right_for = wrong, 3
    with served(dhis2) as url, pytest.raises(SourceError) as raised:
        list(source_of(url).pages(None))
    assert raised.value.fault == fault
    assert (raised.value.retry_after == 60) is (fault == Fault.THROTTLED)


def test_an_event_that_is_touched_while_pages_are_read_hides_no_other(url: str, dhis2: Dhis2):
    """With each list the first event goes to the end: all behind it move up."""
    for number in range(35):
        dhis2.numbers[f"woman{number}"] = f"{26000000 + number}"
        dhis2.event(f"e{number}", f"woman{number}", moment(number))
    touched = iter(range(35, 60))

    def touch() -> None:
        first = min(dhis2.events, key=lambda one: one["updatedAt"])
        if first["updatedAt"] < moment(34):
            dhis2.event(first["event"], first["trackedEntity"], moment(next(touched)))

    dhis2.between = touch
    found = {number for number, *_ in rows(source_of(url).pages(None))}
    assert found == {f"{26000000 + number}" for number in range(35)}


def test_more_events_of_one_moment_than_a_page_holds(url: str, dhis2: Dhis2):
    for number in range(25):
        dhis2.numbers[f"woman{number}"] = f"{26000000 + number}"
        dhis2.event(f"e{number:02}", f"woman{number}", moment(0))

    assert len(set(rows(source_of(url).pages(None)))) == 25


@pytest.mark.parametrize(
    ("zone", "occurred_at", "done_on"),
    [
        ("Asia/Vientiane", "2026-11-20T00:00:00.000", "2026-11-20"),
        ("UTC", "2026-11-20T00:00:00.000", "2026-11-20"),
        ("UTC", "2026-11-20T18:30:00.000", "2026-11-21"),
    ],
)
def test_the_day_is_that_in_laos(url: str, dhis2: Dhis2, zone, occurred_at, done_on):
    dhis2.event("e", "woman", moment(0), occurredAt=occurred_at)

    (found,) = rows(source_of(url, zone=zone).pages(None))

    assert found == ("26000001", "anc2", done_on)


@pytest.mark.parametrize("undone", [{"deleted": True}, {"status": "SCHEDULE"}])
def test_what_was_not_done_after_all_is_withdrawn(url: str, dhis2: Dhis2, undone):
    dhis2.event("e", "woman", moment(0), **undone)

    (page,) = source_of(url).pages(None)

    assert (page.rows, page.deleted) == ([], [{"registration_no": "26000001", "visit": "anc2"}])


def test_what_another_event_says_as_well_is_not_withdrawn(url: str, dhis2: Dhis2):
    dhis2.event("first", "woman", moment(0), occurredAt="2026-11-18T00:00:00.000")
    source = source_of(url)
    cursor = list(source.pages(None))[-1].cursor
    dhis2.event("second", "woman", moment(60), deleted=True)

    (page,) = source.pages(cursor)

    assert page.deleted == []
    assert [one["done_on"] for one in page.rows] == ["2026-11-18"]


def test_of_two_that_contradict_each_other_the_later_one_holds(url: str, dhis2: Dhis2):
    dhis2.event("first", "woman", moment(0), occurredAt="2026-11-18T00:00:00.000")
    dhis2.event("second", "woman", moment(1), occurredAt="2026-11-19T00:00:00.000")

    assert rows(source_of(url).pages(None)) == [("26000001", "anc2", "2026-11-19")]


def test_who_has_no_registration_number_is_passed_over(url: str, dhis2: Dhis2):
    dhis2.event("e", "stranger", moment(0))

    (page,) = source_of(url).pages(None)

    assert (page.rows, page.deleted, page.strangers_pass) == ([], [], True)


def test_a_data_element_tells_visits_of_one_stage_apart(url: str, dhis2: Dhis2):
    visits = [
        {"stage": OTHER_STAGE, "visit": "anc2", "data_element": ELEMENT, "value": "2"},
        {"stage": OTHER_STAGE, "visit": "anc3", "data_element": ELEMENT, "value": "3"},
    ]
    for uid, value in (("a", "2"), ("b", "3"), ("c", "9")):
        told = [{"dataElement": ELEMENT, "value": value}]
        dhis2.event(uid, "woman", moment(0), programStage=OTHER_STAGE, dataValues=told)

    found = rows(source_of(url, visits=visits).pages(None))

    assert [visit for _number, visit, _day in found] == ["anc2", "anc3"]


def test_the_number_may_stand_in_the_event(url: str, dhis2: Dhis2):
    dhis2.event("e", "x", moment(0), dataValues=[{"dataElement": ELEMENT, "value": " 26000009 "}])

    found = source_of(url, registration_attribute=None, registration_element=ELEMENT).pages(None)

    assert rows(found) == [("26000009", "anc2", "2026-11-20")]


def test_servers_before_41_name_their_lists_otherwise(url: str, dhis2: Dhis2):
    dhis2.newest_names = False
    dhis2.event("e", "woman", moment(0))

    assert len(rows(source_of(url).pages(None))) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"program": "short"}, "dhis2: program='short'"),
        ({"page_size": 501}, "dhis2: page_size=501"),
        ({"overlap_minutes": -1}, "dhis2: overlap_minutes=-1"),
        ({"registration_element": ELEMENT}, "registration_attribute or registration_element"),
        ({"zone": "Asia/Nowhere"}, "zone='Asia/Nowhere' is no time zone"),
        ({"visits": [{"stage": STAGE, "visit": "x"}]}, "visit='x' is in no schedule"),
        ({"token_env": "NOTHING"}, "token_env names NOTHING, which is not set"),
    ],
)
def test_what_is_configured_wrongly_is_named(changes, said: str):
    with pytest.raises(ConnectionsError) as raised:
        source_of("http://127.0.0.1:1", **changes)
    assert said in str(raised.value)
