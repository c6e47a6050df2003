"""A batch's way to the provider: tokens, claim, truth, calls, settlement.

The database is never held open during a call. A worker may die between any two lines: what it
held comes back by its lease; what may have been sent is `unknown`, never sent again by itself.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import Connection, and_

from gateway.core.breaker import Admission, Health, admission, taken
from gateway.core.quiet_hours import SendingHours, is_allowed
from gateway.messaging.restored.holding import claimable_after, notice
from gateway.messaging.sending.breaker import keep, read_stop
from gateway.messaging.sending.claims import Claim, Verdict, claim_due
from gateway.messaging.sending.facts import MessageFacts, read_facts
from gateway.messaging.sending.ledger_share import LedgerShare, hand_over
from gateway.messaging.sending.outcomes import calls_of
from gateway.messaging.sending.provider_calls import Batch, Carrier
from gateway.messaging.sending.rate import Rate
from gateway.messaging.sending.rendering import Language, Ready, render
from gateway.providers.base import SmsProvider
from gateway.registry.clock import Clock, ClockReader, database_clock
from gateway.registry.database import Database

PATIENCE_SECONDS = 5.0  # for room in the rate, before the job gives its worker back
WAIT_SECONDS = 3.0  # the same for a provider that is stopped; the scheduler wakes a worker again
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class SendingSettings:
    """How to send, in how many lanes.

    `first_backoff` doubles with every attempt that certainly sent nothing.
    """

    batch_size: int
    lease: timedelta
    hours: SendingHours
    first_backoff: timedelta = timedelta(seconds=15)
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class _Taken:
    claim: Claim
    facts: list[MessageFacts]
    admitted: Admission
    clock: Clock


@dataclass(frozen=True, slots=True)
class _Shut:
    """The provider may not be called for `seconds`, as far as is known."""

    stopped: bool
    seconds: float


def _shut(health: Health, now: datetime) -> _Shut:
    return _Shut(health.stopped, (health.next_at - now).total_seconds())


@dataclass(slots=True)
class _Shift:
    """One `drain`: until when, and whether the provider was found well again on the way."""

    ends_at: float
    opened: Event = field(default_factory=Event)

    def goes_on(self) -> bool:
        return time.monotonic() < self.ends_at and not self.opened.is_set()


class Dispatcher:
    """Sends what is due through one provider; any number of them may work at once."""

    def __init__(
        self,
        *,
        database: Database,
        provider: SmsProvider,
        rate: Rate,
        language: Language,
        settings: SendingSettings,
        share: LedgerShare | None = None,
        clock: ClockReader = database_clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`share`: the provider's share of the ledger, where it is not the only one."""
        self._database = database
        self._provider = provider
        self._share = share or LedgerShare(provider.name)
        self._rate = rate
        self._language = language
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._carrier = Carrier(database, provider, language.zone, settings.first_backoff, clock)

    def drain(self, *, seconds: float) -> bool:
        """Sends batch after batch for about `seconds`; True where more may be waiting.

        While one lane waits for the provider, another works: they share nothing but the ledger, as
        two workers do. Over as soon as a probe has found the provider well: others are to be woken.
        """
        shift, count = _Shift(time.monotonic() + seconds), self._settings.lanes
        with ThreadPoolExecutor(count, "lane") as lanes:
            return any(list(lanes.map(self._drain_lane, [shift] * count)))

    def _drain_lane(self, shift: _Shift) -> bool:
        waited = 0.0
        while shift.goes_on():
            found = self._next()
            if found is None:
                return False
            if isinstance(found, _Shut):
                if found.seconds > WAIT_SECONDS or (found.stopped and waited >= WAIT_SECONDS):
                    return False
                waited += LOOK_SECONDS
                self._sleep(LOOK_SECONDS)
                continue
            waited = 0.0
            if self._send(found):
                shift.opened.set()
        return True

    def send_batch(self) -> bool:
        """One batch; False where nothing may be sent now."""
        found = self._next()
        if not isinstance(found, _Taken):
            return False
        self._send(found)
        return True

    def _send(self, taken: _Taken) -> bool:
        """True where this was the probe that found the provider well."""
        now = taken.clock()
        rendered = [render(message, self._language, now) for message in taken.facts]
        ready = self._ours(taken, [one for one in rendered if isinstance(one, Ready)])
        verdicts = [one for one in rendered if isinstance(one, Verdict)]
        calls = calls_of(ready, at_most=self._settings.batch_size)
        asked_for = {one.id: one.request_id for one in taken.facts if one.request_id}
        batch = Batch(
            self._carrier, taken.claim, taken.clock, admitted=taken.admitted, asked_for=asked_for
        )
        return batch.send(calls, verdicts, self._take)

    def _size(self) -> int:
        """How many to claim: at most a batch, at most one second of the rate."""
        most = self._settings.batch_size
        return min(most, self._rate.per_second) if self._rate.per_second else most

    def _take(self, segments: int, seconds: float) -> bool:
        """Right before a call: what is taken earlier would go out together with what comes next."""
        return seconds > 0 and self._rate.take(segments, patience_seconds=seconds)

    def _next(self) -> _Taken | _Shut | None:
        """What to send, or that nothing may be sent now; None where there is nothing."""
        if not self._rate.wait_for_room(patience_seconds=PATIENCE_SECONDS):
            return None
        with self._database.writing() as connection:
            clock = self._clock(connection)
            health = read_stop(connection, self._provider.name)
            if health is None or health.state == "well":
                return self._claim(connection, clock, "all")
            if admission(health, now := clock()) == "none":
                return _shut(health, now)
            return self._claim_alone(connection, clock)

    def _claim_alone(self, connection: Connection, clock: Clock) -> _Taken | _Shut | None:
        """Where only one may: whoever has the row. The others wait for this short transaction."""
        name, now = self._provider.name, clock()
        health = read_stop(connection, name, lock=True)
        if health is None:
            return self._claim(connection, clock, "all")
        allowed = admission(health, now)
        if allowed == "none":
            return _shut(health, now)
        found = self._claim(connection, clock, allowed)
        if found is not None and allowed != "all":
            keep(connection, name, health, taken(health, now), now)
        return found

    def _claim(self, connection: Connection, clock: Clock, admitted: Admission) -> _Taken | None:
        now = clock()
        claim = claim_due(
            connection,
            now=now,
            lease=self._settings.lease,
            replies_only=not is_allowed(now, self._settings.hours),
            at_most=1 if admitted == "probe" else self._size(),
            of=and_(self._share.claimable(), claimable_after(notice(connection, now=now))),
            probing=admitted == "probe",
        )
        facts = read_facts(connection, claim.message_ids)
        return _Taken(claim, facts, admitted, clock) if facts else None

    def _ours(self, taken: _Taken, ready: list[Ready]) -> list[Ready]:
        """A number may have changed since its message was queued, and its operator with it."""
        if all(self._share.scope.covers(one.msisdn) for one in ready):
            return ready
        with self._database.writing() as connection:
            return hand_over(connection, taken.claim, self._share, ready, now=taken.clock())
