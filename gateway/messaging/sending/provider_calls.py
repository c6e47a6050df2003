"""A claimed batch goes out: one call for each text, settled together with the next one's start."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.core.breaker import Admission, admission, given_back, taken
from gateway.logs import under
from gateway.messaging.receiving.receipts import match_parked
from gateway.messaging.sending.breaker import (
    keep,
    note_answer,
    note_failure,
    read_stop,
    stop_provider,
)
from gateway.messaging.sending.claims import (
    Claim,
    Verdict,
    broadcast_states,
    follow_numbers,
    mark_sending,
    settle,
)
from gateway.messaging.sending.once_a_day import first_today
from gateway.messaging.sending.outcomes import Call, Settlement, read_results
from gateway.messaging.sending.rendering import Ready, halted
from gateway.providers.base import Recipient, SendResult, SmsProvider
from gateway.registry.clock import Clock, ClockReader
from gateway.registry.database import Database

PAUSE_SECONDS = 0.25  # before a lost database is tried again

logger = logging.getLogger(__name__)
Done = TypeVar("Done")
Tokens = Callable[[int, float], bool]


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who carries, in whose name, and how patiently."""

    database: Database
    provider: SmsProvider
    zone: ZoneInfo
    first_backoff: timedelta
    clock: ClockReader


