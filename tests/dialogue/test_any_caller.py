"""Whatever is pressed, repeated, interleaved or lost: a valid page, and every event just once.

Two services live through the same calls. From one, Redis is taken at any moment; the other keeps
everything. What a caller sees must be the same on both, unless she is asked to dial again.
"""

import os
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from redis import Redis
from sqlalchemy import select

from gateway.catalogues import load_gettext
from gateway.dialogue.host import DIAL_AGAIN
from gateway.registry.database import Database
from gateway.registry.tables import events, pin_attempts
from gateway.settings import Settings
from tests.handset import Handset
from tests.keys import CALL_BACK, PAYDAY, deep
from tests.lines import AfricasTalkingLine
from tests.service import Clock, Service, composed

CALLERS = ("+8562055500001", "+8562055500003", "+8562055500004", "+8562055512399")
OFFER = "resume_offered"
KEYS = st.sampled_from(
    ["1", "2", "3", "4", "5", "6", "7", "0", "00", "9", "4321", "1111", "", "*", "x", "1*2",
     "10000001", "ສະບາຍດີ", "1" * 30]
)  # fmt: skip

CODES = st.sampled_from(["*123#", "*123#", deep(PAYDAY), deep(CALL_BACK)])


class BothServices:
    """One handset on the service under test and on the one it must not differ from."""

    def __init__(self, msisdn, tested: Service, reference: Service, *, echoes: bool):
        self.tested = Handset(AfricasTalkingLine(tested), msisdn, echoes=echoes)
        self.reference = Handset(AfricasTalkingLine(reference), msisdn, echoes=echoes)

    @property
    def talking(self):
        return self.tested.body.startswith("CON ")


class AnyCaller(RuleBasedStateMachine):
    registry: str
    tested: Service
    reference: Service
    again: str
    offer: str

    @initialize(echoes=st.booleans())
    def switch_on(self, echoes):
        for service in (self.tested, self.reference):
            service.flush_redis()
            with (
                closing(sqlite3.connect(self.registry)) as demo,
                closing(sqlite3.connect(str(service.database.engine.url.database))) as own,
            ):
                demo.backup(own)
        self.clock = self.tested.clock
        self.pairs = {
            msisdn: BothServices(msisdn, self.tested, self.reference, echoes=echoes)
            for msisdn in CALLERS
        }

    @rule(caller=st.sampled_from(CALLERS), code=CODES)
    def dial(self, caller, code):
        pair = self.pairs[caller]
        pair.tested.dial(code)
        self._follow(pair, lambda: self._dial_reference(pair, code))

    def _dial_reference(self, pair, code):
        """The offer to go on is forgotten with Redis: then the reference starts again."""
        pair.reference.dial(code)
        if pair.reference.screen == self.offer != pair.tested.screen:
            pair.reference.press("2")

    @rule(caller=st.sampled_from(CALLERS), keys=st.lists(KEYS, min_size=1, max_size=4))
    def press(self, caller, keys):
        pair = self.pairs[caller]
        for key in keys:
            if pair.talking:
                pair.tested.press(key)
                self._follow(pair, lambda key=key: pair.reference.press(key))

    @rule(caller=st.sampled_from(CALLERS))
    def repeat(self, caller):
        pair = self.pairs[caller]
        if pair.talking:
            pair.tested.repeat()
            self._follow(pair, pair.reference.repeat)

    def _follow(self, pair, same):
        """The reference does the same, unless the caller was asked to dial again."""
        if pair.tested.screen == self.again:
            pair.tested.timeout()
            pair.reference.timeout()
            return
        same()
        assert pair.tested.body == pair.reference.body

    @rule()
    def redis_forgets(self):
        self.tested.flush_redis()

    @rule(minutes=st.sampled_from([1, 11]))
    def time_passes(self, minutes):
        self.clock.move(minutes=minutes)

    @invariant()
    def every_event_is_there_once(self):
        if hasattr(self, "pairs"):
            assert _recorded(self.tested) == _recorded(self.reference)


def _recorded(service) -> Counter:
    """Events and attempts; an offer to go on is Redis' business and may differ."""
    with service.database.reading() as connection:
        rows = connection.execute(select(events.c.kind, events.c.msisdn, events.c.result)).all()
        tries = connection.execute(select(pin_attempts.c.outcome, pin_attempts.c.msisdn)).all()
    told = [(row.kind, row.msisdn, str(row.result)) for row in rows if row.kind != OFFER]
    return Counter(told) + Counter(map(tuple, tries))


@pytest.fixture
def machine(demo_registry, redis_url, tmp_path):
    """Two services on one clock: their databases are put back to the demo's for each example."""
    clock, services = Clock(), []
    with ExitStack() as stack:
        for number in (0, 1):
            url = f"sqlite:///{tmp_path / str(number)}.sqlite"
            own_redis = redis_url.replace("/0", f"/{number}")
            app = stack.enter_context(
                composed(Settings(database_url=url, redis_url=own_redis), clock, console=False)
            )
            database = Database(url)
            stack.callback(database.dispose)
            redis = stack.enter_context(Redis.from_url(own_redis))
            services.append(Service(app, database, clock, redis))
        AnyCaller.tested, AnyCaller.reference = services
        AnyCaller.registry = demo_registry.engine.url.database
        gettext = load_gettext()["lo"]
        AnyCaller.again = gettext(DIAL_AGAIN)
        offer = (f"{key} {gettext(label)}" for key, label in ((1, "Continue"), (2, "Start again")))
        AnyCaller.offer = "\n".join((gettext("You were cut off."), *offer))
        yield AnyCaller


def test_any_caller(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=50 if "CI" in os.environ else 15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
