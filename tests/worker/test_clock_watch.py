"""A scheduler whose clock is wrong says so and does nothing that cannot be taken back."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Event

import pytest
from sqlalchemy import func, insert, select

from gateway.logs import redact
from gateway.messaging.recovery.sweeper import Patience, sweep
from gateway.messaging.tables import alerts, messages
from gateway.providers.known import read_settings
from gateway.registry.clock import database_clock, utc_now
from gateway.registry.database import Database
from gateway.registry.tables import events
from tests.messaging.test_retention import event, message
from worker.assembly import Assembly, assemble
from worker.chores import chores_of, purge_old
from worker.clock_watch import APART, LOOK_SECONDS, ClockWatch
from worker.cron import run
from worker.turn import Turn

FOUR_YEARS = timedelta(days=4 * 365)
TWO_YEARS = timedelta(days=2 * 365)


class Machine:
    """A clock that is `off`, and a stopwatch that is set."""

    def __init__(self, off: timedelta = timedelta(0)) -> None:
        self.off = off
        self.seconds = 0.0

    def clock(self) -> datetime:
        return utc_now() + self.off

    def stopwatch(self) -> float:
        return self.seconds


def watch_of(database: Database, machine: Machine, host: str = "a") -> ClockWatch:
    return ClockWatch(database, machine.clock, host=host, monotonic=machine.stopwatch)


def open_alerts(database: Database) -> list[str]:
    unresolved = select(alerts).where(alerts.c.resolved_at.is_(None))
    with database.reading() as connection:
        return [row.detail["host"] for row in connection.execute(unresolved)]


@pytest.mark.parametrize(
    ("off", "right"),
    [
        (timedelta(0), True),
        (timedelta(seconds=3), True),
        (timedelta(seconds=-3), True),
        (APART + timedelta(minutes=1), False),
        (-APART - timedelta(minutes=1), False),
        (FOUR_YEARS, False),
        (-FOUR_YEARS, False),
    ],
)
def test_a_few_seconds_are_nothing_more_is_wrong_either_way(postgresql, off, right):
    assert watch_of(postgresql, Machine(off)).is_right() is right


def test_sqlite_has_no_other_clock(sqlite):
    assert watch_of(sqlite, Machine(FOUR_YEARS)).is_right()


def test_staff_and_the_log_hear_of_it_once_and_of_its_end(postgresql, caplog):
    machine = Machine(timedelta(minutes=20))
    watch = watch_of(postgresql, machine)
    with caplog.at_level(logging.WARNING):
        for _look in range(3):
            assert not watch.is_right()
            machine.seconds += LOOK_SECONDS
        assert open_alerts(postgresql) == ["a"]
        machine.off = timedelta(0)
        assert watch.is_right()
    assert open_alerts(postgresql) == []
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "clock wrong",
        "clock right again",
    ]


@pytest.mark.parametrize(
    ("off", "says"),
    [
        (-timedelta(minutes=20), "20 minutes"),
        (timedelta(hours=7), "7 hours"),
        (FOUR_YEARS, "4 years"),
    ],
)
def test_the_log_says_how_far_in_words_that_no_redaction_cuts_out(postgresql, caplog, off, says):
    watch_of(postgresql, Machine(off)).is_right()

    (line,) = [record.getMessage() for record in caplog.records]
    assert redact(line) == line
    assert f"clock wrong: {says} from the database's" in line


def test_of_several_schedulers_on_a_host_one_alerts(postgresql):
    watches = [watch_of(postgresql, Machine(timedelta(minutes=20))) for _each in range(4)]
    together = Barrier(len(watches))

    def look(watch: ClockWatch) -> bool:
        together.wait()
        return watch.is_right()

    with ThreadPoolExecutor(len(watches)) as pool:
        assert list(pool.map(look, watches)) == [False] * len(watches)
    assert open_alerts(postgresql) == ["a"]


def test_another_machines_alert_stays(postgresql):
    assert not watch_of(postgresql, Machine(FOUR_YEARS), host="b").is_right()
    assert watch_of(postgresql, Machine(), host="a").is_right()
    assert open_alerts(postgresql) == ["b"]


def test_one_that_was_restarted_with_a_right_clock_ends_its_alert(postgresql):
    assert not watch_of(postgresql, Machine(FOUR_YEARS)).is_right()
    assert watch_of(postgresql, Machine()).is_right()
    assert open_alerts(postgresql) == []


def test_where_the_database_does_not_answer_nothing_is_right():
    assert not watch_of(Database("postgresql://127.0.0.1:1/x"), Machine()).is_right()


@pytest.fixture
def assembly_of(redis_url: str) -> Iterator[Callable[..., Assembly]]:
    made: list[Assembly] = []

    def assembly_of(database: Database, machine: Machine) -> Assembly:
        assembly = assemble(read_settings({"REDIS_URL": redis_url}))
        made.append(assembly)
        clock = partial(database_clock, process=machine.clock)
        return replace(assembly, database=database, clock=clock)

    yield assembly_of
    for assembly in made:
        assembly.redis.close()
        assembly.quick_redis.close()


def fill(database: Database) -> None:
    """A message of today, events of two years ago, which are kept, and of four, which go."""
    now = utc_now()
    with database.writing() as connection:
        connection.execute(insert(messages).values(message("delivered", now)))
        for ago in (TWO_YEARS, FOUR_YEARS):
            connection.execute(insert(events).values(event(now - ago)))


def events_left(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(events)).scalar_one()


def shift(assembly: Assembly, machine: Machine) -> None:
    """Two rounds of the scheduler on that machine."""
    stop, first = Event(), iter([True])
    watch = watch_of(assembly.database, machine)

    def is_right() -> bool:
        if not next(first, False):
            stop.set()
        return watch.is_right()

    turn = Turn(assembly.database)
    run(chores_of(assembly), turn, stop, clock_is_right=is_right, pause_seconds=0)


def test_a_scheduler_four_years_ahead_purges_nothing_until_its_clock_is_right(
    postgresql: Database, assembly_of
):
    fill(postgresql)
    machine = Machine(FOUR_YEARS)
    assembly = assembly_of(postgresql, machine)
    shift(assembly, machine)
    assert events_left(postgresql) == 2
    machine.off = timedelta(0)
    shift(assembly, machine)
    assert events_left(postgresql) == 1


def test_where_the_machines_is_the_only_clock_a_month_of_silence_holds_the_purge(
    database: Database, assembly_of
):
    """Whichever clock is years ahead, that of an SQLite file's machine or the database's own."""
    fill(database)
    ahead = replace(
        assembly_of(database, Machine()), clock=lambda _connection: Machine(FOUR_YEARS).clock
    )
    assert list(purge_old(ahead)) == []
    assert events_left(database) == 2
    assert list(purge_old(assembly_of(database, Machine()))) != []
    assert events_left(database) == 1


def test_in_doubt_leases_are_taken_back_and_nothing_ends(database: Database):
    now = utc_now()
    lapsed = now - timedelta(minutes=1)
    rows = [
        message("claimed", now) | {"lease_until_at": lapsed, "expires_at": now + FOUR_YEARS},
        message("queued", now) | {"expires_at": lapsed},
        message("accepted", now - FOUR_YEARS) | {"sent_at": now - FOUR_YEARS},
    ]
    with database.writing() as connection:
        for row in rows:
            connection.execute(insert(messages).values(row))
    patience = Patience(unknown_wait=timedelta(minutes=1), reporting=frozenset())

    counts = sweep(database, patience, now=now, to_the_end=False)
    assert {name: count for name, count in counts.items() if count} == {"claims_returned": 1}

    counts = sweep(database, patience, now=now)
    assert {name: count for name, count in counts.items() if count} == {"silent": 1, "expired": 1}
