"""One value of one statement, in one round trip: what nearly every dial costs the database.

No transaction is begun for a single SELECT, and no connection is tried before it is used. One that
died at rest, with its server or behind a firewall that forgot it, says so when it is asked; what
only reads may then be asked again, of a fresh one.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

import psycopg
from sqlalchemy import Engine, Select
from sqlalchemy.exc import DBAPIError

Cursor = psycopg.Cursor[Any]  # to open one takes a fifth of what a dial's statement does


class SingleReads:
    """Connections at rest, in autocommit; as many as threads have asked at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._at_rest: deque[Cursor] = deque()
        self._sql: dict[Select[Any], str] = {}

    def value(self, statement: Select[Any], parameters: Mapping[str, Any]) -> Any:
        """The one value of `statement`; raises what SQLAlchemy would."""
        sql = self._sql.get(statement) or self._compiled(statement)
        try:
            return self._asked(sql, parameters)
        except psycopg.Error as error:
            raise self._as_others_raise(error, sql) from error

    def dispose(self) -> None:
        while self._at_rest:
            self._at_rest.pop().connection.close()

    def _asked(self, sql: str, parameters: Mapping[str, Any]) -> Any:
        try:
            rested = self._at_rest.pop()
        except IndexError:
            return self._ask(self._fresh(), sql, parameters)
        try:
            return self._ask(rested, sql, parameters)
        except psycopg.OperationalError:
            if not rested.connection.broken:  # it answered, or whoever waited has given it up
                raise
        self.dispose()  # what died with one server has died together
        return self._ask(self._fresh(), sql, parameters)

    def _ask(self, cursor: Cursor, sql: str, parameters: Mapping[str, Any]) -> Any:
        try:
            row = cursor.execute(sql, parameters).fetchone()
        finally:
            if not cursor.connection.closed:
                self._at_rest.append(cursor)
        return row[0] if row else None

    def _fresh(self) -> Cursor:
        """As the engine opens them, and none of its pool from then on."""
        pooled = self._engine.raw_connection()
        connection: psycopg.Connection[Any] = pooled.driver_connection  # type: ignore[assignment]
        pooled.detach()
        connection.autocommit = True
        return connection.cursor()

    def _compiled(self, statement: Select[Any]) -> str:
        sql = self._sql[statement] = str(statement.compile(dialect=self._engine.dialect))
        return sql

    def _as_others_raise(self, error: psycopg.Error, sql: str) -> BaseException:
        return DBAPIError.instance(
            sql,
            None,
            error,
            psycopg.Error,
            hide_parameters=True,
            connection_invalidated=isinstance(error, psycopg.OperationalError),
            dialect=self._engine.dialect,
        )
