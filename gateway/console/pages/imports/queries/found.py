"""Reading what a check found."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.context import one_or_404, reading, scope
from gateway.console.kit.filters import gone
from gateway.console.kit.language import gettext
from gateway.console.kit.places import name_columns
from gateway.console.pages.imports.queries.places import offered, place_lines
from gateway.console.pages.imports.words import KEPT, PLACES, SHARED, coded
from gateway.registry.imports.groups import Group, grouped
from gateway.registry.imports.headings import OTHER_KIND
from gateway.registry.tables import beneficiaries, villages
from gateway.uploads.found import told
from gateway.uploads.tables import import_lines, imports

SHOWN = 50  # lines on the page; all of them are in the download


def one(connection: Connection, import_id: UUID) -> Row[Any]:
    """The import, or 404."""
    return one_or_404(connection, scope(select(imports).where(imports.c.id == import_id), imports))


def groups(connection: Connection, import_id: UUID, kind: str) -> list[Group]:
    """The faults, or the warnings, each kind once, in the reader's language."""
    found = connection.execute(_lines(import_id, kind))
    return grouped(map(told, found), gettext)


def first_kept(connection: Connection, import_id: UUID, kind: str) -> Sequence[tuple[Any, ...]]:
    """(line, number, what stays, what the file says) of the first such rows of a `kind` of file,
    with the words of the template."""
    rows = connection.execute(_lines(import_id, "kept").limit(SHOWN))
    return [_kept(row, partial(coded, kind)) for row in rows]


def new_places(connection: Connection, import_id: UUID) -> list[dict[str, Any]]:
    """What the import makes: kind, name, within, line, rows, like, confirmed; what each may be."""
    lines = place_lines(connection, import_id)
    offers = offered(connection, lines)
    return [
        row.params
        | {"kind": gettext(PLACES[row.column]), "number": row.number}
        | dict(zip(("likes", "others"), offers[row.number], strict=True))
        for row in lines
    ]


def possible_duplicates(connection: Connection, import_id: UUID) -> list[dict[str, Any]]:
    """The first of them: line, registration_no, other, other_line, what they share; of the other
    one, if the reader may see her, who she is (`known`), and whether she has died or moved away
    (`gone`)."""
    found = connection.execute(_lines(import_id, "alike").limit(SHOWN)).all()
    known = beneficiaries.c.registration_no.in_({row.params["other"] for row in found})
    named = select(beneficiaries, *name_columns(village=villages)).join(
        villages, villages.c.id == beneficiaries.c.village_id
    )
    rows = connection.execute(scope(named.where(known), beneficiaries))
    hers = {row.registration_no: row for row in rows}
    return [
        row.params
        | {
            "line": row.line,
            **_of_the_registry(None if row.params["other_line"] else hers.get(row.params["other"])),
            "shared": ", ".join(gettext(SHARED[name]) for name in row.column.split(",")),
        }
        for row in found
    ]


def _of_the_registry(other: Any) -> dict[str, Any]:
    return {"known": other, "gone": gone(other) if other is not None else None}


def corrections(connection: Connection, import_id: UUID) -> int:
    """How many SMS will correct what somebody was told of a payment."""
    row = connection.execute(_lines(import_id, "effects")).first()
    return int(row.params["corrections"]) if row else 0


def other_kind(faults: Sequence[Group]) -> str | None:
    """What the file holds, where it was brought in as something else."""
    for group in faults:
        for kind, reason in OTHER_KIND.items():
            if group.reason == gettext(reason):
                return kind
    return None


def changes(connection: Connection, import_id: UUID) -> tuple[dict[str, int], list[Any]]:
    """Rows by column; (line, number, column, before, after) of the first."""
    counted = connection.execute(_lines(import_id, "changes")).first()
    listed = [
        (row.line, row.params["registration_no"], row.column, row.params["was"], row.params["is"])
        for row in connection.execute(_lines(import_id, "change").limit(SHOWN))
    ]
    return (counted.params if counted else {}), listed


def change_lines(import_id: UUID) -> Iterator[tuple[Any, ...]]:
    """(line, number, column, before, after) of every change, for a download."""
    with reading() as connection:
        streamed = connection.execution_options(yield_per=1000)
        for row in streamed.execute(_lines(import_id, "change")):
            params = row.params
            yield row.line, params["registration_no"], row.column, params["was"], params["is"]


def fault_lines(import_id: UUID) -> Iterator[tuple[Any, ...]]:
    """(line, column, what is wrong, what stands there) in the reader's language."""
    with reading() as connection:
        for row in connection.execution_options(yield_per=1000).execute(_lines(import_id, "fault")):
            error = told(row)
            yield error.line, error.column, gettext(error.reason) % error.params, error.value


def kept_lines(import_id: UUID) -> Iterator[tuple[Any, ...]]:
    """(line, number, what stays, what the file says) of every such row."""
    with reading() as connection:
        for row in connection.execution_options(yield_per=1000).execute(_lines(import_id, "kept")):
            yield _kept(row)


def _lines(import_id: UUID, kind: str) -> Select[Any]:
    return (
        select(import_lines)
        .where(import_lines.c.import_id == import_id, import_lines.c.kind == kind)
        .order_by(import_lines.c.number)
    )


def _as_written(_column: str, value: str) -> str:
    return value


def _kept(row: Row[Any], word: Callable[[str, str], str] = _as_written) -> tuple[Any, ...]:
    columns = row.column.split(",")
    names = [gettext(KEPT[name]) for name in columns]
    said = (word(*pair) for pair in zip(columns, row.params.get("says", ()), strict=False))
    return row.line, row.params["registration_no"], ", ".join(names), ", ".join(said)
