"""Nobody waits longer for the database than a deadline says, and not everybody waits."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from gateway.registry.database import Database
from gateway.registry.deadlines import (
    CONSOLE,
    HOP,
    Breaker,
    Deadline,
    DeadlineError,
    NotAskedError,
    current,
    more_time,
    within,
)
from gateway.registry.tables import beneficiaries, districts
from tests.hanging import Relay, relay_to
from tests.worker.processes import until

# The hangs here never end by themselves: that a test is over is what it shows.
MOMENT = 0.6  # seconds; what is over half a second is for the answer, the rest for the cancelling


@pytest.fixture
def relay(postgresql_url: str) -> Iterator[Relay]:
    with relay_to(postgresql_url) as relay:
        yield relay


@pytest.fixture
def behind(relay: Relay) -> Iterator[Database]:
    """PostgreSQL at the end of that relay."""
    database = Database(relay.url)
    yield database
    database.dispose()


def ask(database: Database, kind: str = HOP, seconds: float = MOMENT) -> object:
    with within(seconds, kind), database.reading() as connection:
        return connection.execute(select(beneficiaries.c.id).limit(1)).first()


def write(database: Database, seconds: float = MOMENT) -> None:
    with within(seconds, HOP), database.writing() as connection:
        connection.execute(districts.update().values(name="x").where(districts.c.id < 0))


def greet(database: Database) -> None:
    """A connection, opened and at rest."""
    with database.reading() as connection:
        connection.execute(select(1))


class TestADatabaseThatSwallowsEverything:
    def test_is_given_up_where_a_connection_stood(self, relay, behind):
        greet(behind)
        relay.swallows = True
        with pytest.raises(DeadlineError):
            ask(behind)

    def test_is_given_up_where_none_did(self, relay, behind):
        relay.swallows = True
        with pytest.raises(DeadlineError):
            ask(behind)

    def test_is_given_up_in_mid_transaction(self, relay, behind):
        def work() -> None:
            with within(MOMENT, HOP), behind.writing() as connection:
                connection.execute(select(1))
                relay.swallows = True
                connection.execute(select(1))

        with pytest.raises(DeadlineError):
            work()

    def test_is_given_up_at_the_commit(self, relay, behind):
        def work() -> None:
            with within(MOMENT, HOP), behind.writing() as connection:
                connection.execute(select(1))
                relay.swallows = True

        with pytest.raises(DeadlineError):
            work()

    def test_has_one_deadline_for_all_its_hosts(self, relay):
        relay.swallows = True
        hosts = "&".join([f"host=127.0.0.1:{relay.port}"] * 8)
        database = Database(f"postgresql://postgres:@/postgres?{hosts}")
        began_at = time.monotonic()
        with pytest.raises(DeadlineError):
            ask(database, seconds=0.5)
        assert time.monotonic() - began_at < 8  # eight times psycopg's least are sixteen
        database.dispose()

    def test_is_given_up_for_good_where_its_hosts_share_is_over(self, relay):
        """There is time left, and yet the next must not wait as long."""
        relay.swallows = True
        database = Database(f"{relay.url}?connect_timeout=2")
        with pytest.raises(DeadlineError):
            ask(database, seconds=600)
        with pytest.raises(NotAskedError):
            ask(database, seconds=600)
        database.dispose()

    def test_answers_again_once_it_is_back(self, relay, postgresql_url):
        database = Database(relay.url, pause=0.0)
        relay.swallows = True
        with pytest.raises(DeadlineError):
            ask(database)
        relay.swallows = False
        assert ask(database, seconds=60) is None
        database.dispose()


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Holds a lock, as a migration may, or a person at psql who went for lunch."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE beneficiaries"))
        yield


class TestALockThatIsNeverReleased:
    def test_is_not_waited_for(self, postgresql):
        with locked(postgresql), pytest.raises(DeadlineError):
            ask(postgresql)

    def test_leaves_nobody_in_its_queue(self, postgresql):
        """A server does not notice that its client is gone while it waits for a lock."""
        waiting = text("select count(*) from pg_locks where not granted")
        with locked(postgresql):
            with pytest.raises(DeadlineError):
                ask(postgresql)

            def is_nobody_waiting() -> bool:
                with postgresql.reading() as connection:
                    return connection.execute(waiting).scalar_one() == 0

            until(is_nobody_waiting)

    def test_is_not_waited_for_in_sqlite_either(self, sqlite):
        with sqlite.writing(), pytest.raises(DeadlineError):
            write(sqlite, seconds=0.2)

    def test_keeps_nobody_of_sqlites_readers(self, sqlite):
        with sqlite.writing():
            assert ask(sqlite, seconds=60) is None

    def test_is_waited_for_by_those_who_have_no_deadline(self, database):
        """Planning, imports and figures are not cut."""
        done = threading.Event()

        def work() -> None:
            with database.writing() as connection:
                connection.execute(select(beneficiaries.c.id).limit(1))
            done.set()

        worker = threading.Thread(target=work)
        with database.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE beneficiaries"))
            worker.start()
            with pytest.raises(DeadlineError):
                write_to_beneficiaries(database)
            assert not done.is_set()
        assert done.wait(60)
        worker.join()


def write_to_beneficiaries(database: Database) -> None:
    with within(MOMENT, HOP), database.writing() as connection:
        connection.execute(beneficiaries.delete())


class TestOneDeadline:
    def test_lies_over_all_transactions_of_a_request(self):
        """The second has what the first has left."""
        deadline = Deadline(5.0, HOP)
        deadline.transaction_begins()
        deadline.is_over()
        deadline.transaction_begins()
        assert deadline.left == 0.0

    def test_of_the_console_is_each_transactions_own(self):
        deadline = Deadline(5.0, CONSOLE, each=True)
        deadline.transaction_begins()
        deadline.is_over()
        deadline.transaction_begins()
        assert deadline.left > 0.0

    def test_does_not_begin_before_the_first(self):
        """A body may be slow to come, which says nothing of the database."""
        assert Deadline(5.0, HOP).left == 5.0

    def test_inside_another_is_the_earlier_of_the_two(self):
        with within(3.0, HOP):
            with within(9.0, "mo"):
                assert _left() == 3.0
            with within(1.0, "mo"):
                assert _left() == 1.0
        assert _left() is None

    def test_is_longer_where_that_is_known_to_be_needed(self):
        with within(3.0, CONSOLE, each=True), more_time(60):
            assert _left() == 60.0
        with more_time(60):
            assert _left() is None


def _left() -> float | None:
    deadline = current()
    return None if deadline is None else deadline.left


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestTheBreaker:
    """What it does is counted on a clock of this test's own."""

    PAUSE = 5.0

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def breaker(self, clock: Clock) -> Breaker:
        return Breaker(self.PAUSE, clock)

    def in_vain(self, breaker: Breaker, who: object = "somebody") -> None:
        with pytest.raises(DeadlineError), breaker.passing(who):
            raise DeadlineError

    def test_lets_everybody_pass_while_all_is_well(self, breaker):
        with breaker.passing("a"), breaker.passing("b"):
            pass

    def test_refuses_everybody_for_its_pause(self, breaker, clock):
        self.in_vain(breaker)
        clock.now += self.PAUSE - 0.001
        with pytest.raises(NotAskedError), breaker.passing("b"):
            pytest.fail("passed")

    def test_then_lets_one_try(self, breaker, clock):
        self.in_vain(breaker)
        clock.now += self.PAUSE
        with breaker.passing("a"):
            with pytest.raises(NotAskedError), breaker.passing("b"):
                pytest.fail("passed")
            with breaker.passing("a"):  # the same request, for another thing
                pass
            with pytest.raises(NotAskedError), breaker.passing("b"):
                pytest.fail("passed")
        with breaker.passing("b"), breaker.passing("c"):
            pass

    def test_rests_again_where_that_one_waited_in_vain(self, breaker, clock):
        self.in_vain(breaker)
        clock.now += self.PAUSE
        self.in_vain(breaker)
        with pytest.raises(NotAskedError), breaker.passing("b"):
            pytest.fail("passed")
        clock.now += self.PAUSE
        with breaker.passing("c"):
            pass

    def test_takes_an_error_for_an_answer(self, breaker, clock):
        self.in_vain(breaker)
        clock.now += self.PAUSE
        with pytest.raises(LookupError), breaker.passing("a"):
            raise LookupError
        with breaker.passing("b"), breaker.passing("c"):
            pass

    def test_is_not_opened_by_those_who_set_out_before(self, breaker):
        with breaker.passing("slow, and then answered"):
            self.in_vain(breaker)
        assert breaker.refuses


