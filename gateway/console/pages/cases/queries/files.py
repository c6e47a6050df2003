"""Cases as lines of a file."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select

from gateway.casework.due import due_day
from gateway.console.kit.context import reading, settings
from gateway.console.kit.counts import at_most
from gateway.console.kit.filters import moment
from gateway.console.kit.language import gettext
from gateway.console.kit.words import CASE_KINDS
from gateway.console.pages.cases.words import STATES
from gateway.registry.tables import cases

LINES_AT_MOST = 20_000  # of a workbook, which is made in memory
_AT_ONCE = 1000  # cases in one transaction


def too_many(connection: Connection, wanted: Select[Any]) -> bool:
    """Whether they are more than a workbook holds."""
    return at_most(connection, wanted, LINES_AT_MOST) > LINES_AT_MOST


def lines(wanted: Select[Any]) -> Iterator[list[Any]]:
    """By number, as CASE_COLUMNS say."""
    last, step = 0, wanted.order_by(cases.c.number).limit(_AT_ONCE)
    while True:
        with reading() as connection:
            rows = connection.execute(step.where(cases.c.number > last)).all()
        yield from map(_line, rows)
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].number


def _line(row: Any) -> list[Any]:
    return [
        row.number,
        gettext(CASE_KINDS.get(row.kind, row.kind)),
        gettext(STATES[row.state]),
        moment(row.opened_at),
        row.times,
        due_day(row.opened_at, row.due_on, settings().zone).isoformat(),
        moment(row.closed_at) if row.closed_at else None,
        row.assignee,
        row.msisdn,
        row.registration_no,
        row.name,
        row.text,
    ]
