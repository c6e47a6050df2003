"""A database that hangs: dials get a page, key presses go on, the rest is asked to come again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from sqlalchemy import text

from gateway.callbacks.ussd import TRY_LATER
from gateway.registry.database import Database
from gateway.registry.deadlines import Patience
from gateway.settings import Settings
from tests.console.conftest import staff_of
from tests.dialogue.screens import GETTEXT, MOTHER
from tests.handset import Handset
from tests.hanging import Relay, relay_to
from tests.journal import journal
from tests.keys import BACK, HELP
from tests.lines import AfricasTalkingLine
from tests.redis_urls import patient
from tests.service import Clock, Service, composed
from tests.test_metrics import read
from tests.worker.processes import until

BUSY = f"END {GETTEXT['lo'](TRY_LATER)}"
IN_VAIN = "USSD hop failed: the database: no answer in time"
MESSAGE = {
    "from": MOTHER, "to": "1234", "text": "payday", "id": "m1", "date": "2026-11-24 09:00:00",
}  # fmt: skip


class RelayedService:
    """The service on PostgreSQL, behind a relay of its own."""

    def __init__(self, relay: Relay, service: Service, patience: Patience) -> None:
        self.relay = relay
        self.service = service
        self._patience = patience
        self.take_time()

    def hurry(self) -> None:
        """What hangs from now on is not waited for as long as in production."""
        self._set(0.6)

    def take_time(self) -> None:
        self._set(60.0)

    def _set(self, seconds: float) -> None:
        self._patience.callback = self._patience.console = self._patience.probe = seconds


@contextmanager
def relayed_on(
    postgresql_url: str, redis_client: Redis, *, pause: float
) -> Iterator[RelayedService]:
    near, clock, patience = Database(postgresql_url), Clock(), Patience(pause=pause)
    redis_url = patient(redis_client.connection_pool.connection_kwargs["port"])
    with relay_to(postgresql_url) as relay:
        settings = Settings(database_url=relay.url, redis_url=redis_url)
        with composed(settings, clock, patience) as app:
            yield RelayedService(relay, Service(app, near, clock, redis_client), patience)
    near.dispose()


@pytest.fixture
def relayed(postgresql_url: str, redis_client: Redis) -> Iterator[RelayedService]:
    """The service refuses nobody after a failure: the next request asks the database again."""
    with relayed_on(postgresql_url, redis_client, pause=0.0) as relayed:
        yield relayed


@pytest.fixture
def patient_relayed(postgresql_url: str, redis_client: Redis) -> Iterator[RelayedService]:
    """After one waited in vain nobody is to try again in this test."""
    with relayed_on(postgresql_url, redis_client, pause=600.0) as relayed:
        yield relayed


@contextmanager
def swallowing(relayed: RelayedService) -> Iterator[None]:
    relayed.relay.swallows = True
    relayed.hurry()
    yield
    relayed.relay.swallows = False
    relayed.take_time()


@contextmanager
def locking(relayed: RelayedService) -> Iterator[None]:
    with relayed.service.database.writing() as connection:
        connection.execute(text("LOCK TABLE beneficiaries"))
        relayed.hurry()
        yield
    relayed.take_time()


HANGS = pytest.mark.parametrize("hangs", [swallowing, locking], ids=["swallowed", "locked"])


def handset(relayed: RelayedService, msisdn: str = MOTHER) -> Handset:
    return Handset(AfricasTalkingLine(relayed.service), msisdn)


@HANGS
def test_a_dial_gets_the_busy_page_keys_go_on_and_all_is_well_after(relayed, hangs):
    caller, other = handset(relayed), handset(relayed, "+8562055500005")
    first = caller.dial()
    with hangs(relayed):
        assert caller.press(HELP).startswith("CON ")
        with journal() as lines:
            assert other.dial() == BUSY
        assert [line["message"] for line in lines] == [IN_VAIN]
        assert "exc_info" not in lines[0], "a line, and no traceback of each thread"
        assert caller.press(BACK) == first
    until(lambda: other.repeat() == first)


@HANGS
def test_other_callbacks_ask_to_repeat_and_are_stored_once(relayed, hangs):
    with hangs(relayed):
        assert relayed.service.post("incoming-messages", MESSAGE).status_code == 503
    until(lambda: relayed.service.post("incoming-messages", MESSAGE).status_code == 200)
    with relayed.service.database.reading() as connection:
        assert connection.execute(text("select count(*) from mo_messages")).scalar_one() == 1


def test_after_one_dial_waited_in_vain_the_others_are_refused_at_once(patient_relayed):
    relayed = patient_relayed
    pressed = handset(relayed)
    pressed.dial()
    with swallowing(relayed):
        assert handset(relayed).dial() == BUSY
    # There is all the time there is, and nothing hangs any more; and yet:
    with journal() as lines:
        assert handset(relayed).dial() == BUSY
        assert pressed.press(HELP).startswith("CON ")
    assert lines == []
    exposed = read(relayed.service.app.test_client().get("/metrics").text)
    assert exposed["ussd_hops_total", "busy", "africastalking", ""] >= 2


@HANGS
def test_the_console_says_so_in_the_readers_language(relayed, hangs):
    officer = staff_of(relayed.service)("viewer")
    with hangs(relayed):
        page = officer.get("beneficiaries/", 503)
    assert page.heading == "The service does not answer just now"
    until(lambda: officer.raw("GET", "beneficiaries/").status_code == 200)


def test_the_process_is_alive_and_not_ready(relayed):
    browser = relayed.service.app.test_client()
    with swallowing(relayed):
        assert browser.get("/readyz").get_json()["database"] == "down"
        assert browser.get("/metrics").status_code == 200
    until(lambda: browser.get("/readyz").get_json()["database"] == "ok")


def test_who_asks_whether_it_is_alive_does_not_ask_the_database(patient_relayed):
    with swallowing(patient_relayed):
        patient_relayed.take_time()
        assert patient_relayed.service.app.test_client().get("/healthz").status_code == 200