class TestWhoIsRefused:
    def test_after_one_waited_in_vain_its_kind_is_not_asked(self, sqlite):
        with sqlite.writing(), pytest.raises(DeadlineError):
            write(sqlite, seconds=0.1)
        with pytest.raises(NotAskedError):
            ask(sqlite)

    def test_callers_come_first_so_that_nobody_else_holds_a_thread(self, sqlite):
        with sqlite.writing(), pytest.raises(DeadlineError):
            write(sqlite, seconds=0.1)
        with pytest.raises(NotAskedError):
            ask(sqlite, CONSOLE)

    def test_other_kinds_in_vain_leave_the_callers_alone(self, sqlite):
        with (
            sqlite.writing(),
            within(0.1, "mo"),
            pytest.raises(DeadlineError),
            sqlite.writing(),
        ):
            pytest.fail("two writers")
        with pytest.raises(NotAskedError):
            ask(sqlite, "mo")
        assert ask(sqlite) is None

    def test_an_error_of_the_statement_refuses_nobody(self, database):
        for _time in range(2):
            with (
                within(60, HOP),
                pytest.raises((OperationalError, ProgrammingError)),
                database.reading() as connection,
            ):
                connection.exec_driver_sql("select * from nowhere")

    def test_a_database_that_is_down_says_so_itself(self):
        database = Database("postgresql://127.0.0.1:1/x")
        for _time in range(2):
            with pytest.raises(OperationalError):
                ask(database, seconds=60)


class TestWhatThePostgresqlUrlSays:
    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ("", {"connect_timeout": "4", "tcp_user_timeout": "3000", "keepalives_idle": "10"}),
            ("?tcp_user_timeout=9000", {"connect_timeout": "4", "tcp_user_timeout": "9000"}),
            ("?connect_timeout=2&keepalives_idle=60", {"keepalives_idle": "60"}),
        ],
    )
    def test_wins_over_what_we_would_say(self, relay, query, wanted):
        database = Database(relay.url + query)
        with database.reading() as connection:
            driver: Any = connection.connection.driver_connection
            known = {option.keyword: option.val for option in driver.pgconn.info}
        assert {name: known[name.encode()].decode() for name in wanted} == wanted
        database.dispose()
