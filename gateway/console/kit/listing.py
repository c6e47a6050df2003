"""Keyset pagination: a page starts behind the last row of the one before, at any depth as fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from sqlalchemy import Column, Connection, Row, Select, literal, tuple_

from gateway.console.kit.context import settings
from gateway.console.kit.cursors import seal, unseal
from gateway.registry.database import UtcDateTime

PAGE_ROWS = 50
AFTER, BEFORE = "after", "before"
_GREATEST = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """`rows` to show; `next` and `previous` are cursors, None at the ends."""

    rows: Sequence[Row[Any]]
    next: str | None
    previous: str | None

    def links(self) -> Mapping[str, str | None]:
        """{"previous": URL or None, "next": URL or None}, with the filters of this request."""
        return {
            "previous": _link(BEFORE, self.previous) if self.previous else None,
            "next": _link(AFTER, self.next) if self.next else None,
        }


def read_page(
    connection: Connection,
    statement: Select[Any],
    key: Sequence[Column[Any]],
    *,
    descending: bool = False,
    size: int = PAGE_ROWS,
) -> Page:
    """The page of `statement` that the request's `after` or `before` asks for.

    `key` are columns among those selected, together unique, none of them NULL, all in one
    direction; an index over them makes every page cost the same. A cursor that is none is passed
    over: the first page is shown.
    """
    back = _cursor(request.args.get(BEFORE), key)
    ahead = None if back is not None else _cursor(request.args.get(AFTER), key)
    backwards = back is not None
    falling = descending != backwards
    start = back if backwards else ahead
    if start is not None:
        position = tuple_(*key)
        statement = statement.where(position < start if falling else position > start)
    order = [column.desc() if falling else column.asc() for column in key]
    found = connection.execute(statement.order_by(None).order_by(*order).limit(size + 1)).all()
    more, rows = len(found) > size, list(found[:size])
    if backwards:
        rows.reverse()
    behind, before = (True, more) if backwards else (more, ahead is not None)
    return Page(
        rows=rows,
        next=_encode(rows[-1], key) if rows and behind else None,
        previous=_encode(rows[0], key) if rows and before else None,
    )


def _link(name: str, cursor: str) -> str:
    """The address of this request with another cursor; filters stay."""
    kept = [
        (key, value) for key, value in request.args.items(multi=True) if key not in {AFTER, BEFORE}
    ]
    return f"{request.path}?{urlencode([*kept, (name, cursor)])}"


def _encode(row: Row[Any], key: Sequence[Column[Any]]) -> str:
    values = [_plain(row._mapping[column]) for column in key]
    return seal(settings().key("cursors"), values, _about(key))


def _about(key: Sequence[Column[Any]]) -> str:
    """A position in one list is none in another, whatever it is ordered by."""
    return " ".join((request.path, *(str(column) for column in key)))


def _cursor(text: str | None, key: Sequence[Column[Any]]) -> Any:
    if not text:
        return None
    try:
        values = unseal(settings().key("cursors"), text, _about(key))
        parsed = [_value(value, column) for value, column in zip(values, key, strict=True)]
    except (ValueError, TypeError, AttributeError):
        return None
    return tuple_(*parsed)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def _value(value: Any, column: Column[Any]) -> Any:
    """Raises ValueError or TypeError for what no cursor of ours holds."""
    return literal(_parsed(value, column), column.type)


def _parsed(value: Any, column: Column[Any]) -> Any:
    if isinstance(column.type, UtcDateTime):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a naive datetime is no moment")
        return moment
    kind = column.type.python_type
    if issubclass(kind, UUID):
        return UUID(value)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    if issubclass(kind, int) and abs(int(value)) > _GREATEST:
        raise ValueError("no database counts that far")
    if issubclass(kind, str) and "\0" in value:
        raise ValueError("PostgreSQL has no such letter")
    return kind(value)
