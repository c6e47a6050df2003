"""Rows of a file under a registration number that was merged into another.

A row about the woman herself changes nothing: the number that stayed has a row of its own. A
payment or a visit is hers, unless the file, or for payments the registry, has that of the number
that stayed: nothing is entered twice.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, or_, select, true, update

from gateway.registry.imports.limits import MOST_KEPT
from gateway.registry.imports.report import Kept
from gateway.registry.tables import beneficiaries, payments, registration_aliases

MERGED = "merged"  # the column that a report names


def pass_over_merged(connection: Connection, stage: Table, keys: tuple[str, ...]) -> list[Kept]:
    """Writes the number that stayed over the other one in the stage, or takes the row out; the rows
    that were taken out. `keys` name a row."""
    found = _found(connection, stage)
    if not found:
        return []
    passed_over = []
    for row in found:
        here = stage.c.line == row.line
        if len(keys) > 1 and not _is_there(connection, stage, keys, row):
            connection.execute(update(stage).where(here).values(registration_no=row.now))
        else:
            connection.execute(delete(stage).where(here))
            passed_over.append(Kept(row.line, row.registration_no, (MERGED,), (row.now,)))
    return passed_over


def _found(connection: Connection, stage: Table) -> list[Row[Any]]:
    rows = (
        select(
            stage, beneficiaries.c.registration_no.label("now"), beneficiaries.c.id.label("whose")
        )
        .join(
            registration_aliases,
            registration_aliases.c.registration_no == stage.c.registration_no,
        )
        .join(beneficiaries, beneficiaries.c.id == registration_aliases.c.beneficiary_id)
        .order_by(stage.c.line)
        .limit(MOST_KEPT)
    )
    return list(connection.execute(rows))


def _is_there(connection: Connection, stage: Table, keys: tuple[str, ...], row: Row[Any]) -> bool:
    same = [stage.c[name] == row._mapping[name] for name in keys if name != "registration_no"]
    in_file = select(stage.c.line).where(stage.c.registration_no == row.now, *same)
    known = list(_known(stage, keys, row))
    conditions = [in_file.exists(), *known]
    return connection.execute(select(true()).where(or_(*conditions))).first() is not None


def _known(stage: Table, keys: tuple[str, ...], row: Row[Any]) -> Iterator[ColumnElement[bool]]:
    """The payment of that cycle is the one of the number that stayed."""
    if "cycle" in keys and "cycle" in stage.c:
        hers = (payments.c.beneficiary_id == row.whose) & (payments.c.cycle == row.cycle)
        own = payments.c.came_as.is_distinct_from(row.registration_no)
        yield select(payments.c.id).where(hers, own).exists()
