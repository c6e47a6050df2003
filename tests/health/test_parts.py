"""What each word of `/readyz` takes to be said: workers, scheduler, clock, queue, schema."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from redis import Redis
from sqlalchemy import insert, select, text, update
from uuid_utils.compat import uuid7

from gateway.core.quiet_hours import SendingHours, allowed_since, no_holidays
from gateway.health.processes import SILENT_AFTER, Process, hung, scheduler_state, workers_state
from gateway.health.pulse import BEAT_SECONDS, Pulse
from gateway.health.readiness import Readiness
from gateway.health.waiting import OLD_REPLY_SECONDS, OLD_SECONDS, read_waiting
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import processes, restores
from gateway.providers.routing import Routing
from gateway.registry.clock import database_now, utc_now
from gateway.registry.database import Database
from gateway.registry.migrate import revisions
from tests.service import DEAD_REDIS

ALWAYS = SendingHours(zone=UTC, quiet=None, is_holiday=no_holidays)
DAYS = SendingHours(
    zone=ZoneInfo("Asia/Vientiane"), quiet=(time(19), time(8)), is_holiday=no_holidays
)
ONE = Routing("africastalking", {})
TWO = Routing("africastalking", {"unitel": "kannel-unitel"})
UNITEL, OTHER = "+8562095550001", "+8562055550001"


def a_process(kind="worker", *, silent=False, overdue=False, ahead=0.0) -> Process:
    return Process(uuid7(), kind, silent, overdue, ahead)


WELL, SILENT, OVERDUE = a_process(), a_process(silent=True), a_process(overdue=True)


def names(*workers: Process) -> list[str]:
    return [f"{one.id.hex}.0" for one in workers]


class TestWorkers:
    @pytest.mark.parametrize(
        ("known", "listening", "state", "number_hung"),
        [
            ([WELL], names(WELL), "ok", 0),
            ([WELL, SILENT], names(WELL), "ok", 0),
            ([WELL, SILENT], names(WELL, SILENT), "hung", 1),
            ([WELL, OVERDUE], names(WELL, OVERDUE), "hung", 1),
            ([WELL], [], "down", 0),
            ([], [], "down", 0),
            ([], ["of another release"], "ok", 0),
            ([WELL], None, "ok", 0),
            ([OVERDUE], None, "hung", 1),
            ([SILENT], None, "down", 0),
        ],
        ids=[
            "at work", "one was killed", "one stands still", "one is at a job for too long",
            "the only one was killed", "none", "of another release", "without Redis",
            "at a job for too long, without Redis", "killed, without Redis",
        ],
    )  # fmt: skip
    def test_are(self, known, listening, state, number_hung):
        assert workers_state(known, listening) == state
        assert hung(known, listening) == number_hung


def test_a_scheduler_is_alive_while_one_of_them_says_so():
    assert scheduler_state([WELL, a_process("scheduler")]) == "ok"
    assert scheduler_state([WELL, a_process("scheduler", silent=True)]) == "down"


class Ticks:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TestPulse:
    def rows(self, database):
        with database.reading() as connection:
            return connection.execute(select(processes)).all()

    def test_is_a_row_that_is_written_again_every_ten_seconds_and_goes_at_the_end(self, database):
        ticks = Ticks()
        pulse = Pulse(database, "worker", monotonic=ticks)
        assert pulse.beat()
        first = self.rows(database)
        assert not pulse.beat()
        ticks.now += BEAT_SECONDS
        assert pulse.beat(busy_seconds=60)
        (later,) = self.rows(database)
        assert (first[0].id, first[0].kind, first[0].due_back_at) == (pulse.id, "worker", None)
        assert later.beat_at > first[0].beat_at
        assert later.due_back_at == later.beat_at + timedelta(seconds=60)
        pulse.end()
        assert self.rows(database) == []

    def test_the_row_of_one_that_was_killed_goes_with_the_next_that_starts(self, database):
        Pulse(database, "worker").beat()
        with database.writing() as connection:
            old = database_now(connection) - timedelta(days=1, seconds=1)
            connection.execute(update(processes).values(beat_at=old))
        started = Pulse(database, "scheduler")
        started.beat()
        assert [row.id for row in self.rows(database)] == [started.id]

    def test_a_database_that_is_away_stops_nobody(self):
        away = Pulse(Database("postgresql://127.0.0.1:1/x"), "worker")
        assert away.beat()
        away.end()


@pytest.fixture
def readiness(database, redis_url):
    return Readiness(database, Redis.from_url(redis_url), ONE, ALWAYS)


def test_a_worker_that_was_killed_is_alive_no_more_once_it_has_been_silent(readiness, database):
    Pulse(database, "worker").beat()
    assert readiness.readings()["processes_alive"] == {"worker": 1, "scheduler": 0, "webhooks": 0}
    with database.writing() as connection:
        silent = database_now(connection) - SILENT_AFTER - timedelta(seconds=1)
        connection.execute(update(processes).values(beat_at=silent))
    assert readiness.readings()["processes_alive"] == {"worker": 0, "scheduler": 0, "webhooks": 0}


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_off_is_named_whoevers_it_is(postgresql, minutes):
    redis = Redis.from_url(DEAD_REDIS)

    def wrong() -> datetime:
        return utc_now() + timedelta(minutes=minutes)

    right = Readiness(postgresql, redis, ONE, ALWAYS)
    assert right.states()["clock"] == "ok"
    assert Readiness(postgresql, redis, ONE, ALWAYS, now=wrong).states()["clock"] == "off"
    Pulse(postgresql, "scheduler", process=wrong).beat()
    assert right.states()["clock"] == "off"
    told = right.readings()["clock_ahead_seconds"]
    assert told["scheduler"] == pytest.approx(60 * minutes, abs=2)
    assert told["web"] == pytest.approx(0, abs=2)


class TestSchema:
    @pytest.fixture
    def stands_at(self, database):
        """The version of the schema is said to be another, until the test is over."""

        def stands_at(version: str) -> None:
            with database.writing() as connection:
                connection.execute(
                    text("update alembic_version set version_num = :to"), {"to": version}
                )

        yield stands_at
        stands_at(revisions()[-1])

    @pytest.mark.parametrize(("version", "state"), [("0001", "behind"), ("9999", "ok")])
    def test_one_that_lacks_a_migration_is_behind_and_a_later_one_serves(
        self, readiness, stands_at, version, state
    ):
        assert readiness.serving() == {"database": "ok", "schema": "ok"}
        stands_at(version)
        assert readiness.serving() == {"database": "ok", "schema": state}

    def test_without_tables_it_is_empty(self, tmp_path):
        empty = Database(f"sqlite:///{tmp_path}/empty.sqlite")
        asked = Readiness(empty, Redis.from_url(DEAD_REDIS), ONE, ALWAYS)
        assert asked.serving() == {"database": "ok", "schema": "empty"}
        states = asked.states()
        assert {states[part] for part in ("scheduler", "queue", "sending")} == {"unknown"}

    def test_a_database_of_postgresql_without_tables_is_empty_too(self, postgresql):
        rename = "alter table {} rename to {}".format
        with postgresql.writing() as connection:
            connection.exec_driver_sql(rename("alembic_version", "away"))
        asked = Readiness(postgresql, Redis.from_url(DEAD_REDIS), ONE, ALWAYS)
        said = asked.serving()
        with postgresql.writing() as connection:
            connection.exec_driver_sql(rename("away", "alembic_version"))
        assert said == {"database": "ok", "schema": "empty"}


class TestQueue:
    NOW = datetime(2026, 11, 27, 12, 0, tzinfo=DAYS.zone)

    def queued(self, database, category, at, msisdn=OTHER):
        draft = Draft(
            dedupe_key=str(uuid7()), category=category, msisdn=msisdn, locale="lo",
            template="help", params={}, not_before_at=at, expires_at=at + timedelta(days=9),
        )  # fmt: skip
        with database.writing() as connection:
            queue_messages(connection, [draft], now=at)

    def waits(self, database, routing=ONE, hours=DAYS, now=NOW):
        with database.reading() as connection:
            return read_waiting(connection, routing, hours, now)

    def ago(self, seconds: float) -> datetime:
        return self.NOW - timedelta(seconds=seconds)

    def test_is_old_where_an_answer_waits_for_minutes_or_a_reminder_for_hours(self, database):
        self.queued(database, "reply", self.ago(OLD_REPLY_SECONDS))
        waiting = self.waits(database)["africastalking"]
        assert (waiting.reply, waiting.other, waiting.old) == (300, 0, False)
        self.queued(database, "payment", self.ago(600))
        assert self.waits(database)["africastalking"].other == 600
        assert not self.waits(database)["africastalking"].old
        self.queued(database, "reply", self.ago(OLD_REPLY_SECONDS + 1))
        assert self.waits(database)["africastalking"].old

    def test_what_is_not_due_yet_waits_for_nobody(self, database):
        self.queued(database, "reply", self.NOW + timedelta(seconds=1))
        assert self.waits(database)["africastalking"].reply == 0

    def test_quiet_hours_do_not_count(self, database):
        self.queued(database, "health", self.NOW - timedelta(days=2))
        assert self.waits(database)["africastalking"].other == 4 * 3600  # since eight
        assert self.waits(database, hours=ALWAYS)["africastalking"].other > OLD_SECONDS
        at_night = self.NOW + timedelta(hours=8)
        assert self.waits(database, now=at_night)["africastalking"].other == 0

    def test_each_provider_has_its_own(self, database):
        self.queued(database, "reply", self.ago(20), UNITEL)
        self.queued(database, "broadcast", self.ago(50), OTHER)
        waiting = self.waits(database, TWO)
        assert (waiting["kannel-unitel"].reply, waiting["kannel-unitel"].other) == (20, 0)
        assert (waiting["africastalking"].reply, waiting["africastalking"].other) == (0, 50)

    def test_what_is_held_after_a_restore_is_another_line(self, database, readiness):
        self.queued(database, "payment", self.ago(60))
        with database.writing() as connection:
            connection.execute(
                insert(restores).values(
                    id=uuid7(), sign="copied", dump_at=self.NOW, noticed_at=self.NOW, choices={}
                )
            )
        assert self.waits(database)["africastalking"].other == 0
        assert readiness.readings()["restored_held"] == {"all": 1}
        assert readiness.states()["sending"] == "held"


@pytest.mark.parametrize(
    ("hours", "moment", "since"),
    [
        (DAYS, "2026-11-27 12:00", "2026-11-27 08:00"),
        (DAYS, "2026-11-27 07:59", None),
        (DAYS, "2026-11-27 19:00", None),
        (ALWAYS, "2026-11-27 12:00", "2026-11-20 00:00"),
    ],
)
def test_since_when_sms_may_go_out(hours, moment, since):
    told = allowed_since(datetime.fromisoformat(moment).replace(tzinfo=hours.zone), hours)
    assert told == (since and datetime.fromisoformat(since).replace(tzinfo=hours.zone))
