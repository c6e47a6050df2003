"""Keyset pagination: a page starts behind the last row of the one before, at any depth as fast."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import Column, Connection, Row, Select, tuple_

PAGE_ROWS = 50
AFTER, BEFORE = "after", "before"


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
    ahead = None if back else _cursor(request.args.get(AFTER), key)
    backwards = back is not None
    start = back or ahead
    if start is not None:
        position = tuple_(*key)
        downwards = descending != backwards
        statement = statement.where(position < start if downwards else position > start)
    order = [column.desc() if descending != backwards else column.asc() for column in key]
    found = connection.execute(statement.order_by(None).order_by(*order).limit(size + 1)).all()
    more, rows = len(found) > size, list(found[:size])
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (more or backwards)
    has_previous = bool(rows) and (more if backwards else ahead is not None)
    if backwards and not more:
        has_previous = False
    return Page(
        rows=rows,
        next=_encode(rows[-1], key) if has_next else None,
        previous=_encode(rows[0], key) if has_previous else None,
    )


def _link(name: str, cursor: str) -> str:
    from flask import url_for

    others = {
        key: values
        for key, values in request.args.to_dict(flat=False).items()
        if key not in {AFTER, BEFORE}
    }
    return url_for(str(request.endpoint), **(request.view_args or {}), **others, **{name: cursor})


def _encode(row: Row[Any], key: Sequence[Column[Any]]) -> str:
    values = [_plain(row._mapping[column]) for column in key]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _cursor(text: str | None, key: Sequence[Column[Any]]) -> Any:
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        parsed = [_value(value, column) for value, column in zip(values, key, strict=True)]
    except (binascii.Error, ValueError, TypeError):
        return None
    return tuple_(*parsed)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def _value(value: Any, column: Column[Any]) -> Any:
    from sqlalchemy import literal

    kind = column.type.python_type
    if issubclass(kind, datetime | date):
        value = kind.fromisoformat(value)
    elif issubclass(kind, UUID):
        value = UUID(value)
    else:
        value = kind(value)
    return literal(value, column.type)
