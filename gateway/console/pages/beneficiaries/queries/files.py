"""The list of people as lines of a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from gateway.console.kit.context import reading
from gateway.console.kit.counts import at_most
from gateway.console.kit.filters import ended, place
from gateway.console.kit.language import gettext
from gateway.console.kit.words import STATUSES
from gateway.console.pages.beneficiaries.queries.people import people
from gateway.console.pages.beneficiaries.words import CATEGORIES
from gateway.registry.tables import beneficiaries

LINES_AT_MOST = 20_000  # of a workbook, which is made in memory
_AT_ONCE = 2000  # people in one transaction, which ends however slowly they are taken away

Conditions = Sequence[ColumnElement[bool]]


def too_many(connection: Connection, conditions: Conditions) -> bool:
    """Whether they are more than a workbook holds."""
    wanted = select(beneficiaries.c.id).where(*conditions)
    return at_most(connection, wanted, LINES_AT_MOST) > LINES_AT_MOST


def lines(conditions: Conditions) -> Iterator[list[Any]]:
    """Everybody of the reader's who fits, by registration number, as PEOPLE_COLUMNS say."""
    last, number = "", beneficiaries.c.registration_no
    wanted = people().where(*conditions).order_by(number).limit(_AT_ONCE)
    while True:
        with reading() as connection:
            rows = connection.execute(wanted.where(number > last)).all()
        yield from map(_line, rows)
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].registration_no


def _line(row: Any) -> list[Any]:
    born, expected = (row.child_dob, None) if row.category == "child" else (None, row.edd)
    return [
        row.registration_no,
        row.name,
        row.name_latin,
        row.msisdn if row.msisdn_disowned_at is None else None,
        gettext(STATUSES[row.status][0]),
        None if _is_over(row) else gettext(CATEGORIES[row.category]),
        born.isoformat() if born else None,
        expected.isoformat() if expected and not _is_over(row) else None,
        *(place(row, kind) for kind in ("village", "district", "health_centre", "pay_point")),
        gettext(what[0]) if (what := ended(row)) else None,
    ]


def _is_over(row: Any) -> bool:
    """Whether the pregnancy, or the child, is no more: a child may outlive the mother."""
    died = row.course_ended_reason == "mother_died" and row.category == "pregnant"
    return died or row.course_ended_reason in {"pregnancy_ended", "child_died"}
