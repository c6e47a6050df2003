"""A claimed batch goes out: one call for each text, settled together with the next one's start."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.messaging.claims import Claim, Verdict, follow_numbers, mark_sending, settle
from gateway.messaging.handsets import first_today
from gateway.messaging.outcomes import Call, Settlement, read_results
from gateway.messaging.receipts import match_parked
from gateway.messaging.rendering import Ready
from gateway.messaging.stops import note_failure, note_success, stop_provider
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
    sender: str | None
    zone: ZoneInfo
    first_backoff: timedelta
    clock: ClockReader


class Batch:
    """One claim on its way. `in_trouble`: the provider has a row in `provider_stops`.

    `clock` is the database's as of the claim; it is read again with every transaction.
    """

    def __init__(self, carrier: Carrier, claim: Claim, clock: Clock, *, in_trouble: bool) -> None:
        self._carrier = carrier
        self._claim = claim
        self._clock = clock
        self._in_trouble = in_trouble

    def send(self, calls: Sequence[Call], verdicts: Sequence[Verdict], tokens: Tokens) -> None:
        """Makes the calls one by one; what may not begin any more goes back to the queue.

        `tokens(segments, seconds)` says whether the rate allows a call within that time. Raises
        the database's error where it stays away until the lease is over.
        """
        settlement = Settlement(list(verdicts))
        left = list(calls)
        while left and settlement.stop is None and tokens(left[0].segments, self._seconds_left()):
            call = left.pop(0)
            going = self._persist(partial(self._begin, call=call, done=settlement))
            settlement = self._make(call, going) if going else Settlement()
        settlement.verdicts += self._back_to_queue(left, settlement.stop)
        self._persist(partial(self._write, done=settlement))

    def _seconds_left(self) -> float:
        """Until no call may begin any more."""
        return (self._claim.last_start_at - self._clock()).total_seconds()

    def _begin(self, connection: Connection, call: Call, done: Settlement) -> list[Ready]:
        """In one transaction: what the last call brought, and that this one begins."""
        self._write(connection, done)
        now = self._clock()
        once = [one for one in call.ready if one.once_a_day]
        first = first_today(connection, once, now.astimezone(self._carrier.zone).date())
        again = {one.message_id for one in once} - first
        duplicates = [
            Verdict(message_id=one, state="suppressed", reason="duplicate", told=call.sending.told)
            for one in again
        ]
        settle(connection, self._claim, duplicates, now=now)
        wanted = [one.message_id for one in call.ready if one.message_id not in again]
        if self._seconds_left() <= 0 or not wanted:
            return []
        moved = {one.message_id: one.msisdn for one in call.ready if one.moved}
        follow_numbers(connection, self._claim, moved, now=now)
        name = self._carrier.provider.name
        held = mark_sending(connection, self._claim, wanted, call.sending, provider=name, now=now)
        return [one for one in call.ready if one.message_id in held]

    def _make(self, call: Call, going: Sequence[Ready]) -> Settlement:
        provider = self._carrier.provider
        recipients = [Recipient(one.message_id, one.msisdn) for one in going]
        results: list[SendResult] = []
        try:
            results = provider.send(call.sending.body, recipients, self._carrier.sender)
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
        now, name = self._clock(), self._carrier.provider.name
        settle(connection, self._claim, done.verdicts, now=now)
        refs = [one.provider_ref for one in done.verdicts if one.provider_ref is not None]
        if refs:
            match_parked(connection, now=now, refs=refs)
        if done.stop is not None:
            reason, until = done.stop
            stop_provider(connection, name, reason=reason, until=until, now=now)
        elif done.failure is not None:
            note_failure(connection, name, reason=done.failure, now=now)
        elif done.went_through and self._in_trouble:
            note_success(connection, name, now)

    def _back_to_queue(
        self, left: Sequence[Call], stop: tuple[str, datetime] | None
    ) -> list[Verdict]:
        reason, not_before_at = stop or (None, None)
        return [
            Verdict(
                message_id=one.message_id,
                state="queued",
                reason=reason,
                not_before_at=not_before_at,
            )
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
