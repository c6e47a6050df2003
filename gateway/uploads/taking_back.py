"""Taking an import back: what it wrote is undone where nothing has touched it since.

A known row gets back what it had, if it still holds what the import gave it and nobody has set
that here meanwhile. A new row goes, if nobody has written to it and nothing hangs on it. Places
that the import made go with it where nobody lives and nothing is paid. The rest stays and is
listed, with the reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, or_, select, update

import gateway.messaging.tables  # noqa: F401 - what may hang on a person or a payment
from gateway.registry.database import UtcDateTime
from gateway.registry.imports.beneficiary_merge import CORRECTED, KEPT, PLACES, set_here
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import (
    beneficiaries,
    districts,
    metadata,
    payments,
    people_pairs,
    place_aliases,
    visits,
)
from gateway.uploads.recording import after, before, is_in
from gateway.uploads.tables import import_changes, import_lines

_TABLES = {
    "beneficiaries": beneficiaries,
    "payments": payments,
    "visits": visits,
    "payment_results": payments,
}
_NEVER = {"id", "registration_no", "beneficiary_id", "cycle", "visit", "child", "set_here"}
_NEVER |= {"children", "created_at", "updated_at", "pin_salt", "pin_hash"}
# Set here since the import, to whatever value: somebody has decided it.
_MARKS: Mapping[str, Mapping[str, ColumnElement[bool]]] = {
    "beneficiaries": {
        **{name: set_here(name) for name in (*KEPT, *CORRECTED)},
        **{f"{name}_id": set_here(PLACES) for name in ("district", *IN_DISTRICT)},
    },
    "payments": {
        "due_on": payments.c.due_on_set_here,
        "amount": payments.c.amount_set_here,
        "pay_point_id": payments.c.pay_point_set_here,
    },
    "visits": {},
    "payment_results": {},
}
_PLACES = {
    "district_id": districts,
    **{f"{column}_id": table for column, table in IN_DISTRICT.items()},
}
_changes = import_changes.c


@dataclass(frozen=True)
class TakenBack:
    """How many rows of an import were undone, and how many stay by reason."""

    rows: int
    left: Mapping[str, int]


def foresee(connection: Connection, row: Any) -> TakenBack:
    """What `take_back` would do with the import as things stand now."""
    table = _TABLES[row.kind]
    reason = _reason(connection, row, table)
    counted = (
        select(reason.label("reason"), func.count().label("rows"))
        .select_from(import_changes.outerjoin(table, table.c.id == _changes.object_id))
        .where(_changes.import_id == row.id)
        .group_by(reason)
    )
    return _taken(connection.execute(counted))


def would_stay(connection: Connection, row: Any) -> sa.Select[Any]:
    """(line, object_id, reason) of what cannot be taken back as things stand now, by line."""
    table = _TABLES[row.kind]
    reason = _reason(connection, row, table)
    return (
        select(_changes.line, _changes.object_id, reason.label("reason"))
        .select_from(import_changes.outerjoin(table, table.c.id == _changes.object_id))
        .where(_changes.import_id == row.id, reason.is_not(None))
        .order_by(_changes.line)
    )


def take_back(connection: Connection, row: Any, *, now: datetime) -> TakenBack:
    """Undoes the import (a row of `imports`) as far as that goes, all of it in one transaction."""
    table = _TABLES[row.kind]
    mine = _changes.import_id == row.id
    there = table.c.id == _changes.object_id
    connection.execute(
        update(import_changes).where(mine, there).values(left=_reason(connection, row, table))
    )
    known = select(table.c.id).where(there).correlate(import_changes)
    connection.execute(update(import_changes).where(mine, ~known.exists()).values(left="gone"))
    undone = and_(mine, _changes.left.is_(None))
    connection.execute(
        update(table)
        .where(there, undone, ~_changes.is_new)
        .values(_as_before(connection, table) | {"updated_at": sa.literal(now, UtcDateTime)})
    )
    new = select(_changes.object_id).where(undone, _changes.is_new)
    if table is beneficiaries:
        alike = or_(people_pairs.c.one_id.in_(new), people_pairs.c.other_id.in_(new))
        connection.execute(delete(people_pairs).where(alike))
    connection.execute(delete(table).where(table.c.id.in_(new)))
    _unmake_places(connection, row)
    return _taken(
        connection.execute(
            select(_changes.left.label("reason"), func.count().label("rows"))
            .where(mine)
            .group_by(_changes.left)
        )
    )


def _taken(counts: Any) -> TakenBack:
    by_reason = {found.reason: found.rows for found in counts}
    rows = by_reason.pop(None, 0)
    return TakenBack(rows, by_reason)


def _columns(table: sa.Table) -> Iterator[sa.Column[Any]]:
    """Those that an import may change and that can be given back."""
    return (column for column in table.columns if column.name not in _NEVER)


def _as_before(connection: Connection, table: sa.Table) -> dict[str, Any]:
    return {
        column.name: case(
            (is_in(connection, column.name), before(connection, column)), else_=column
        )
        for column in _columns(table)
    }


def _reason(connection: Connection, row: Any, table: sa.Table) -> ColumnElement[str | None]:
    """Why a change cannot be undone, joined with the row it is about; NULL where it can."""
    untouched = table.c.updated_at == sa.literal(row.merged_at, UtcDateTime)
    return case(
        (table.c.id.is_(None), "gone"),
        (_elsewhere(row, table), "elsewhere"),
        (and_(_changes.is_new, ~untouched), "touched"),
        (and_(_changes.is_new, _is_used(table)), "in_use"),
        (and_(~_changes.is_new, _touched(connection, row.kind, table)), "touched"),
        (and_(~_changes.is_new, _no_place(connection, table)), "no_place"),
        else_=sa.null(),
    )


def _elsewhere(row: Any, table: sa.Table) -> ColumnElement[bool]:
    """Who may touch one district only does not reach into another by way of an old import."""
    if row.district_id is None:
        return sa.false()
    if table is beneficiaries:
        elsewhere: ColumnElement[bool] = beneficiaries.c.district_id != row.district_id
        return elsewhere
    hers = select(beneficiaries.c.id).where(
        beneficiaries.c.id == table.c.beneficiary_id,
        beneficiaries.c.district_id != row.district_id,
    )
    return hers.exists()


def _touched(connection: Connection, kind: str, table: sa.Table) -> ColumnElement[bool]:
    marks = _MARKS[kind]
    return or_(
        *(
            and_(
                is_in(connection, column.name),
                or_(
                    column.is_distinct_from(after(connection, column)),
                    marks.get(column.name, sa.false()),
                ),
            )
            for column in _columns(table)
        )
    )


def _no_place(connection: Connection, table: sa.Table) -> ColumnElement[bool]:
    """The place it came from has been merged into another meanwhile."""
    return or_(
        sa.false(),
        *(
            and_(
                is_in(connection, name),
                ~select(place.c.id)
                .where(place.c.id == before(connection, table.c[name]))
                .correlate(import_changes)
                .exists(),
            )
            for name, place in _PLACES.items()
            if name in table.c
        ),
    )


def _is_used(table: sa.Table) -> ColumnElement[bool]:
    """Whether any row of any table refers to the one of `table` that is asked about; that somebody
    is like somebody else is no use of her."""
    return or_(
        sa.false(),
        *(
            select(other.c[0]).where(key == table.c.id).correlate(table).exists()
            for other in metadata.tables.values()
            if other is not people_pairs
            for key in other.columns
            if any(foreign.references(table) for foreign in key.foreign_keys)
        ),
    )


def _unmake_places(connection: Connection, row: Any) -> None:
    made = connection.execute(
        select(import_lines.c.params).where(
            import_lines.c.import_id == row.id, import_lines.c.kind == "made"
        )
    ).scalar()
    for kind, table in {**IN_DISTRICT, "district": districts}.items():
        ids = (made or {}).get(kind, [])
        said = select(place_aliases.c.id).where(
            place_aliases.c.kind == kind, place_aliases.c.place_id == table.c.id
        )
        for at in range(0, len(ids), 1000):
            here = table.c.id.in_(ids[at : at + 1000])
            connection.execute(delete(table).where(here, ~_is_used(table), ~said.exists()))
