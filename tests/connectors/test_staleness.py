"""A connection that brings nothing is told to staff, once, until it brings something again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from gateway.connectors.file import Connection, connections_of
from gateway.connectors.running import know
from gateway.connectors.staleness import CONNECTION_STALE, tell_stale
from gateway.connectors.tables import connections
from gateway.messaging.tables import alerts
from gateway.registry.database import Database
from tests.connectors.scripted_source import ScriptedSource, driver_of

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
A_DAY = timedelta(hours=24)


@pytest.fixture
def clinics() -> Connection:
    table = {"connections": {"clinics": {"driver": "scripted", "stale_hours": 24}}}
    return connections_of(table, [driver_of(ScriptedSource(()))])[0]


@pytest.fixture
def office(database: Database, clinics: Connection) -> Database:
    with database.writing() as sql:
        know(sql, [clinics])
    return database


def is_as(office: Database, **values: datetime) -> None:
    with office.writing() as sql:
        sql.execute(connections.update().values(values))


def told(office: Database, known: list[Connection], now: datetime) -> list[tuple[dict, bool]]:
    """What each alert says, and whether it is open, after a look at `now`."""
    with office.writing() as sql:
        tell_stale(sql, known, now)
        rows = sql.execute(select(alerts).order_by(alerts.c.opened_at)).all()
    assert {row.kind for row in rows} <= {CONNECTION_STALE}
    return [(row.detail, row.resolved_at is None) for row in rows]


SINCE = {"connection": "clinics", "since": NOW.isoformat()}


def test_what_nobody_has_approved_is_not_stale(office: Database, clinics: Connection):
    assert told(office, [clinics], NOW + 9 * A_DAY) == []


def test_one_that_has_never_brought_anything_is_stale_by_its_approval(office, clinics):
    is_as(office, approved_at=NOW)
    assert told(office, [clinics], NOW + A_DAY) == []
    assert told(office, [clinics], NOW + 2 * A_DAY) == [(SINCE, True)]


def test_it_is_told_once_and_over_with_the_next_pull(office: Database, clinics: Connection):
    is_as(office, approved_at=NOW - A_DAY, last_ok_at=NOW)
    for hours in (25, 26):
        assert told(office, [clinics], NOW + timedelta(hours=hours)) == [(SINCE, True)]

    is_as(office, last_ok_at=NOW + timedelta(hours=27))

    assert told(office, [clinics], NOW + timedelta(hours=27)) == [(SINCE, False)]


def test_one_that_is_taken_out_of_the_file_is_stale_no_more(office: Database, clinics: Connection):
    is_as(office, approved_at=NOW)
    told(office, [clinics], NOW + 2 * A_DAY)

    assert told(office, [], NOW + 2 * A_DAY) == [(SINCE, False)]
