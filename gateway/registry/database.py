"""One engine for SQLite and PostgreSQL, and the two kinds of transaction there are."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Connection, DateTime, Dialect, Engine, Select, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.types import TypeDecorator

from gateway.registry.deadlines import (
    HOP,
    Breaker,
    Deadline,
    DeadlineError,
    NotAskedError,
    Patience,
    current,
)
from gateway.registry.postgresql import address_of, connect_options, open_bounded
from gateway.registry.single_reads import SingleReads

SQLITE_SECONDS = 30.0  # until its turn, for those who have no deadline
_REFUSED = re.compile(r"FATAL: +(.+)")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: SQLite forgets the zone, PostgreSQL keeps it; both give UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no moment")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Opens transactions. `reading` never blocks a writer; `writing` commits or rolls back.

    On SQLite `writing` begins IMMEDIATE: a deferred transaction that turns into a writer
    fails at once with "database is locked" instead of waiting for its turn.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str = "gateway",
        prepared: bool = True,
        pause: float = Patience.pause,
        **options: Any,
    ) -> None:
        """`name`: what PostgreSQL shows for its connections, unless the URL has a name.
        `prepared`: the driver may have PostgreSQL keep what is asked often. `pause`: seconds
        of rest after a deadline that ran out."""
        self.engine = _engine(url, name, prepared, options)
        self._sqlite = self.engine.dialect.name == "sqlite"
        self.single_reads = None if self._sqlite else SingleReads(self.engine)
        self._breakers: defaultdict[str, Breaker] = defaultdict(lambda: Breaker(pause))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._connected() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._connected() as connection:
            if self._sqlite:
                connection.execution_options(begin_immediate=True)
            with connection.begin():
                yield connection

    def value(self, statement: Select[Any], parameters: Mapping[str, Any]) -> Any:
        """The one value of a SELECT, outside of any transaction: one round trip to PostgreSQL.

        There it comes as the driver has it, so it should be text or a number.
        """
        with self._bounded():
            if self.single_reads is not None:
                return self.single_reads.value(statement, parameters)
            with self.engine.connect() as connection:
                return connection.execute(statement, parameters).scalar_one()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._bounded(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        """Under a deadline raises DeadlineError where that runs out, or the breaker refuses."""
        deadline = current()
        if deadline is None:
            yield
            return
        deadline.transaction_begins()
        with self._breaker(deadline).passing(deadline):
            try:
                yield
            except PoolTimeoutError as error:
                raise DeadlineError("no connection in time") from error
            except OperationalError as error:
                if deadline.left and not _in_vain(error):
                    raise
                raise DeadlineError("no answer in time") from error

    def _breaker(self, deadline: Deadline) -> Breaker:
        """That of its kind. Callers come first: where they are refused, nobody else waits."""
        if self._breakers[HOP].refuses:
            raise NotAskedError("it did not answer a caller a moment ago")
        return self._breakers[deadline.kind]

    def dispose(self) -> None:
        if self.single_reads is not None:
            self.single_reads.dispose()
        self.engine.dispose()


def _engine(url: str, name: str, prepared: bool, options: dict[str, Any]) -> Engine:
    address = address_of(url)
    if address.drivername == "postgresql+psycopg":
        given = connect_options(address, name, prepared)
        options["connect_args"] = given | options.get("connect_args", {})
        options.setdefault("pool_timeout", Patience.callback)
    engine = create_engine(address, pool_pre_ping=True, hide_parameters=True, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        open_bounded(engine)
    return engine


def reason_of(error: SQLAlchemyError) -> str:
    """What the driver says, in one line: PostgreSQL's word where it refuses. Holds no row, as long
    as `error` is about the database and not about what was asked: OperationalError, DeadlineError.
    """
    if not isinstance(error, DBAPIError):
        return str(error)
    said = str(error.orig)
    refused = _REFUSED.search(said)
    return refused[1] if refused else said.partition("\n")[0]


def is_away(error: DBAPIError) -> bool:
    """Whether nothing answered: else the database did, and refuses."""
    if not isinstance(error.orig, psycopg.Error) or _REFUSED.search(str(error.orig)):
        return False
    return error.statement is None or error.connection_invalidated


def _in_vain(error: OperationalError) -> bool:
    """A wait that ended before the deadline did: a host's share of it, SQLite's own count."""
    name: str = getattr(error.orig, "sqlite_errorname", "")
    return name.startswith("SQLITE_BUSY") or isinstance(error.orig, ConnectionTimeout)


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None  # the driver's own BEGIN comes too late
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    deadline = current()
    seconds = SQLITE_SECONDS if deadline is None else deadline.left
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}").close()
    immediate = connection.get_execution_options().get("begin_immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
