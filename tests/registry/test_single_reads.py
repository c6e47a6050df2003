"""One value in one round trip: a connection that died at rest is nobody's trouble, a hang is."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Integer, bindparam, cast, func, literal_column, select, text
from sqlalchemy.exc import DataError, OperationalError

from gateway.registry.database import Database
from gateway.registry.deadlines import HOP, DeadlineError, NotAskedError, within
from gateway.registry.facts import OF_NUMBER
from tests.hanging import Relay, relay_to
from tests.messages import round_trips
from tests.registry.test_deadlines import MOMENT, locked
from tests.worker.processes import until

SUM = select(cast(bindparam("a"), Integer) + literal_column("1"))
WHO = select(func.pg_backend_pid())
NOBODY = {"msisdn": "+8562099999999", "locked_since": None}
NEVER_PREPARED = 3  # times; psycopg has a statement prepared at the sixth


@pytest.fixture
def relay(postgresql_url: str) -> Iterator[Relay]:
    with relay_to(postgresql_url) as relay:
        yield relay


@pytest.fixture
def behind(relay: Relay) -> Iterator[Database]:
    database = Database(relay.url)
    yield database
    database.dispose()


def ask(database: Database) -> object:
    with within(MOMENT, HOP):
        return database.value(OF_NUMBER, NOBODY)


def test_it_is_the_value(database):
    assert database.value(SUM, {"a": 2}) == 3


def test_it_takes_one_round_trip_on_a_connection_at_rest(relay, behind):
    behind.value(SUM, {"a": 1})
    for number in range(NEVER_PREPARED):
        relay.heard.clear()
        assert behind.value(SUM, {"a": number}) == number + 1
        assert round_trips(relay.heard) == 1


def test_what_died_at_rest_is_asked_again_of_another(postgresql, behind):
    died = behind.value(WHO, {})
    end(postgresql, died)
    assert behind.value(WHO, {}) != died


def test_its_siblings_are_not_tried_either(postgresql, relay, behind):
    """A server that was restarted has left none of them alive."""
    single = behind.single_reads
    for cursor in [single._fresh() for _thread in range(3)]:
        single._at_rest.append(cursor)
        end(postgresql, cursor.connection.info.backend_pid)
    assert behind.value(SUM, {"a": 1}) == 2
    assert len(single._at_rest) == 1


def end(database: Database, pid: object) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_a_refusal_is_raised_as_everywhere_and_spoils_no_connection(postgresql):
    postgresql.value(WHO, {})
    for _time in range(2):
        with pytest.raises(DataError):
            postgresql.value(select(literal_column("1/0")), {})
    assert postgresql.value(SUM, {"a": 1}) == 2


def test_a_database_that_is_down_says_so():
    with pytest.raises(OperationalError):
        Database("postgresql://127.0.0.1:1/x").value(SUM, {"a": 1})


def test_one_that_swallows_everything_is_given_up_and_then_not_asked(relay, behind):
    ask(behind)
    relay.swallows = True
    with pytest.raises(DeadlineError):
        ask(behind)
    with pytest.raises(NotAskedError):
        ask(behind)


def test_a_lock_is_not_waited_for_and_nobody_is_left_in_its_queue(postgresql):
    waiting = text("select count(*) from pg_locks where not granted")
    with locked(postgresql):
        with pytest.raises(DeadlineError):
            ask(postgresql)

        def is_nobody_waiting() -> bool:
            with postgresql.reading() as connection:
                return connection.execute(waiting).scalar_one() == 0

        until(is_nobody_waiting)


def test_it_works_where_nothing_may_be_prepared(postgresql_url):
    database = Database(postgresql_url, prepared=False)
    for number in range(20):
        assert database.value(SUM, {"a": number}) == number + 1
    with database.reading() as connection:
        prepared = text("select count(*) from pg_prepared_statements")
        assert connection.execute(prepared).scalar_one() == 0
    database.dispose()
