"""Sends what is due: several receivers side by side, to each one call at a time.

Right before a call nothing is written: killed before or after it, the worker leaves the delivery
waiting, and it is sent again under the same id.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row

from gateway.registry.clock import ClockReader, database_clock
from gateway.registry.database import Database
from gateway.webhooks import turns
from gateway.webhooks.addresses import UrlError, target_of
from gateway.webhooks.calling import Answer, Calls
from gateway.webhooks.deliveries import TEST
from gateway.webhooks.endpoints import pause
from gateway.webhooks.sealing import Seal, Sealed
from gateway.webhooks.signing import signatures
from gateway.webhooks.turns import Turn

LANES = 8
TURN_SECONDS = 10.0  # then another endpoint has a turn
AGENT = "mecg-gateway-webhooks/1"


class NoKeyError(Exception):
    """The key that the endpoint was made with was revoked, or has expired."""


# The content of an event as it is now, by what the endpoint's key may see; None where nothing is
# left to tell. Raises NoKeyError.
Draw = Callable[[Connection, Row[Any], UUID], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is posted: `id` is the same at every attempt."""

    id: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Courier:
    """`chance` gives a number from 0 to 1: by it attempts are spread."""

    database: Database
    calls: Calls
    seal: Seal
    draw: Draw
    chance: Callable[[], float]
    clock: ClockReader = database_clock
    monotonic: Callable[[], float] = time.monotonic

    def deliver(self, *, seconds: float, lanes: int = LANES) -> bool:
        """Sends for so long; whether something is still due."""
        ends_at = self.monotonic() + seconds
        with ThreadPoolExecutor(lanes, "webhooks") as threads:
            for lane in [threads.submit(self._lane, ends_at) for _ in range(lanes)]:
                lane.result()
        with self.database.reading() as connection:
            return turns.is_any_due(connection, now=self._now(connection))

    def _lane(self, ends_at: float) -> None:
        while self.monotonic() < ends_at:
            with self.database.writing() as connection:
                turn = turns.take(connection, now=self._now(connection))
            if turn is None:
                return
            self._serve(turn, min(ends_at, self.monotonic() + TURN_SECONDS))

    def _serve(self, turn: Turn, ends_at: float) -> None:
        """Until nothing is due, the time is over, or a call fails."""
        while self.monotonic() < ends_at:
            try:
                found = self._next(turn)
            except NoKeyError:
                self._pause(turn)
                break
            if found is None:
                break
            delivery, letter = found
            answer = self._post(turn, letter) if letter else None
            with self.database.writing() as connection:
                now = self._now(connection)
                if answer is None:
                    turns.end(connection, delivery, now=now)
                else:
                    chance = self.chance()
                    turns.settle(connection, turn, delivery, answer, chance=chance, now=now)
            if answer is not None and answer.fault is not None:
                break
        with self.database.writing() as connection:
            turns.give_back(connection, turn)

    def _next(self, turn: Turn) -> tuple[Row[Any], Letter | None] | None:
        with self.database.reading() as connection:
            delivery = turns.next_due(connection, turn, now=self._now(connection))
            if delivery is None:
                return None
            return delivery, self._letter(connection, turn, delivery)

    def _letter(self, connection: Connection, turn: Turn, delivery: Row[Any]) -> Letter | None:
        if delivery.event == TEST:
            said = {"type": TEST, "timestamp": delivery.created_at.isoformat(), "data": {}}
            return Letter(f"test_{delivery.id}", msgspec.json.encode(said))
        content = self.draw(connection, turn.row, delivery.change_id)
        if content is None:
            return None
        return Letter(f"evt_{delivery.change_id.hex}", msgspec.json.encode(content))

    def _pause(self, turn: Turn) -> None:
        with self.database.writing() as connection:
            pause(connection, turn.row.id, "no_key", now=self._now(connection))

    def _post(self, turn: Turn, letter: Letter) -> Answer:
        with self.database.reading() as connection:
            now = self._now(connection)
        try:
            target = target_of(turn.row.url, private=self.calls.private)
            secrets = self._secrets(turn.row, now)
        except UrlError:
            return Answer("private_address")
        except Sealed:
            return Answer("no_secret")
        at = int(now.timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "webhook-id": letter.id,
            "webhook-timestamp": str(at),
            "webhook-signature": signatures(secrets, letter.id, at, letter.body),
        }
        return self.calls.post(target, headers, letter.body)

    def _secrets(self, endpoint: Row[Any], now: datetime) -> list[str]:
        """The newest first."""
        sealed = [endpoint.secret]
        until = endpoint.secret_before_until_at
        if endpoint.secret_before and until is not None and until > now:
            sealed.append(endpoint.secret_before)
        return [self.seal.open(one) for one in sealed]

    def _now(self, connection: Connection) -> datetime:
        return self.clock(connection)()
