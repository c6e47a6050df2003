"""A batch's way to the provider: tokens, claim, truth, calls, settlement.

The database is never held open during a call. A worker may die between any two lines: what it
held comes back by its lease; what may have been sent is `unknown`, never sent again by itself.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from gateway.core.quiet_hours import SendingHours, is_allowed
from gateway.messaging.calls import Batch, Carrier
from gateway.messaging.claims import Claim, Verdict, claim_due
from gateway.messaging.facts import MessageFacts, read_facts
from gateway.messaging.outcomes import calls_of
from gateway.messaging.rate import Rate
from gateway.messaging.rendering import Language, Ready, render
from gateway.messaging.routes import Route, hand_over
from gateway.messaging.stops import read_stop
from gateway.providers.base import SmsProvider
from gateway.registry.clock import Clock, ClockReader, database_clock
from gateway.registry.database import Database

PATIENCE_SECONDS = 5.0  # for room in the rate, before the job gives its worker back


@dataclass(frozen=True, slots=True)
class Rules:
    """How to send, in how many lanes.

    `first_backoff` doubles with every attempt that certainly sent nothing.
    """

    sender: str | None
    batch_size: int
    lease: timedelta
    hours: SendingHours
    first_backoff: timedelta = timedelta(seconds=15)
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class _Taken:
    claim: Claim
    facts: list[MessageFacts]
    in_trouble: bool
    clock: Clock


class Dispatcher:
    """Sends what is due through one provider; any number of them may work at once."""

    def __init__(
        self,
        *,
        database: Database,
        provider: SmsProvider,
        rate: Rate,
        language: Language,
        rules: Rules,
        route: Route | None = None,
        clock: ClockReader = database_clock,
    ) -> None:
        """`route`: the provider's share of the ledger, where it is not the only one."""
        self._database = database
        self._provider = provider
        self._route = route or Route(provider.name)
        self._rate = rate
        self._language = language
        self._rules = rules
        self._clock = clock
        self._carrier = Carrier(
            database, provider, rules.sender, language.zone, rules.first_backoff, clock
        )

    def drain(self, *, seconds: float) -> bool:
        """Sends batch after batch for about `seconds`; True where more may be waiting.

        While one lane waits for the provider, another works: they share nothing but the ledger, as
        two workers do.
        """
        stop_at, count = time.monotonic() + seconds, self._rules.lanes
        with ThreadPoolExecutor(count, "lane") as lanes:
            return any(list(lanes.map(self._drain_lane, [stop_at] * count)))

    def _drain_lane(self, stop_at: float) -> bool:
        while time.monotonic() < stop_at:
            if not self.send_batch():
                return False
        return True

    def send_batch(self) -> bool:
        """One batch; False where nothing may be sent now."""
        if not self._rate.wait_for_room(patience_seconds=PATIENCE_SECONDS):
            return False
        taken = self._claim(self._size())
        if taken is None:
            return False
        now = taken.clock()
        rendered = [render(message, self._language, now) for message in taken.facts]
        ready = self._ours(taken, [one for one in rendered if isinstance(one, Ready)])
        verdicts = [one for one in rendered if isinstance(one, Verdict)]
        calls = calls_of(ready, at_most=self._rules.batch_size)
        batch = Batch(self._carrier, taken.claim, taken.clock, in_trouble=taken.in_trouble)
        batch.send(calls, verdicts, self._take)
        return True

    def _size(self) -> int:
        """How many to claim: at most a batch, at most one second of the rate."""
        most = self._rules.batch_size
        return min(most, self._rate.per_second) if self._rate.per_second else most

    def _take(self, segments: int, seconds: float) -> bool:
        """Right before a call: what is taken earlier would go out together with what comes next."""
        return seconds > 0 and self._rate.take(segments, patience_seconds=seconds)

    def _claim(self, at_most: int) -> _Taken | None:
        with self._database.writing() as connection:
            stop = read_stop(connection, self._provider.name)
            clock = self._clock(connection)
            now = clock()
            if stop is not None and stop.stopped_until_at > now:
                return None
            claim = claim_due(
                connection,
                now=now,
                lease=self._rules.lease,
                replies_only=not is_allowed(now, self._rules.hours),
                at_most=at_most,
                of=self._route.claimable(),
            )
            facts = read_facts(connection, claim.message_ids)
        return _Taken(claim, facts, stop is not None, clock) if facts else None

    def _ours(self, taken: _Taken, ready: list[Ready]) -> list[Ready]:
        """A number may have changed since its message was queued, and its operator with it."""
        if all(self._route.scope.covers(one.msisdn) for one in ready):
            return ready
        with self._database.writing() as connection:
            return hand_over(connection, taken.claim, self._route, ready, now=taken.clock())
