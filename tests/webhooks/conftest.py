"""Receivers that are told what is learnt, and the courier that tells them, by a clock of theirs."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Row, insert, select
from uuid_utils.compat import uuid7

from gateway.changes.numbering import number
from gateway.registry.database import Database
from gateway.registry.learning import changes
from gateway.webhooks import deliveries, endpoints
from gateway.webhooks.calling import Calls
from gateway.webhooks.endpoints import NewEndpoint
from gateway.webhooks.sealing import Seal
from gateway.webhooks.sending import Courier
from gateway.webhooks.signing import secret_of
from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints
from tests.providers.upstream import Answer, Upstream, listening

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
SECRET = secret_of(b"s" * 32)
KEY = UUID(int=7)


class Desk:
    """What is learnt is a `kind`; what is left to tell of it stands in `told`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.told: dict[UUID, dict[str, Any]] = {}
        self.seal = Seal([b"k" * 32])
        self.calls = Calls(private=True, seconds=0.3)

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    def endpoint(
        self, url: str, *events: str, district_id: int | None = None, secret: str = SECRET
    ) -> UUID:
        new = NewEndpoint(
            url=url,
            events=events or ("*",),
            api_key_id=KEY,
            district_id=district_id,
            secret=self.seal.close(secret),
        )
        with self.database.writing() as connection:
            return endpoints.add(connection, new, now=self.now)

    def learn(self, kind: str, *, district_id: int | None = None, times: int = 1) -> list[UUID]:
        """Learnt and numbered; the ids of the changes."""
        ids = [uuid7() for _ in range(times)]
        for one in ids:
            self.told[one] = {"type": kind, "data": {"id": str(one)}}
        rows: list[dict[str, Any]] = [
            {"id": one, "kind": kind, "at": self.now, "district_id": district_id, "data": {}}
            for one in ids
        ]
        with self.database.writing() as connection:
            connection.execute(insert(changes), rows)
            number(connection, [self._tell_of])
        return ids

    def _tell_of(self, connection: Connection, first: int, last: int) -> None:
        deliveries.tell_of(connection, first, last, clock=lambda _connection: self.now)

    def courier(self) -> Courier:
        return Courier(
            database=self.database,
            calls=self.calls,
            seal=self.seal,
            draw=self._draw,
            chance=lambda: 0.5,
            clock=lambda _connection: lambda: self.now,
        )

    def deliver(self, lanes: int = 2) -> bool:
        """A job of the worker's."""
        return self.courier().deliver(seconds=20, lanes=lanes)

    def states(self, *columns: str) -> list[Any]:
        """Of all deliveries, the oldest first: their states, or `columns`."""
        names = columns or ("state",)
        asked = select(*(webhook_deliveries.c[name] for name in names))
        with self.database.reading() as connection:
            rows = connection.execute(asked.order_by(webhook_deliveries.c.id)).all()
        return [row[0] if len(names) == 1 else tuple(row) for row in rows]

    def row(self, endpoint_id: UUID) -> Row[Any]:
        with self.database.reading() as connection:
            (found,) = endpoints.read(connection, webhook_endpoints.c.id == endpoint_id)
            return found

    def _draw(
        self, _connection: Connection, _endpoint: Row[Any], change_id: UUID
    ) -> Mapping[str, Any] | None:
        return self.told.get(change_id)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


class Receiver(Upstream):
    """Says 200 unless told otherwise: `says` is what it answers from now on."""

    def __init__(self) -> None:
        super().__init__(lambda _asked: self.says)
        self.says = Answer()

    @property
    def bodies(self) -> list[str]:
        return [one.body for one in self.asked]

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.asked]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    with listening(one):
        yield one


@pytest.fixture
def other() -> Iterator[Receiver]:
    one = Receiver()
    with listening(one):
        yield one
