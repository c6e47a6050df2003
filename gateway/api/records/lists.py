"""Lists by change: what changed first stands first, and a page goes on where the last ended."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Select, Table, tuple_

from gateway.api.cursors import Limit, cursor_of, position_of
from gateway.api.operations import Call
from gateway.core.texts import _

WITH_ZONE = _("Give the moment with its time zone: 2026-11-27T08:00:00+07:00.")


class ByChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Of every list by change."""

    after: str | None = None
    limit: Limit = 100
    changed_since: datetime | None = None
    registration_no: str | None = None


def page_by_change(
    call: Call, statement: Select[Any], table: Table, tell: Callable[[Row[Any]], Any]
) -> tuple[Sequence[Any], str | None]:
    """(what is told of the rows of a page, where the next begins) of `statement`, which names
    `updated_at` and `id` of `table`. Raises ProblemError."""
    query: ByChange = call.query
    size = query.limit
    where: list[ColumnElement[bool]] = []
    if query.changed_since is not None:
        if query.changed_since.tzinfo is None:
            raise call.fault("changed_since", WITH_ZONE)
        where.append(table.c.updated_at >= query.changed_since)
    if query.after is not None:
        at, which = position_of(query.after, tuple[datetime, UUID])
        place = tuple_(at, which, types=[table.c.updated_at.type, table.c.id.type])
        where.append(tuple_(table.c.updated_at, table.c.id) > place)
    wanted = statement.where(*where).order_by(table.c.updated_at, table.c.id).limit(size + 1)
    with call.database.reading() as connection:
        rows = connection.execute(wanted).all()
    more = len(rows) > size
    last = rows[size - 1] if more else None
    after = cursor_of((last.updated_at, last.id)) if last is not None else None
    return [tell(row) for row in rows[:size]], after
