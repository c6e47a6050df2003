"""PostgreSQL's driver with deadlines of the client's own.

A pooler refuses limits that come with the start of a connection, and a server that hangs keeps
none; so the client counts, in the one place where psycopg waits. Whoever gives up has the server
cancel what it was asked, else a query would go on waiting for its lock, and hold a connection.
"""

from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.abc import PQGen, PQGenConn
from psycopg.errors import ConnectionTimeout, OperationalError, error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import URL, Connection, Engine, event, make_url

from gateway.registry.deadlines import Deadline, Patience, current

T = TypeVar("T")

CANCEL_SECONDS = 0.5
LEAST_CONNECT_SECONDS = 2  # psycopg's
CONNECT_SECONDS = 4  # over all hosts
DEFAULT_PORT = "5432"

# What libpq may wait for by itself; what the URL says wins. A partition is noticed after 3 s where
# something was sent, after some 20 s where an answer is awaited: that is for workers, who wait.
PATIENCE: dict[str, int | None] = {
    "connect_timeout": CONNECT_SECONDS,
    "tcp_user_timeout": 3000,  # ms
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}

# What a role's own limits (deploy/postgresql.sql) are raised to for work that no request waits for:
# planning, imports, figures, purge, downloads. They come with BEGIN, so they cost no round trip,
# and last for the transaction, so a pooler need not know of them.
_MORE = {
    "statement_timeout": "4h",
    "lock_timeout": "1h",  # an import waits for the one before
    "idle_in_transaction_session_timeout": "1h",
}
LONG_WORK = [f"SET LOCAL {name} = '{value}'".encode() for name, value in _MORE.items()]


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

    def _start_query(self) -> PQGen[None]:
        """psycopg's BEGIN; where no request waits, with more time than the role gives."""
        deadline = current()
        short = deadline is not None and deadline.seconds <= Patience.console
        if short or self._autocommit or self.pgconn.transaction_status != TransactionStatus.IDLE:
            yield from super()._start_query()
        elif self._pipeline:  # of executemany, where each is a command of its own
            yield from super()._start_query()
            for each in LONG_WORK:
                yield from self._exec_command(each)
        else:
            self._check_connection_ok()
            self.pgconn.send_query(b"; ".join((self._get_tx_start_command(), *LONG_WORK)))
            last = (yield from execute(self.pgconn))[-1]
            if last.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(last)

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


def address_of(url: str) -> URL:
    """A database's URL as SQLAlchemy has it; of PostgreSQL's it does not read libpq's list of
    hosts by itself: `postgresql://user:password@one:5432,two:5432/name`. Raises ValueError.
    """
    if not url.startswith("postgresql://"):
        return make_url(url)
    parts = urlsplit(url)._replace(scheme="postgresql+psycopg")
    who, at, servers = parts.netloc.rpartition("@")
    if "," not in servers:
        return make_url(urlunsplit(parts))
    pairs = [server.partition(":") for server in servers.split(",")]
    several = {
        "host": ",".join(host for host, _, _ in pairs),
        "port": ",".join(port or DEFAULT_PORT for _, _, port in pairs),
    }
    return make_url(urlunsplit(parts._replace(netloc=who + at))).update_query_dict(several)


def connect_options(address: URL, name: str, prepared: bool) -> dict[str, int | str | None]:
    """What the driver is given beside `address`; `name` is the connection's, for who looks."""
    options: dict[str, int | str | None] = {
        option: value for option, value in PATIENCE.items() if option not in address.query
    }
    options["fallback_application_name"] = name
    if not prepared:
        options["prepare_threshold"] = None
    return options


def is_pooled(connection: Connection) -> bool:
    """Whether a pooler stands between: a transaction's session is then another client's next.

    PgBouncer gives its clients a process number of its own.
    """
    driver: Any = connection.connection.dbapi_connection
    there = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return bool(driver.info.backend_pid != there)


def open_bounded(engine: Engine) -> None:
    """Has `engine` open its connections so."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: Any, parameters: dict[str, Any]) -> Any:
        hosts = str(parameters.get("host", "")).count(",") + 1
        share = max(int(parameters["connect_timeout"]) // hosts, LEAST_CONNECT_SECONDS)
        return BoundedConnection.connect(*args, **{**parameters, "connect_timeout": share})
