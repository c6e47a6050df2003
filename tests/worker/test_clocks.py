"""A scheduler and workers on machines whose clocks differ: nothing twice, nothing lost or early.

PostgreSQL alone: the processes on an SQLite file share one machine and its clock.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from gateway.callbacks.dependencies import CallbackDependencies
from gateway.core.msisdn import Msisdn
from gateway.messaging.broadcasts.lifecycle import read_broadcast
from gateway.messaging.ledger import Draft
from gateway.messaging.wakeups import Wakeups
from gateway.providers.base import DeliveryReceipt, MOMessage, Recipient, SendResult
from gateway.providers.known import read_settings
from gateway.redis_client import connect
from gateway.registry.clock import database_clock, utc_now
from gateway.registry.database import Database
from tests.messaging.broadcasting import started_broadcast
from tests.messaging.conftest import Office
from tests.messaging.scripted_provider import ScriptedProvider, accepting, failing
from tests.messaging.village import Village, draft, number, queue_for_any_day, states
from worker.assembly import Assembly, assemble
from worker.chores import chores_of

pytestmark = pytest.mark.long  # each round is all that a scheduler does

AHEAD, RIGHT, BEHIND = timedelta(minutes=20), timedelta(0), timedelta(minutes=-20)
SOON = timedelta(minutes=10)
CLOCKS = [
    pytest.param(AHEAD, RIGHT, id="the scheduler is ahead"),
    pytest.param(BEHIND, RIGHT, id="the scheduler is behind"),
    pytest.param(RIGHT, AHEAD, id="the worker is ahead"),
    pytest.param(RIGHT, BEHIND, id="the worker is behind"),
    pytest.param(AHEAD, BEHIND, id="they are forty minutes apart"),
]


class Machine:
    """What runs on one machine, whose clock is `off`."""

    def __init__(self, assembly: Assembly, provider: ScriptedProvider, off: timedelta) -> None:
        self._office = Office(assembly.database, provider)
        self._clock = partial(database_clock, process=lambda: utc_now() + off)
        self._assembly = replace(assembly, clock=self._clock, providers=(provider,))

    def schedule(self) -> None:
        """One round of all that the scheduler does."""
        for chore in chores_of(self._assembly):
            chore.do()

    def send(self) -> None:
        self._office.dispatcher(clock=self._clock).drain(seconds=10)


MachineOf = Callable[[timedelta], Machine]


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider()


@pytest.fixture
def machine(
    postgresql: Database, provider: ScriptedProvider, postgresql_url: str, redis_url: str
) -> Iterator[MachineOf]:
    environ = {"DATABASE_URL": postgresql_url, "REDIS_URL": redis_url, "QUIET_HOURS": ""}
    assembly = replace(assemble(read_settings(environ)), database=postgresql)
    yield partial(Machine, assembly, provider)
    assembly.redis.close()
    assembly.quick_redis.close()


WebOf = Callable[[timedelta], CallbackDependencies]


@pytest.fixture
def web(postgresql: Database, redis_url: str) -> Iterator[WebOf]:
    """What stores callbacks, on a machine whose clock is off; nobody calls here."""
    redis = connect(redis_url)
    unused: Any = None

    def web_of(off: timedelta) -> CallbackDependencies:
        return CallbackDependencies(
            settings=read_settings({}),
            database=postgresql,
            sessions=unused,
            dials=unused,
            dialogue=unused,
            wakeups=Wakeups(redis),
            gettext={},
            patience=unused,
            now=lambda: utc_now() + off,
        )

    yield web_of
    redis.close()


def fresh(index: int, **changes: datetime) -> Draft:
    now = utc_now()
    times = {"not_before_at": now, "expires_at": now + timedelta(hours=1)} | changes
    return draft(index, **times)


@pytest.mark.parametrize(("scheduler_off", "worker_off"), CLOCKS)
def test_a_call_under_way_is_not_taken_for_one_that_broke_off(
    postgresql: Database, provider: ScriptedProvider, machine: MachineOf, scheduler_off, worker_off
):
    """While the provider takes its time, the scheduler sweeps and another worker looks for work."""
    scheduler, other = machine(scheduler_off), machine(RIGHT)
    under_way: list[str] = []

    def slow(body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
        provider.always = accepting
        scheduler.schedule()
        other.send()
        under_way.extend(states(postgresql))
        return accepting(body, recipients)

    provider.always = slow
    queue_for_any_day(postgresql, *(fresh(index) for index in range(28)))

    machine(worker_off).send()

    assert sorted(provider.handsets) == [number(index) for index in range(28)]
    assert under_way == ["sending"] * 28
    assert states(postgresql) == ["accepted"] * 28


@pytest.mark.parametrize(("scheduler_off", "worker_off"), CLOCKS)
def test_nothing_begins_early_or_ends_before_its_time(
    postgresql: Database, provider: ScriptedProvider, machine: MachineOf, scheduler_off, worker_off
):
    now = utc_now()
    village = Village(postgresql)
    village.women(range(100, 103))
    broadcast_id = started_broadcast(postgresql, now=utc_now(), start_at=now + SOON)
    queue_for_any_day(
        postgresql,
        fresh(1, not_before_at=now + SOON),
        fresh(2, expires_at=now + SOON),
        fresh(3, not_before_at=now - SOON, expires_at=now - timedelta(minutes=1)),
    )

    machine(scheduler_off).schedule()
    machine(worker_off).send()

    assert states(postgresql) == ["queued", "accepted", "expired"]
    assert provider.handsets == [number(2)]
    with postgresql.reading() as connection:
        assert read_broadcast(connection, broadcast_id).state == "scheduled"


@pytest.mark.parametrize("off", [AHEAD, RIGHT, BEHIND])
def test_a_receipt_is_that_of_its_message_whatever_the_clock_of_the_web(
    postgresql: Database, provider: ScriptedProvider, machine: MachineOf, web: WebOf, off
):
    """The answer to the call was lost; the receipt alone says that it arrived."""
    provider.always = failing("unknown", "no_answer")
    queue_for_any_day(postgresql, fresh(1))
    machine(RIGHT).send()

    receipt = DeliveryReceipt(
        provider=provider.name,
        provider_ref="r1",
        message_id=None,
        msisdn=Msisdn(number(1)),
        status="Success",
        outcome="delivered",
        reason=None,
    )
    web(off).store([receipt])
    machine(RIGHT).schedule()

    assert states(postgresql) == ["delivered"]


@pytest.mark.parametrize("off", [AHEAD, RIGHT, BEHIND])
def test_an_answer_by_sms_goes_out_at_once_whatever_the_clock_of_the_web(
    postgresql: Database, provider: ScriptedProvider, machine: MachineOf, web: WebOf, off
):
    web(off).store([MOMessage(provider.name, "1", Msisdn(number(1)), "1330", "HELP")])

    machine(RIGHT).send()

    assert provider.handsets == [number(1)]
