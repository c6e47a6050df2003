"""The database's clock, asked through a process whose own is wrong."""

from datetime import timedelta
from functools import partial

import pytest

from gateway.registry.clock import (
    database_clock,
    database_now,
    offset,
    read_clock,
    utc_now,
)
from gateway.registry.database import Database

A_MOMENT = timedelta(minutes=1)  # tests and database share a machine, which may be busy


@pytest.mark.parametrize("off", [timedelta(minutes=20), timedelta(minutes=-20), timedelta(0)])
def test_a_wrong_clock_is_put_right_by_the_databases(postgresql: Database, off: timedelta):
    def process():
        return utc_now() + off

    with postgresql.reading() as connection:
        assert abs(offset(connection, process) + off) < A_MOMENT
        assert abs(database_now(connection, process) - utc_now()) < A_MOMENT
        assert abs(database_clock(connection, process)() - utc_now()) < A_MOMENT
    assert (
        abs(read_clock(postgresql, partial(database_clock, process=process)) - utc_now()) < A_MOMENT
    )


def test_the_moment_is_not_the_start_of_the_transaction(postgresql: Database):
    with postgresql.writing() as connection:
        first = database_now(connection)

        assert database_now(connection) > first


def test_sqlite_goes_by_the_clock_of_its_only_machine(sqlite: Database):
    def process():
        return utc_now() + timedelta(days=400)

    with sqlite.reading() as connection:
        assert offset(connection, process) == timedelta(0)
        assert database_now(connection, process) - utc_now() > timedelta(days=399)
        assert database_clock(connection, process)() - utc_now() > timedelta(days=399)


def test_moments_are_utc_whatever_zone_the_session_has(postgresql: Database):
    with postgresql.writing() as connection:
        connection.exec_driver_sql("set local timezone = 'Asia/Vientiane'")

        assert database_now(connection).utcoffset() == timedelta(0)