class Batch:
    """One claim on its way.

    `clock` is the database's as of the claim; it is read again with every transaction. `admitted`
    is what the provider's health allowed when the claim was made: "probe" is one message, "alone"
    the only calls that are made meanwhile. `asked_for`: the requests that messages answer.
    """

    def __init__(
        self,
        carrier: Carrier,
        claim: Claim,
        clock: Clock,
        *,
        admitted: Admission = "all",
        asked_for: Mapping[UUID, str] = MappingProxyType({}),
    ) -> None:
        self._asked_for = asked_for
        self._carrier = carrier
        self._claim = claim
        self._clock = clock
        self._probe = admitted == "probe"
        self._only = admitted in {"probe", "alone"}
        self._called = False

    def send(self, calls: Sequence[Call], verdicts: Sequence[Verdict], tokens: Tokens) -> bool:
        """Makes the calls one by one; what may not begin any more goes back to the queue.

        `tokens(segments, seconds)` says whether the rate allows a call within that time. True
        where this was the probe that found the provider well again. Raises the database's error
        where it stays away until the lease is over.
        """
        settlement = Settlement(list(verdicts))
        left = list(calls)
        while left and settlement.stop is None and tokens(left[0].segments, self._seconds_left()):
            going = self._persist(partial(self._begin, call=left[0], done=settlement))
            settlement = Settlement()
            if going is None:
                break
            call = left.pop(0)
            if going:
                settlement = self._make(call, going)
                self._called = True
        settlement.verdicts += self._back_to_queue(left, settlement.stop)
        self._persist(partial(self._end, done=settlement))
        return self._probe and settlement.went_through

    def _seconds_left(self) -> float:
        """Until no call may begin any more."""
        return (self._claim.last_start_at - self._clock()).total_seconds()

    def _begin(self, connection: Connection, call: Call, done: Settlement) -> list[Ready] | None:
        """In one transaction: what the last call brought, and that this one begins.

        None where the provider may not be called now. Empty where nothing of it is to be sent.
        """
        ready = self._not_halted(connection, call, done)
        self._write(connection, done)
        now = self._clock()
        once = [one for one in ready if one.once_a_day]
        first = first_today(connection, once, now.astimezone(self._carrier.zone).date())
        again = {one.message_id for one in once} - first
        duplicates = [
            Verdict(message_id=one, state="suppressed", reason="duplicate", told=call.sending.told)
            for one in again
        ]
        settle(connection, self._claim, duplicates, now=now)
        self._note(connection, done)
        wanted = [one.message_id for one in ready if one.message_id not in again]
        if self._seconds_left() <= 0 or not wanted:
            return []
        if not self._may_call(connection):
            return None
        moved = {one.message_id: one.msisdn for one in ready if one.moved}
        follow_numbers(connection, self._claim, moved, now=now)
        name = self._carrier.provider.name
        held = mark_sending(connection, self._claim, wanted, call.sending, provider=name, now=now)
        return [one for one in ready if one.message_id in held]

    def _not_halted(self, connection: Connection, call: Call, done: Settlement) -> list[Ready]:
        """Without what staff have paused or ended since it was claimed: it goes no further."""
        ids = {one.broadcast_id for one in call.ready if one.broadcast_id is not None}
        now_in = broadcast_states(connection, ids)
        ready = []
        for one in call.ready:
            state = now_in.get(one.broadcast_id) if one.broadcast_id else None
            verdict = halted(one.message_id, state, self._clock())
            if verdict is None:
                ready.append(one)
            else:
                done.verdicts.append(verdict)
        return ready

    def _may_call(self, connection: Connection) -> bool:
        """Asked right before each call; a batch that goes alone keeps the others waiting."""
        name = self._carrier.provider.name
        health = read_stop(connection, name)
        if health is None or health.state == "well":
            self._only = False
            return True
        health = read_stop(connection, name, lock=True) or health
        now = self._clock()
        mine = self._only and (not health.stopped or (self._probe and not self._called))
        if health.state == "off" or not (mine or admission(health, now) == "alone"):
            return False
        self._only = True
        keep(connection, name, health, taken(health, now), now)
        return True

    def _make(self, call: Call, going: Sequence[Ready]) -> Settlement:
        provider = self._carrier.provider
        recipients = [Recipient(one.message_id, one.msisdn) for one in going]
        results: list[SendResult] = []
        try:
            results = provider.send(call.sending.body, recipients)
        except Exception as error:
            # Whatever it was, it may have happened after the text had left. No traceback: it
            # could hold numbers.
            logger.error("%s raised %s", provider.name, type(error).__name__)  # noqa: TRY400 - as said
        return read_results(
            going,
            results,
            now=self._clock(),
            first_backoff=self._carrier.first_backoff,
        )

    def _write(self, connection: Connection, done: Settlement) -> None:
        settle(connection, self._claim, done.verdicts, now=self._clock())
        refs = [one.provider_ref for one in done.verdicts if one.provider_ref is not None]
        if refs:
            match_parked(connection, now=self._clock(), refs=refs)
        for one in done.verdicts:
            if one.message_id in self._asked_for:
                with under(self._asked_for[one.message_id]):
                    logger.info("SMS %s: %s", one.message_id, one.state)

    def _note(self, connection: Connection, done: Settlement) -> None:
        """What the last call says of the provider; see `stops`: after everything that may wait."""
        now, name, only = self._clock(), self._carrier.provider.name, self._only
        if done.stop is not None:
            reason, until = done.stop
            stop_provider(connection, name, reason=reason, until=until, now=now)
        elif done.failure is not None:
            note_failure(connection, name, reason=done.failure, now=now, only_call=only)
        elif done.went_through:
            note_answer(connection, name, now=now, only_call=only)

    def _end(self, connection: Connection, done: Settlement) -> None:
        self._write(connection, done)
        self._note(connection, done)
        if not self._only or done.failure is not None or done.stop is not None:
            return
        name = self._carrier.provider.name
        health = read_stop(connection, name, lock=True)
        if health is not None and (health.state == "slowed" or not self._called):
            keep(connection, name, health, given_back(health, self._clock()), self._clock())

    def _back_to_queue(
        self, left: Sequence[Call], stop: tuple[str, datetime] | None
    ) -> list[Verdict]:
        """At their old time: they stay together, and the provider's row holds them back."""
        reason = stop[0] if stop else None
        return [
            Verdict(message_id=one.message_id, state="queued", reason=reason)
            for call in left
            for one in call.ready
        ]

    def _persist(self, write: Callable[[Connection], Done]) -> Done:
        """Commits `write`, again and again while the lease lasts: every write may be repeated."""
        give_up_at = time.monotonic() + max(2 * self._seconds_left(), 0)
        while True:
            try:
                with self._carrier.database.writing() as connection:
                    self._clock = self._carrier.clock(connection)
                    return write(connection)
            except DBAPIError as error:
                if time.monotonic() > give_up_at:
                    raise
                logger.warning("the database is away: %s", type(error).__name__)
                time.sleep(PAUSE_SECONDS)
