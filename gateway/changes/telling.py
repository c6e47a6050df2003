"""A change as other systems are told of it: the feed and webhooks draw the same.

Rows hold ids and closed words. Whose it is, and what somebody said, is looked up when it is told:
it is as it stands now, and nothing of whoever was erased. Numbers are for keys that may read
people, texts for keys that may read cases.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select

from gateway.core.learnt import Learnt
from gateway.registry.bulk import one_of
from gateway.registry.learning import changes
from gateway.registry.tables import beneficiaries, cases, registration_aliases

Datum = str | int | bool | None
_OF_A_CASE = frozenset(
    {Learnt.CASE_OPENED, Learnt.CASE_REPEATED, Learnt.CASE_NOTED, Learnt.CASE_ANSWERED,
     Learnt.CASE_CLOSED, Learnt.CASE_REOPENED, Learnt.PAYMENT_COMPLAINED}
)  # fmt: skip


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """`data` has the names that the kind has: docs/reference/changes.md. `registration_no`: whose
    it is, null where nobody is known. `msisdn`: her number now, or the number that nobody is known
    by; null without the scope beneficiaries:read. `text`: what the case says; null without
    cases:read."""

    id: UUID
    kind: str
    at: datetime
    registration_no: str | None
    msisdn: str | None
    text: str | None
    data: dict[str, Datum]


@dataclass(frozen=True, slots=True)
class _Told:
    """What was looked up for a page: {id: (registration number, phone)}, {case: text}."""

    people: Mapping[UUID, tuple[str, str | None]] = field(default_factory=dict)
    texts: Mapping[int, str | None] = field(default_factory=dict)


def body(connection: Connection, rows: Sequence[Row[Any]], scopes: Collection[str]) -> list[Change]:
    """Rows of `changes` as whoever has `scopes` ("cases:read") is told of them, in their order."""
    told = _Told(
        _people(connection, rows), _texts(connection, rows) if _may("cases", scopes) else {}
    )
    numbers = _may("beneficiaries", scopes)
    return [_change(row, told, numbers=numbers) for row in rows]


def rows_of(connection: Connection, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Rows of `changes` by their ids; those that are gone are left out."""
    wanted = select(changes).where(one_of(connection, changes.c.id, ids))
    return connection.execute(wanted.order_by(changes.c.id)).all()


def _may(resource: str, scopes: Collection[str]) -> bool:
    return f"{resource}:read" in scopes or f"{resource}:write" in scopes


def _change(row: Row[Any], told: _Told, *, numbers: bool) -> Change:
    registration_no, msisdn = told.people.get(row.beneficiary_id, (None, row.msisdn))
    said = told.texts.get(row.data["case"]) if row.kind in _OF_A_CASE else None
    return Change(
        id=row.id, kind=row.kind, at=row.at, registration_no=registration_no,
        msisdn=msisdn if numbers else None, text=said, data=dict(row.data),
    )  # fmt: skip


def _people(connection: Connection, rows: Sequence[Row[Any]]) -> dict[UUID, tuple[str, str | None]]:
    """Also by the id that somebody had before a merge."""
    ids = {row.beneficiary_id for row in rows if row.beneficiary_id}
    if not ids:
        return {}
    her = beneficiaries.c
    now = select(her.id, her.registration_no, her.msisdn).where(
        one_of(connection, her.id, ids), her.erased_at.is_(None)
    )
    before = (
        select(registration_aliases.c.was_id, her.registration_no, her.msisdn)
        .join(beneficiaries, her.id == registration_aliases.c.beneficiary_id)
        .where(one_of(connection, registration_aliases.c.was_id, ids), her.erased_at.is_(None))
    )
    found = [*connection.execute(before), *connection.execute(now)]
    return {whose: (registration_no, msisdn) for whose, registration_no, msisdn in found}


def _texts(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, str | None]:
    numbers = {row.data["case"] for row in rows if row.kind in _OF_A_CASE}
    if not numbers:
        return {}
    wanted = select(cases.c.number, cases.c.text).where(one_of(connection, cases.c.number, numbers))
    return {row.number: row.text for row in connection.execute(wanted)}
