"""What a check or a merge found, line by line, for the page of the import."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain, islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select

from gateway.registry.imports.report import (
    Alike,
    Change,
    Changes,
    ImportReport,
    Kept,
    NewPlace,
    RowError,
)
from gateway.registry.imports.shown import masked_value
from gateway.registry.imports.staging import Made
from gateway.uploads.tables import import_lines

OF_NOBODY = ("changes", "place", "made", "effects")  # kinds of lines without anybody's data
_AT_ONCE = 1000  # rows


def write_found(connection: Connection, import_id: UUID, report: ImportReport, made: Made) -> None:
    """Instead of what was found before; `made` are the places of a merge."""
    connection.execute(delete(import_lines).where(import_lines.c.import_id == import_id))
    lines = _lines(import_id, report, made)
    while rows := list(islice(lines, _AT_ONCE)):
        connection.execute(insert(import_lines), rows)


def _lines(import_id: UUID, report: ImportReport, made: Made) -> Iterator[dict[str, Any]]:
    found = chain(
        _made(made),
        _effects(report),
        map(_alike, report.alike),
        (_told("fault", error) for error in report.errors),
        (_told("warning", error) for error in report.warnings),
        map(_place, report.places),
        _counts(report.changes),
        map(_change, report.changes.listed),
        map(_kept, report.kept),
    )
    for number, line in enumerate(found, start=1):
        yield {"import_id": import_id, "number": number, **line}


def _told(kind: str, error: RowError) -> dict[str, Any]:
    """Numbers of phones and people are masked before they are kept."""
    value = masked_value(error.column, error.value)
    return {
        "kind": kind,
        "line": error.line,
        "column": error.column[:120],
        "reason": error.reason,
        "params": {**error.params, "value": value},
    }


def _kept(kept: Kept) -> dict[str, Any]:
    return {
        "kind": "kept",
        "line": kept.line,
        "column": ",".join(kept.columns),
        "reason": "",
        "params": {
            "registration_no": kept.registration_no,
            "says": [
                masked_value(column, said)
                for column, said in zip(kept.columns, kept.says, strict=False)
            ],
        },
    }


def _place(place: NewPlace) -> dict[str, Any]:
    return {
        "kind": "place",
        "line": place.line,
        "column": place.column,
        "reason": "",
        "params": asdict(place),
    }


def _counts(changes: Changes) -> Iterator[dict[str, Any]]:
    """How many rows change in each column."""
    if changes.rows:
        params = dict(changes.rows)
        yield {"kind": "changes", "line": 0, "column": "", "reason": "", "params": params}


def _made(made: Made) -> Iterator[dict[str, Any]]:
    """The places that a merge made, so that they can go with it."""
    ids = {kind: list(listed) for kind, listed in made.items() if listed}
    if ids:
        yield {"kind": "made", "line": 0, "column": "", "reason": "", "params": ids}


def _effects(report: ImportReport) -> Iterator[dict[str, Any]]:
    if report.corrections:
        params = {"corrections": report.corrections}
        yield {"kind": "effects", "line": 0, "column": "", "reason": "", "params": params}


def _alike(alike: Alike) -> dict[str, Any]:
    return {
        "kind": "alike",
        "line": alike.line,
        "column": ",".join(alike.shared),
        "reason": "",
        "params": {
            "registration_no": alike.registration_no,
            "other": alike.other,
            "other_line": alike.other_line,
        },
    }


def _change(change: Change) -> dict[str, Any]:
    was, becomes = (masked_value(change.column, one) for one in (change.before, change.after))
    return {
        "kind": "change",
        "line": change.line,
        "column": change.column,
        "reason": "",
        "params": {"registration_no": change.registration_no, "was": was, "is": becomes},
    }


def told(row: Row[Any]) -> RowError:
    """A fault or a warning as it was found."""
    return RowError(row.line, row.column, row.reason, row.params, row.params.get("value", ""))


def faulty_rows(connection: Connection, import_id: UUID) -> int:
    """How many rows have a fault; one may have several."""
    mine = (import_lines.c.import_id == import_id) & (import_lines.c.kind == "fault")
    counted = select(func.count(import_lines.c.line.distinct())).where(mine)
    return connection.execute(counted).scalar_one()
