"""Broadcasts as the API takes and tells them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import Connection, Row

from gateway.messaging.broadcasts.kept_preview import kept_preview
from gateway.messaging.broadcasts.lifecycle import BroadcastState, results_of

Line = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
Lines = Annotated[
    str, Meta(max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]  # a text that may have line ends
Chosen = Annotated[list[Line], Meta(max_length=1000)]
Locale = Literal["lo", "lo_Latn", "en"]


class Audience(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Within a filter any of its values, between filters all of them; places by their names in Lao
    or in Latin letters. Without any it is for everybody."""

    district: Chosen = []
    village: Chosen = []
    pay_point: Chosen = []
    health_centre: Chosen = []
    category: list[Literal["pregnant", "child"]] = []
    status: list[Literal["applied", "verified", "enrolled", "suspended", "rejected", "exited"]] = []
    cycle: list[Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]] = []


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text that is the same for everybody, in each language; Lao is needed."""

    name: Line
    texts: dict[Locale, Lines]
    audience: Audience = Audience()


class Submission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`start_at`: when it is to start; None: as soon as it is approved."""

    start_at: Annotated[datetime, Meta(tz=True)] | None = None


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What it would do: `recipients` phones of `audience` people, the rest `excluded` by reason.

    `cost` is a decimal number at the price of the last SMS, None while none has cost anything.
    """

    audience: int
    recipients: int
    excluded: Mapping[str, int]
    segments: int
    cost: str | None
    currency: str | None
    counted_at: datetime


class Broadcast(msgspec.Struct, frozen=True, kw_only=True):
    """`preview` None: it is still being counted. `results`: its SMS by state, once it has begun."""

    id: UUID
    name: str
    texts: dict[str, str]
    state: BroadcastState
    created_at: datetime
    updated_at: datetime
    start_at: datetime | None
    expires_at: datetime | None
    sent_back_reason: str | None
    preview: Counted | None
    results: Mapping[str, int]


def told(connection: Connection, row: Row[Any]) -> Broadcast:
    """A row of `broadcasts` as it is answered."""
    results: dict[str, int] = {}
    for (state, _reason), count in results_of(connection, row.id).items():
        results[state] = results.get(state, 0) + count
    return Broadcast(
        id=row.id,
        name=row.name,
        texts=row.texts,
        state=row.state,
        created_at=row.created_at,
        updated_at=row.updated_at,
        start_at=row.start_at,
        expires_at=row.expires_at,
        sent_back_reason=row.sent_back_reason,
        preview=_counted(row),
        results=results,
    )


def _counted(row: Row[Any]) -> Counted | None:
    kept = kept_preview(row)
    if kept is None:
        return None
    one = kept.preview
    return Counted(
        audience=one.audience,
        recipients=one.recipients,
        excluded=one.excluded,
        segments=one.segments,
        cost=None if one.cost is None else str(one.cost),
        currency=one.currency,
        counted_at=kept.counted_at,
    )
