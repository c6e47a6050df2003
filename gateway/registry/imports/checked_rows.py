"""Rows of a file that was found right, as they were staged: what waits for a person's decision.

The file itself holds PINs as they were typed; these rows hold their hashes. One JSON array a line:
first the columns of the stage and those of the file, then each row.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, Table, select

from gateway.core.texts import _
from gateway.registry.imports.report import SheetError

CHECK_AGAIN = _("The service was renewed after this file was checked. Upload it again.")

_AT_ONCE = 1000  # rows
_GIVEN_ANEW = "row_id"


def write_rows(
    connection: Connection,
    stage: Table,
    names: frozenset[str],
    file: IO[bytes],
    as_in_file: Mapping[int, Mapping[str, Any]],
) -> None:
    """Every staged row; one batch at a time is in memory. Those of `as_in_file`, by line, as they
    are there: whoever reads them decides anew what becomes of them."""
    columns = _columns(stage)
    file.write(msgspec.json.encode([[str(one.name) for one in columns], sorted(names)]) + b"\n")
    rows = connection.execute(
        select(*columns).order_by(stage.c.line).execution_options(yield_per=_AT_ONCE)
    )
    for row in rows:
        if row.line not in as_in_file:
            file.write(msgspec.json.encode(tuple(row)) + b"\n")
    for values in as_in_file.values():
        cells = tuple(values[str(one.name)] for one in columns)
        file.write(msgspec.json.encode(cells) + b"\n")


def read_rows(
    stage: Table, file: IO[bytes]
) -> tuple[frozenset[str], Iterator[list[dict[str, Any]]]]:
    """(the columns of the file, its rows by the thousand). Raises SheetError where the stage has
    had other columns."""
    file.seek(0)
    columns = _columns(stage)
    try:
        listed, names = msgspec.json.decode(file.readline(), type=tuple[list[str], list[str]])
    except msgspec.MsgspecError:
        raise SheetError(1, CHECK_AGAIN) from None
    if listed != [one.name for one in columns]:
        raise SheetError(1, CHECK_AGAIN)
    return frozenset(names), _batches(columns, file)


def _columns(stage: Table) -> list[sa.Column[Any]]:
    return [one for one in stage.columns if one.name != _GIVEN_ANEW]


def _batches(columns: list[sa.Column[Any]], file: IO[bytes]) -> Iterator[list[dict[str, Any]]]:
    days = {one.name for one in columns if isinstance(one.type, sa.Date)}
    batch: list[dict[str, Any]] = []
    for line in file:
        values = msgspec.json.decode(line)
        row = {one.name: value for one, value in zip(columns, values, strict=True)}
        for name in days:
            row[name] = date.fromisoformat(row[name]) if row[name] else None
        batch.append(row)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
