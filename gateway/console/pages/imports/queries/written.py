"""What an import wrote, field by field, and what of it stayed when it was taken back."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, func, select

from gateway.console.kit.context import reading
from gateway.console.kit.language import gettext
from gateway.console.pages.imports.queries.found import SHOWN
from gateway.console.pages.imports.words import BESIDE, HIDDEN, LEFT, NEW_ROW
from gateway.registry.imports.comparing import written as as_in_a_file
from gateway.registry.imports.shown import masked_value
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import beneficiaries, districts, payments, visits
from gateway.uploads.tables import import_changes
from gateway.uploads.taking_back import TakenBack, foresee, would_stay

_changes = import_changes.c
_OF = {"payments": payments, "visits": visits, "payment_results": payments}
_PLACES = {f"{kind}_id": table for kind, table in {**IN_DISTRICT, "district": districts}.items()}
_YES_NO = ("consent_payment", "consent_health")

Line = tuple[int, str, str, str, str]  # line, registration number, column, before, after


def is_known(connection: Connection, row: Any) -> bool:
    """Whether what the import wrote is still there row by row."""
    mine = select(_changes.line).where(_changes.import_id == row.id)
    return connection.execute(mine.limit(1)).first() is not None


def first_written(connection: Connection, row: Any) -> list[Line]:
    """The first fields that changed; new rows are counted, not listed."""
    rows = connection.execute(_with_number(row).where(~_changes.is_new).limit(SHOWN))
    return list(islice(_lines(rows, _place_names(connection)), SHOWN))


def all_written(row: Any) -> Iterator[Line]:
    """Every field of every row, for a download; of a new row one line that says so."""
    with reading() as connection:
        names = _place_names(connection)
        rows = connection.execution_options(yield_per=1000).execute(_with_number(row))
        yield from _lines(rows, names)


def forecast(connection: Connection, row: Any) -> tuple[TakenBack, list[tuple[int, str, str]]]:
    """What taking back would do; (line, number, reason) of the first rows that would stay."""
    taken = foresee(connection, row)
    if not taken.left:
        return taken, []
    stay = would_stay(connection, row).limit(SHOWN).subquery()
    found = _numbered(select(stay.c.line, stay.c.reason), row, stay.c.object_id)
    return taken, _left(connection.execute(found.order_by(stay.c.line)))


def first_left(connection: Connection, row: Any) -> list[tuple[int, str, str]]:
    """(line, number, reason) of what stayed."""
    return _left(connection.execute(_stayed(row).limit(SHOWN)))


def all_left(row: Any) -> Iterator[tuple[int, str, str]]:
    """The same of every such row, for a download."""
    with reading() as connection:
        for found in connection.execution_options(yield_per=1000).execute(_stayed(row)):
            yield from _left([found])


def _stayed(row: Any) -> Select[Any]:
    found = _numbered(select(_changes.line, _changes.left.label("reason")), row, _changes.object_id)
    mine = (_changes.import_id == row.id) & _changes.left.is_not(None)
    return found.where(mine).order_by(_changes.line)


def _left(rows: Any) -> list[tuple[int, str, str]]:
    return [(one.line, one.number, gettext(LEFT.get(one.reason, one.reason))) for one in rows]


def _with_number(row: Any) -> Select[Any]:
    columns = select(_changes.line, _changes.is_new, _changes.fields)
    found = _numbered(columns, row, _changes.object_id)
    return found.where(_changes.import_id == row.id).order_by(_changes.line)


def _numbered(columns: Select[Any], row: Any, object_id: Any) -> Select[Any]:
    """With the registration number of whom it is about, "" where that row is gone."""
    number = func.coalesce(beneficiaries.c.registration_no, "").label("number")
    of = _OF.get(row.kind)
    found = columns.add_columns(number)
    start: Any = object_id.table
    if of is None:
        whose = beneficiaries.c.id == object_id
    else:
        start = start.outerjoin(of, of.c.id == object_id)
        whose = beneficiaries.c.id == of.c.beneficiary_id
    return found.select_from(start.outerjoin(beneficiaries, whose))


def _lines(rows: Any, names: Mapping[str, Mapping[int, str]]) -> Iterator[Line]:
    for row in rows:
        if row.is_new:
            yield row.line, row.number, gettext(NEW_ROW), "", ""
        for column, pair in (row.fields or {}).items():
            if column in HIDDEN:
                continue
            title, (was, becomes) = column.removesuffix("_id"), pair
            if column in BESIDE:
                title = gettext(BESIDE[column])
            was, becomes = (_value(names, column, value) for value in (was, becomes))
            yield row.line, row.number, title, was, becomes


def _value(names: Mapping[str, Mapping[int, str]], column: str, value: Any) -> str:
    if column in names:
        return names[column].get(value, "")
    if column in _YES_NO:
        value = bool(value)
    return masked_value(column, as_in_a_file(value))


def _place_names(connection: Connection) -> dict[str, dict[int, str]]:
    return {
        column: {one.id: one.name for one in connection.execute(select(table.c.id, table.c.name))}
        for column, table in _PLACES.items()
    }
