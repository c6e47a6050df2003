"""Health visits on record, as schedules ask for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from gateway.core.children import VisitOfChild, made_for_all
from gateway.registry.bulk import one_of
from gateway.registry.tables import visits


def visits_made(
    connection: Connection, children: Mapping[UUID, Sequence[int]]
) -> dict[UUID, dict[str, date]]:
    """{beneficiary: {visit: day}} of what all her living children have had, of `children`:
    {beneficiary: their numbers}."""
    rows = connection.execute(
        select(visits).where(one_of(connection, visits.c.beneficiary_id, list(children)))
    )
    return made_of(rows, children)


def made_of(
    rows: Iterable[Row[Any]], children: Mapping[UUID, Sequence[int]]
) -> dict[UUID, dict[str, date]]:
    """The same of rows of `visits`; those with none are in it."""
    found: dict[UUID, list[VisitOfChild]] = defaultdict(list)
    for row in rows:
        found[row.beneficiary_id].append((row.child, row.visit, row.done_on))
    return {one: made_for_all(found[one], numbers) for one, numbers in children.items()}
