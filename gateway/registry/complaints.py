"""Which payment "I was not paid" is about: the last one whose day had come when she said so."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Connection, Date, and_, cast, func, select

from gateway.core.kinds import CaseKind
from gateway.registry.tables import cases, payments

_later = payments.alias("later_payment")


def complains_of(connection: Connection, zone: ZoneInfo) -> ColumnElement[bool]:
    """Whether a row of `cases` is about one of `payments`, to join the two."""
    said_on = local_day(connection, cases.c.opened_at, zone)
    newer = (
        select(_later.c.id)
        .where(
            _later.c.beneficiary_id == payments.c.beneficiary_id,
            _later.c.status != "cancelled",
            _later.c.due_on > payments.c.due_on,
            _later.c.due_on <= said_on,
        )
        # Named, since a SELECT between the two would otherwise bring all payments in.
        .correlate(payments, cases)
        .exists()
    )
    return and_(
        cases.c.kind == CaseKind.NOT_PAID.value,
        cases.c.beneficiary_id == payments.c.beneficiary_id,
        payments.c.status != "cancelled",
        payments.c.due_on <= said_on,
        ~newer,
    )


def last_cycle(connection: Connection, beneficiary_id: UUID, said_on: date) -> str | None:
    """The cycle of the payment that a woman who says so on `said_on` is taken to mean."""
    come = (
        select(payments.c.cycle)
        .where(
            payments.c.beneficiary_id == beneficiary_id,
            payments.c.status != "cancelled",
            payments.c.due_on <= said_on,
        )
        .order_by(payments.c.due_on.desc())
        .limit(1)
    )
    return connection.execute(come).scalar_one_or_none()


def local_day(connection: Connection, at: Column[Any], zone: ZoneInfo) -> ColumnElement[Any]:
    """The day of a moment in `zone`, at one offset for good: Laos has no summer time."""
    if connection.dialect.name == "sqlite":
        seconds = (datetime(2026, 1, 1, tzinfo=zone).utcoffset() or timedelta()).total_seconds()
        return func.date(at, f"{seconds:.0f} seconds", type_=Date)
    return cast(func.timezone(zone.key, at), Date)
