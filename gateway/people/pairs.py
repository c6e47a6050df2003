"""People who may be one: found by likeness, district by district, and decided by staff.

A pair stays in the list until somebody merges the two or says that they are not the same; that is
remembered, however alike they are. What is no longer alike goes by itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils.compat import uuid7

from gateway.people.desk import Desk
from gateway.people.faults import Fault, PersonError
from gateway.people.merging_faults import DECIDED
from gateway.registry.bulk import one_of
from gateway.registry.database import Database
from gateway.registry.imports.report import Alike
from gateway.registry.imports.resemblance import alike_in, shared_by
from gateway.registry.tables import beneficiaries, districts, people_pairs

_AT_ONCE = 500  # pairs
_pairs = people_pairs.c


def find_pairs(database: Database, *, now: datetime) -> Iterator[int]:
    """Looks through the registry, a district a step, each committed; how many pairs it knows."""
    with database.reading() as connection:
        ids = list(connection.execute(select(districts.c.id).order_by(districts.c.id)).scalars())
    for district_id in ids:
        with database.reading() as connection:
            found = list(_found(connection, district_id))
        with database.writing() as connection:
            for start in range(0, len(found), _AT_ONCE):
                _keep(connection, found[start : start + _AT_ONCE], now)
            _forget(connection, district_id, now)
        yield len(found)


def undecided() -> Select[Any]:
    """Rows of `people_pairs` that wait for somebody, the most alike last by (score, id)."""
    return select(people_pairs).where(_pairs.decided_at.is_(None))


def pair_of(connection: Connection, one: Any, other: Any, *, now: datetime) -> UUID:
    """The pair of two rows of `beneficiaries`, kept where there was none."""
    first, second = sorted((one, other), key=lambda row: row.id)
    wanted = select(_pairs.id).where(_pairs.one_id == first.id, _pairs.other_id == second.id)
    known: UUID | None = connection.execute(wanted).scalar_one_or_none()
    if known is not None:
        return known
    shared = shared_by(first, second)
    _keep(connection, [_row(first, second, shared)], now)
    found: UUID = connection.execute(wanted).scalar_one()
    return found


def say_different(connection: Connection, pair_id: UUID, desk: Desk) -> None:
    """The two are not the same, whatever they share. Raises PersonError where that is decided."""
    pair = connection.execute(
        update(people_pairs)
        .where(_pairs.id == pair_id, _pairs.decided_at.is_(None))
        .values(decided_at=desk.now, decided_by=desk.actor.name)
        .returning(_pairs.one_id, _pairs.other_id, _pairs.district_id)
    ).one_or_none()
    if pair is None:
        raise PersonError(Fault(DECIDED))
    for mine, theirs in ((pair.one_id, pair.other_id), (pair.other_id, pair.one_id)):
        changes = {"not_the_same_as": (None, theirs)}
        desk.record(connection, "beneficiary.not_the_same", mine, pair.district_id, changes)


def remember_different(
    connection: Connection, beneficiary_id: UUID, others: Collection[str], desk: Desk
) -> None:
    """Whoever registered her has seen those with the registration numbers `others`: she is none of
    them."""
    named = one_of(connection, beneficiaries.c.registration_no, others)
    hers = beneficiaries.c.id == beneficiary_id
    rows = connection.execute(select(beneficiaries).where(or_(hers, named))).all()
    (she,) = [row for row in rows if row.id == beneficiary_id]
    ids = [pair_of(connection, she, row, now=desk.now) for row in rows if row is not she]
    decided = {"decided_at": desk.now, "decided_by": desk.actor.name}
    connection.execute(update(people_pairs).where(_pairs.id.in_(ids)).values(decided))


def _found(connection: Connection, district_id: int) -> Iterator[Mapping[str, Any]]:
    batch: list[Alike] = []
    for alike in alike_in(connection, district_id):
        batch.append(alike)
        if len(batch) == _AT_ONCE:
            yield from _rows(connection, batch)
            batch = []
    yield from _rows(connection, batch)


def _rows(connection: Connection, alikes: Iterable[Alike]) -> Iterator[Mapping[str, Any]]:
    listed = list(alikes)
    numbers = {one.registration_no for one in listed} | {one.other for one in listed}
    wanted = select(
        beneficiaries.c.id, beneficiaries.c.registration_no, beneficiaries.c.district_id
    ).where(one_of(connection, beneficiaries.c.registration_no, numbers))
    by_number = {row.registration_no: row for row in connection.execute(wanted)}
    for alike in listed:
        one, other = by_number[alike.registration_no], by_number[alike.other]
        first, second = sorted((one, other), key=lambda row: row.id)
        yield _row(first, second, alike.shared)


def _row(first: Any, second: Any, shared: Iterable[str]) -> Mapping[str, Any]:
    listed = list(shared)
    same = first.district_id == second.district_id
    return {
        "one_id": first.id,
        "other_id": second.id,
        "district_id": first.district_id if same else None,
        "shared": listed,
        "score": len(listed),
    }


def _keep(connection: Connection, rows: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """What is decided stays so."""
    distinct = {(row["one_id"], row["other_id"]): row for row in rows}
    values = [{**row, "id": uuid7(), "found_at": now} for row in distinct.values()]
    if not values:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(people_pairs).values(values)
    new = insert.excluded
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["one_id", "other_id"],
            set_={name: new[name] for name in ("district_id", "shared", "score", "found_at")},
        )
    )


def _forget(connection: Connection, district_id: int, now: datetime) -> None:
    """Pairs of the district that are not alike any more."""
    hers = select(beneficiaries.c.id).where(
        beneficiaries.c.id == _pairs.one_id, beneficiaries.c.district_id == district_id
    )
    here = or_(_pairs.district_id == district_id, and_(_pairs.district_id.is_(None), hers.exists()))
    old = and_(_pairs.decided_at.is_(None), _pairs.found_at < now, here)
    connection.execute(delete(people_pairs).where(old))
