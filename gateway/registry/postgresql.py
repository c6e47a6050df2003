"""PostgreSQL's driver with deadlines of the client's own.

A pooler refuses limits that come with the start of a connection, and a server that hangs keeps
none; so the client counts, in the one place where psycopg waits. Whoever gives up has the server
cancel what it was asked, else a query would go on waiting for its lock, and hold a connection.
"""

from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen, PQGenConn
from psycopg.errors import ConnectionTimeout, OperationalError
from sqlalchemy import Engine, event

from gateway.registry.deadlines import Deadline, current

T = TypeVar("T")

CANCEL_SECONDS = 0.5
LEAST_CONNECT_SECONDS = 2  # psycopg's
CONNECT_SECONDS = 4  # over all hosts

# What libpq may wait for by itself; what the URL says wins. A partition is noticed after 3 s where
# something was sent, after some 20 s where an answer is awaited: that is for workers, who wait.
PATIENCE: dict[str, int | None] = {
    "connect_timeout": CONNECT_SECONDS,
    "tcp_user_timeout": 3000,  # ms
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that is closed where the current deadline runs out."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        deadline = current()
        if deadline is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(deadline.left - CANCEL_SECONDS, 0.0))
        except OperationalError:
            if deadline.left <= CANCEL_SECONDS:
                self._give_up(deadline)
            raise

    def _give_up(self, deadline: Deadline) -> None:
        if deadline.left:
            with suppress(psycopg.Error):  # a server that hangs hears nothing of it either
                self.cancel_safe(timeout=deadline.left)
        self.close()
        deadline.is_over()

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> PQGenConn["BoundedConnection"]:
        """psycopg bounds each address by itself, and by two seconds at least."""
        deadline = current()
        opening = super()._connect_gen(conninfo)
        if deadline is None:
            return (yield from opening)
        ready: Any = None
        while True:
            if not deadline.left:
                opening.close()
                raise ConnectionTimeout("the deadline is over")
            try:
                wanted = opening.send(ready)
            except StopIteration as opened:
                return opened.value  # type: ignore[no-any-return]  # of `opening`
            ready = yield wanted


def open_bounded(engine: Engine) -> None:
    """Has `engine` open its connections so."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: Any, parameters: dict[str, Any]) -> Any:
        hosts = str(parameters.get("host", "")).count(",") + 1
        share = max(int(parameters["connect_timeout"]) // hosts, LEAST_CONNECT_SECONDS)
        return BoundedConnection.connect(*args, **{**parameters, "connect_timeout": share})
