"""One thing or many of a request, written and answered; the answer is kept with what it tells."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from gateway.api.etags import etag_of
from gateway.api.operations import Answer, Call
from gateway.api.problems import FieldFault, ProblemError
from gateway.api.records.shapes import Done, Fields, Mode, Written
from gateway.api.records.writing import Writer
from gateway.uploads.plans import Kind

Read = Callable[[Connection], Any]  # the thing as it is answered when it is read, or None


def writer_of(call: Call) -> Writer:
    """That of whoever calls; a test key writes nothing."""
    return Writer(
        database=call.database,
        peppers=call.settings.peppers,
        now=call.now,
        today=call.now.astimezone(call.dependencies.hours.zone).date(),
        district_id=call.key.district_id,
        dry_run=call.key.kind == "test",
        gettext=call.gettext,
    )


def write_one(
    call: Call,
    kind: Kind,
    row: Mapping[str, str],
    *,
    read: Read,
    names: Iterable[str] | None = None,
) -> Answer:
    """The row is written, where the thing is still as If-Match says. Raises ProblemError with
    every field that is not right."""
    kept: list[Answer] = []

    def ahead(connection: Connection) -> None:
        if call.if_match is not None:
            there = read(connection)
            if there is None:
                raise ProblemError("precondition_failed")
            call.check_unchanged(etag_of(there))

    def keep(connection: Connection, written: Written) -> None:
        there = read(connection)
        answer = _done(written, row, etag_of(there) if there is not None else None)
        call.remember(connection, answer)
        kept.append(answer)

    written = writer_of(call).write(kind, [row], names=names, ahead=ahead, keep=keep)
    if written.refused:
        raise ProblemError("unprocessable", errors=list(written.rows[0].errors))
    return kept[0] if kept else _remembered(call, _done(written, row, None))


def write_many(call: Call, kind: Kind, rows: list[Any], mode: Mode) -> Answer:
    """Every row with its own result; raises ProblemError where all or nothing is nothing."""
    kept: list[Answer] = []

    def keep(connection: Connection, written: Written) -> None:
        answer = Answer(body=written)
        call.remember(connection, answer)
        kept.append(answer)

    texts = [given(row) for row in rows]
    written = writer_of(call).write(kind, texts, each=mode == "each", keep=keep)
    if written.refused and mode == "all":
        raise ProblemError("unprocessable", errors=list(_every_fault(written)))
    return kept[0] if kept else _remembered(call, Answer(body=written))


def given(row: Fields) -> dict[str, str]:
    """The cells of a row."""
    return row.given()


def _done(written: Written, row: Mapping[str, str], etag: str | None) -> Answer:
    (one,) = written.rows
    result: Any = one.result
    body = Done(result=result, kept=one.kept, warnings=one.warnings, places=written.places)
    return Answer(body=body, etag=etag, registration_no=row["registration_no"])


def _remembered(call: Call, answer: Answer) -> Answer:
    """What wrote nothing is answered alike when it is repeated, too."""
    with call.database.writing() as connection:
        call.remember(connection, answer)
    return answer


def _every_fault(written: Written) -> Iterable[FieldFault]:
    for one in written.rows:
        for fault in one.errors:
            yield FieldFault(field=fault.field, reason=fault.reason, row=one.row, value=fault.value)
