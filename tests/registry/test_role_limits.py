"""Limits of the role (deploy/postgresql.sql): they hold for requests, long work raises them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from gateway.registry.database import Database
from gateway.registry.deadlines import CONSOLE, HOP, Patience, more_time, within
from gateway.registry.postgresql import LONG_WORK, address_of, is_pooled

LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
RAISED = {"statement_timeout": "4h", "lock_timeout": "1h", LIMITS[2]: "1h"}
SHIPPED = Path("deploy/postgresql.sql")


@pytest.fixture
def limited(postgresql: Database) -> Iterator[Database]:
    """By the limits that are shipped."""
    ours = SHIPPED.read_text().replace("ROLE gateway", "ROLE postgres")
    with postgresql.writing() as connection:
        connection.exec_driver_sql(ours)
    database = Database(str(postgresql.engine.url.set(drivername="postgresql")), name="a test")
    yield database
    database.dispose()
    with postgresql.writing() as connection:
        connection.exec_driver_sql("ALTER ROLE postgres RESET ALL")


def shown(connection: Connection) -> dict[str, str]:
    return {name: connection.execute(text(f"show {name}")).scalar_one() for name in LIMITS}


def test_a_request_is_held_to_them(limited: Database):
    for kind, seconds in ((HOP, Patience.callback), (CONSOLE, Patience.console)):
        with within(seconds, kind), limited.reading() as connection:
            assert shown(connection)["statement_timeout"] == "20s"
            assert shown(connection)["idle_in_transaction_session_timeout"] == "1min"


def test_work_that_no_request_waits_for_has_more_and_only_for_its_transaction(limited: Database):
    assert len(LONG_WORK) == len(LIMITS)
    with limited.writing() as connection:
        assert shown(connection) == RAISED
    with within(1.0, HOP), limited.reading() as connection:  # the same connection
        assert shown(connection) != RAISED


def test_a_request_that_is_known_to_take_longer_has_it_too(limited: Database):
    with within(15.0, CONSOLE), more_time(120.0), limited.writing() as connection:
        assert shown(connection) == RAISED


def test_many_rows_in_one_call_have_it_from_the_first_on(limited: Database):
    with limited.writing() as connection:
        connection.execute(text("select set_config('x.y', :n, true)"), [{"n": "1"}, {"n": "2"}])
        assert shown(connection) == RAISED


def test_no_limit_that_is_shipped_is_shorter_than_what_a_request_may_wait(limited: Database):
    with within(1.0, HOP), limited.reading() as connection:
        statement = text("select setting::int from pg_settings where name = 'statement_timeout'")
        assert connection.execute(statement).scalar_one() > Patience.console * 1000


def test_a_connection_has_the_name_of_its_process(limited: Database):
    with limited.reading() as connection:
        assert connection.execute(text("show application_name")).scalar_one() == "a test"
        assert not is_pooled(connection)


def test_libpqs_list_of_hosts_is_understood():
    address = address_of(
        "postgresql://us%40er:p%2Fw@one:5432,two/name?target_session_attrs=read-write"
    )
    assert (address.username, address.password, address.database) == ("us@er", "p/w", "name")
    assert dict(address.query) == {
        "host": "one,two",
        "port": "5432,5432",
        "target_session_attrs": "read-write",
    }
    assert address_of("postgresql://u:p@one:6432/name").port == 6432
