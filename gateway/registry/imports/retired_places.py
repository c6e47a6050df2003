"""Rows that would bring somebody, or a payment to come, to a place that is retired.

Who is there already stays: a file names everybody again and again.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, Table, or_, select

from gateway.core.texts import _
from gateway.registry.imports.report import RowError
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import beneficiaries, districts, pay_points, payments

RETIRED_PLACE = _("This place is retired: nobody new comes there. Which one is meant?")


def people_to_retired(connection: Connection, stage: Table) -> Iterator[RowError]:
    """Of a file of beneficiaries, by line."""
    for column, table in {"district": districts, **IN_DISTRICT}.items():
        if _any_retired(connection, table):
            yield from _faults(connection, _people(stage, column, table), column)


def payments_to_retired(connection: Connection, stage: Table) -> Iterator[RowError]:
    """Of a file of payments: those that are still to be made."""
    if not _any_retired(connection, pay_points):
        return
    found = (
        select(stage.c.line, stage.c.pay_point)
        .join(beneficiaries, beneficiaries.c.registration_no == stage.c.registration_no)
        .join(
            pay_points,
            (pay_points.c.district_id == beneficiaries.c.district_id)
            & (pay_points.c.name == stage.c.pay_point),
        )
        .outerjoin(
            payments,
            (payments.c.beneficiary_id == beneficiaries.c.id) & (payments.c.cycle == stage.c.cycle),
        )
        .where(
            pay_points.c.retired_at.is_not(None),
            stage.c.status == "scheduled",
            or_(
                payments.c.id.is_(None),
                (payments.c.pay_point_id != pay_points.c.id) & ~payments.c.pay_point_set_here,
            ),
        )
    )
    yield from _faults(connection, found, "pay_point")


def _people(stage: Table, column: str, table: Table) -> Select[Any]:
    here = (districts.c.province == stage.c.province) & (districts.c.name == stage.c.district)
    found = select(stage.c.line, stage.c[column]).join(districts, here)
    if table is not districts:
        found = found.join(
            table, (table.c.district_id == districts.c.id) & (table.c.name == stage.c[column])
        )
    known = beneficiaries.c.registration_no == stage.c.registration_no
    elsewhere = beneficiaries.c[f"{column}_id"].is_distinct_from(table.c.id)
    return found.outerjoin(beneficiaries, known).where(table.c.retired_at.is_not(None), elsewhere)


def _any_retired(connection: Connection, table: Table) -> bool:
    some = select(table.c.id).where(table.c.retired_at.is_not(None)).limit(1)
    return connection.execute(some).one_or_none() is not None


def _faults(connection: Connection, found: Select[Any], column: str) -> Iterator[RowError]:
    for row in connection.execute(found):
        yield RowError(row.line, column, RETIRED_PLACE, value=getattr(row, column))
