"""What is old goes, what may still matter stays; killed anywhere, it goes on next time."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select
from uuid_utils.compat import uuid7

from gateway.messaging.recovery.retention import purge, purge_steps
from gateway.messaging.tables import messages, receipts
from gateway.registry.tables import cases, events, ussd_sessions
from tests.console.ledger import id_at
from tests.messaging.village import NOW

OLD, NEW = NOW - timedelta(days=31), NOW - timedelta(days=29)


def message(state, at):
    return {
        "id": id_at(at), "dedupe_key": str(uuid7()), "category": "payment", "priority": 1,
        "msisdn": "+8562055500001", "locale": "lo", "template": "payment_due", "params": {},
        "state": state, "attempts": 0, "resends": 0, "not_before_at": at, "expires_at": at,
        "created_at": at, "updated_at": at,
    }  # fmt: skip


def event(at):
    return {
        "id": id_at(at), "event_key": str(uuid7()), "provider": "at", "session_id": "s",
        "msisdn": "+8562055500001", "kind": "screened", "data": {}, "result": {}, "at": at,
    }  # fmt: skip


def case(at):
    return {
        "event_key": str(uuid7()), "kind": "call_back", "msisdn": "+8562055500001",
        "state": "closed" if at else "open", "opened_at": OLD, "closed_at": at,
    }  # fmt: skip


def ended_call(session_id, at):
    return {
        "provider": "at", "session_id": session_id, "msisdn": "+8562055500001",
        "service_code": "*123#", "network_code": "45703", "status": "success", "trail": [],
        "hops": 1, "duration_ms": 1, "ended_at": at,
    }  # fmt: skip


def add(database, table, *rows):
    with database.writing() as connection:
        for row in rows:
            connection.execute(insert(table).values(row))


def left(database, table):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_old_events_go_and_new_ones_stay(database):
    add(database, events, event(OLD), event(NEW))
    assert purge(database, now=NOW, days=30)["events"] == 1
    assert left(database, events) == 1


@pytest.mark.parametrize(
    ("state", "stays"),
    [("delivered", False), ("expired", False), ("refused", False), ("queued", True),
     ("unknown", True), ("sending", True), ("accepted", True)],
)  # fmt: skip
def test_of_the_old_messages_those_that_may_still_move_stay(database, state, stays):
    add(database, messages, message(state, OLD))
    purge(database, now=NOW, days=30)
    assert left(database, messages) == stays


def test_an_open_case_stays_however_old_it_is(database):
    add(database, cases, case(None), case(OLD), case(NEW))
    assert purge(database, now=NOW, days=30)["cases"] == 1
    assert left(database, cases) == 2


def test_nothing_goes_where_everything_is_kept(database):
    add(database, events, event(OLD))
    assert purge(database, now=NOW, days=0) == {"api_answers": 0}
    assert left(database, events) == 1


def test_more_than_one_step_s_worth_goes(database):
    add(database, events, *(event(OLD) for _number in range(7)))
    assert purge(database, now=NOW, days=30, step=3)["events"] == 7


def test_what_must_stay_among_the_oldest_is_not_in_the_way(database):
    states = ("accepted", "delivered", "accepted", "accepted", "failed", "delivered", "queued")
    add(database, messages, *(message(state, OLD) for state in states))
    assert purge(database, now=NOW, days=30, step=2)["messages"] == 3
    assert left(database, messages) == 4


def test_calls_that_ended_in_one_moment_go_together(database):
    ended = [ended_call(str(number), OLD) for number in range(5)]
    add(database, ussd_sessions, *ended, ended_call("later", OLD + timedelta(hours=1)))
    steps = [
        gone for name, gone in purge_steps(database, now=NOW, days=30, step=2)
        if name == ussd_sessions.name
    ]  # fmt: skip
    assert (steps, left(database, ussd_sessions)) == ([5, 1], 0)


def test_a_purge_that_is_broken_off_goes_on_where_it_was(database):
    add(database, events, *(event(OLD) for _number in range(7)))
    for name, gone in purge_steps(database, now=NOW, days=30, step=3):
        if name == events.name:
            assert gone == 3
            break
    assert left(database, events) == 4
    assert purge(database, now=NOW, days=30)["events"] == 4


def test_every_table_is_named_even_where_nothing_is_old(database):
    assert set(purge(database, now=NOW, days=30)) >= {receipts.name, ussd_sessions.name}
