"""Who is due on a day, found by the days that indexes hold: nobody else is read.

A day is planned district by district. What a district's rows were when it was planned stands in
`reminder_marks`: as long as they are the same there is nothing new to plan.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Numeric,
    Row,
    Select,
    Table,
    Text,
    and_,
    cast,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    union,
    union_all,
)

from gateway.core.due_days import DueDays
from gateway.messaging.tables import reminder_marks
from gateway.registry.bulk import one_of
from gateway.registry.tables import beneficiaries, districts, optouts, payments, visits

AT_ONCE = 1000  # people, and as many more as the last of their villages has
_BYTES = 16  # of an id: a national payday is a few megabytes of them


@dataclass(frozen=True, slots=True)
class Page:
    """Some people of one district who may be due, whole villages; `last` of the district."""

    district_id: int
    last: bool
    packed: bytes

    @property
    def ids(self) -> list[UUID]:
        starts = range(0, len(self.packed), _BYTES)
        return [UUID(bytes=self.packed[start : start + _BYTES]) for start in starts]


def pages(
    connection: Connection, days: DueDays, district_ids: Collection[int] | None = None
) -> list[Page]:
    """Everybody with a number who has one of `days`, in those districts (None: in all)."""
    found = (
        select(beneficiaries.c.district_id, beneficiaries.c.village_id, beneficiaries.c.id)
        .where(beneficiaries.c.id.in_(_due(connection, days)), beneficiaries.c.msisdn.is_not(None))
        .order_by(beneficiaries.c.district_id, beneficiaries.c.village_id)
        .execution_options(yield_per=AT_ONCE)
    )
    if district_ids is not None:
        found = found.where(one_of(connection, beneficiaries.c.district_id, district_ids))
    return list(_pages(connection.execute(found)))


def _pages(rows: Iterable[Row[Any]]) -> Iterator[Page]:
    for district_id, theirs in groupby(rows, lambda row: row.district_id):
        packed = bytearray()
        for _village, people in groupby(theirs, lambda row: row.village_id):
            if len(packed) >= AT_ONCE * _BYTES:
                yield Page(district_id, False, bytes(packed))
                packed.clear()
            for person in people:
                packed += person.id.bytes
        yield Page(district_id, True, bytes(packed))


def _due(connection: Connection, days: DueDays) -> CompoundSelect[Any]:
    """Ids of people, each by an index."""

    def on(column: Any, wanted: Collection[date]) -> Any:
        return one_of(connection, column, sorted(wanted))

    paid = or_(
        *(
            and_(payments.c.status == status, on(payments.c.due_on, wanted))
            for status, wanted in days.payments.items()
        )
    )
    keys: dict[frozenset[date], list[str]] = {}
    for key, wanted in days.visits.items():
        keys.setdefault(wanted, []).append(key)
    given = [
        select(visits.c.beneficiary_id).where(
            on(visits.c.done_on, wanted), one_of(connection, visits.c.visit, of_day)
        )
        for wanted, of_day in keys.items()
    ]
    return union(
        select(beneficiaries.c.id).where(on(beneficiaries.c.child_dob, days.child_dob)),
        select(beneficiaries.c.id).where(on(beneficiaries.c.edd, days.edd)),
        select(payments.c.beneficiary_id).where(paid),
        *given,
    )


def changed(connection: Connection, days: DueDays, asked: bytes) -> dict[int, str] | None:
    """{district: its mark} of those whose rows are not as they were when they were planned for the
    same `asked`: what planning depends on besides rows. None where the database has no versions.
    """
    if connection.dialect.name == "sqlite":
        return None
    marked = select(reminder_marks.c.district_id, reminder_marks.c.mark)
    known = {row.district_id: row.mark for row in connection.execute(marked)}
    marks = {
        row.district_id: hashlib.blake2b(b"%s %s" % (asked, str(row.rows).encode())).hexdigest()
        for row in connection.execute(_versions(connection, days))
    }
    return {one: mark for one, mark in marks.items() if known.get(one) != mark}


def set_mark(connection: Connection, district_id: int, mark: str) -> None:
    """In the transaction that queues the district's last messages: neither is there alone."""
    connection.execute(delete(reminder_marks).where(reminder_marks.c.district_id == district_id))
    connection.execute(insert(reminder_marks).values(district_id=district_id, mark=mark))


def _versions(connection: Connection, days: DueDays) -> Select[Any]:
    """By district a sum over the versions of all rows that planning reads of those who are due.

    PostgreSQL writes a changed row to another place (ctid) under another transaction (xmin): so
    whatever changes is seen, without a list of columns, and without a clock.
    """
    due = (
        select(
            beneficiaries.c.id,
            beneficiaries.c.district_id,
            beneficiaries.c.msisdn,
            _version(beneficiaries),
        )
        .where(beneficiaries.c.id.in_(_due(connection, days)), beneficiaries.c.msisdn.is_not(None))
        .cte("due")
    )
    theirs = ((payments, payments.c.beneficiary_id == due.c.id),
              (visits, visits.c.beneficiary_id == due.c.id),
              (optouts, optouts.c.msisdn == due.c.msisdn),
              (districts, districts.c.id == due.c.district_id))  # fmt: skip
    rows = union_all(
        select(due.c.district_id, due.c.version),
        *(select(due.c.district_id, _version(table)).join(table, same) for table, same in theirs),
    ).subquery("rows")
    hashed = cast(func.hashtextextended(rows.c.version, 0), Numeric)
    return select(rows.c.district_id, func.sum(hashed).label("rows")).group_by(rows.c.district_id)


def _version(table: Table) -> ColumnElement[str]:
    name = table.name
    return literal_column(f"{name}.ctid::text || ' ' || {name}.xmin::text", Text).label("version")
