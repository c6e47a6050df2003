"""CSV downloads: streamed, and harmless in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from flask import Response, stream_with_context

from gateway.core.spreadsheets import cell

_AT_ONCE = 32 * 1024  # characters


def csv_response(name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """`name`.csv, written as `rows` come: a generator may hold a connection open for them."""
    response = Response(
        stream_with_context(_lines(heading, rows)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    buffer = StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")  # Excel reads UTF-8 only behind this mark
    writer.writerow(heading)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        if buffer.tell() > _AT_ONCE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
