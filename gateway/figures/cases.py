"""Cases opened in a month: of which kind, how long open, how answered."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from gateway.figures.book import Figure
from gateway.figures.counting import Counting, Tally
from gateway.figures.spans import month_span
from gateway.figures.tables import NO_DISTRICT
from gateway.registry.tables import beneficiaries, cases
from gateway.staff.tables import case_notes

# How long a case was open: up to so many days, in the order of a table.
WITHIN = {"1": timedelta(days=1), "3": timedelta(days=3), "7": timedelta(days=7)}
LONGER = "more"
ENDS = ("sms", "closed", "open")  # answered by SMS, closed without one, still open


def count_cases(connection: Connection, month: date, counting: Counting) -> Iterator[Figure]:
    """Of each kind `opened:`, and of these `sms:`, `closed:` and `open:` (see ENDS), `within:1:`,
    `within:3:`, `within:7:` and `within:more:` days until closed, `hours:` all together.
    """
    tally = Tally()
    for row in connection.execute(_opened(*month_span(month, counting.zone))):
        _count(row, tally)
    return tally.of(month)


def _opened(start: datetime, end: datetime) -> Any:
    district: ColumnElement[int] = func.coalesce(beneficiaries.c.district_id, NO_DISTRICT)
    answered = select(case_notes.c.id).where(
        case_notes.c.case_number == cases.c.number, case_notes.c.kind == "answered"
    )
    return (
        select(
            district.label("district_id"),
            cases.c.kind,
            cases.c.opened_at,
            cases.c.closed_at,
            answered.exists().label("answered"),
        )
        .select_from(cases.outerjoin(beneficiaries, beneficiaries.c.id == cases.c.beneficiary_id))
        .where(cases.c.opened_at >= start, cases.c.opened_at < end)
    )


def _count(row: Any, tally: Tally) -> None:
    kinds = [f"opened:{row.kind}", f"{_end(row)}:{row.kind}"]
    if row.closed_at is not None:
        took = row.closed_at - row.opened_at
        within = next((key for key, most in WITHIN.items() if took <= most), LONGER)
        kinds.append(f"within:{within}:{row.kind}")
        tally[row.district_id, f"hours:{row.kind}"] += round(took / timedelta(hours=1))
    for kind in kinds:
        tally[row.district_id, kind] += 1


def _end(row: Any) -> str:
    if row.answered:
        return "sms"
    return "open" if row.closed_at is None else "closed"
