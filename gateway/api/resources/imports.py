"""Files of a kind: uploaded, checked by a worker as staff's are, and brought in when confirmed."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select

from gateway.api.cursors import Limit, cursor_of, position_of
from gateway.api.keys import Resource
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.core.texts import _
from gateway.messaging.wakeups import Wakeups
from gateway.registry.deadlines import Patience, more_time
from gateway.registry.imports.decisions import Decisions
from gateway.staff.audit import record
from gateway.uploads import store
from gateway.uploads.deciding import stored
from gateway.uploads.plans import KINDS, Kind
from gateway.uploads.tables import import_lines, imports

TOO_LATE = _("This is too late: the file is not waiting for it any more.")
FILES = (
    "text/csv",
    "application/x-ndjson",
    "application/json",  # one object is a file of one row
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
)
RULES = (
    "A CSV, XLSX or NDJSON file (an object a line) of up to 200 MB, with the columns of the "
    "import file. A worker checks it; nothing is written before it is confirmed."
)
_TOLD = ("fault", "warning", "kept", "place")


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """How far a file is. `state`: checking, ready (to be confirmed), importing, done, faulty,
    cancelled, failed, undoing, undone. `unconfirmed`: places that would be new, and that nobody
    has confirmed."""

    id: UUID
    kind: str
    state: str
    rows_read: int
    rows_expected: int | None
    new: int
    changed: int
    unchanged: int
    kept: int
    faults: int
    unconfirmed: int
    created_at: datetime
    updated_at: datetime


class ImportLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found in a `line` of a file: a fault or a warning with its reason, a row of which
    fields are kept, or a place that is new. Numbers in `value` are masked."""

    kind: str  # fault, warning, kept, place
    line: int
    field: str
    reason: str = ""
    value: str = ""
    registration_no: str = ""


class ImportLines(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is the `after` of the next page; None: that was the last."""

    items: list[ImportLine]
    next: str | None


class LinesQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    after: str | None = None
    limit: Limit = 100


class Confirmation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`new_places`: every place that is new is new indeed. Where that is said of a file with
    unconfirmed places it is checked once more, and then confirmed again."""

    new_places: bool = False


def _upload(kind: Kind, call: Call) -> Answer:
    wanted = store.Upload(
        kind=kind,
        file_name=f"{kind} ({call.key.name})",
        district_id=call.key.district_id,
        staff_id=None,
        who=call.actor.name,
    )
    with more_time(Patience.upload), call.database.writing() as connection:
        import_id = store.keep(connection, wanted, call.body, now=call.now)
        _record(call, connection, "import.upload", import_id)
        answer = _answer(connection, import_id, status=202)
        call.remember(connection, answer)
    _wake(call, import_id)
    return answer


def _get(kind: Kind, call: Call) -> Answer:
    with call.database.reading() as connection:
        row = _one(call, connection, kind)
    return Answer(body=_told(row))


def _lines(kind: Kind, call: Call) -> Answer:
    query: LinesQuery = call.query
    with call.database.reading() as connection:
        row = _one(call, connection, kind)
        wanted = select(import_lines).where(
            import_lines.c.import_id == row.id, import_lines.c.kind.in_(_TOLD)
        )
        if query.after is not None:
            wanted = wanted.where(import_lines.c.number > position_of(query.after, int))
        ordered = wanted.order_by(import_lines.c.number).limit(query.limit + 1)
        rows = connection.execute(ordered).all()
    after = cursor_of(rows[query.limit - 1].number) if len(rows) > query.limit else None
    items = [_line(call, one) for one in rows[: query.limit]]
    return Answer(body=ImportLines(items=items, next=after))


def _confirm(kind: Kind, call: Call) -> Answer:
    """A test key's file is dropped, and answered as if it were brought in."""
    with call.database.writing() as connection:
        row = _one(call, connection, kind)
        moved, state = _moved(call, connection, row)
        if not moved:
            raise ProblemError("conflict", TOO_LATE)
        _record(call, connection, "import.confirm", row.id)
        body = msgspec.structs.replace(_told(_one(call, connection, kind)), state=state)
        answer = Answer(body=body, status=202)
        call.remember(connection, answer)
    _wake(call, row.id)
    return answer


def _moved(call: Call, connection: Connection, row: Row[Any]) -> tuple[bool, str]:
    """(whether it goes on, as what)"""
    if row.unconfirmed and call.body.new_places:
        decided = stored(Decisions(every_new=True))
        return store.check_again(connection, row.id, decided, now=call.now), "checking"
    if call.key.kind == "test":
        waits = row.state == "ready" and not row.unconfirmed
        return waits and store.cancel(connection, row.id, now=call.now), "importing"
    return store.confirm(connection, row.id, now=call.now), "importing"


def _cancel(kind: Kind, call: Call) -> Answer:
    with call.database.writing() as connection:
        row = _one(call, connection, kind)
        if not store.cancel(connection, row.id, now=call.now):
            raise ProblemError("conflict", TOO_LATE)
        _record(call, connection, "import.cancel", row.id)
        answer = _answer(connection, row.id, status=200)
        call.remember(connection, answer)
    return answer


def _one(call: Call, connection: Connection, kind: Kind) -> Row[Any]:
    """Of this kind and of the key's district. Raises ProblemError."""
    try:
        import_id = UUID(call.path["import_id"])
    except ValueError:
        raise ProblemError("not_found") from None
    mine = (imports.c.id == import_id, imports.c.kind == kind, *call.within(imports))
    row = connection.execute(select(imports).where(*mine)).one_or_none()
    if row is None:
        raise ProblemError("not_found")
    return row


def _answer(connection: Connection, import_id: UUID, *, status: int) -> Answer:
    row = connection.execute(select(imports).where(imports.c.id == import_id)).one()
    return Answer(body=_told(row), status=status)


def _told(row: Row[Any]) -> Import:
    values = row._asdict()
    return Import(**{name: values[name] for name in Import.__struct_fields__})


def _line(call: Call, row: Row[Any]) -> ImportLine:
    params = row.params
    return ImportLine(
        kind=row.kind,
        line=row.line,
        field=row.column,
        reason=call.gettext(row.reason) % params if row.reason else "",
        value=str(params.get("value") or params.get("name") or ""),
        registration_no=str(params.get("registration_no") or ""),
    )


def _record(call: Call, connection: Connection, action: str, import_id: UUID) -> None:
    record(
        connection,
        call.actor,
        action,
        now=call.now,
        kind="import",
        object_id=import_id,
        district_id=call.key.district_id,
    )


def _wake(call: Call, import_id: UUID) -> None:
    Wakeups(call.dependencies.redis).run_import(import_id)


def _operations(kind: Kind) -> Iterator[Operation]:
    """Of files of a kind: they need the write scope of what they hold."""
    resource: Resource = "payments" if kind == "payment_results" else kind
    path, of = f"/imports/{kind}", "".join(part.title() for part in kind.split("_"))

    def handled(handle: Callable[[Kind, Call], Answer]) -> Callable[[Call], Answer]:
        return partial(handle, kind)

    yield Operation(
        name=f"upload{of}", method="POST", path=path, handle=handled(_upload),
        scope=(resource, "write"), summary="A file to be checked", description=RULES,
        files=FILES, gives=Import, status=202,
    )  # fmt: skip
    yield Operation(
        name=f"getImportOf{of}", method="GET", path=f"{path}/{{import_id}}", handle=handled(_get),
        scope=(resource, "write"), summary="How far a file is", gives=Import,
    )  # fmt: skip
    yield Operation(
        name=f"listLinesOf{of}", method="GET", path=f"{path}/{{import_id}}/lines",
        handle=handled(_lines), scope=(resource, "write"), summary="What was found in a file",
        query=LinesQuery, gives=ImportLines, problems=("bad_request",),
    )  # fmt: skip
    yield Operation(
        name=f"confirmImportOf{of}", method="POST", path=f"{path}/{{import_id}}/confirm",
        handle=handled(_confirm), scope=(resource, "write"), takes=Confirmation, gives=Import,
        summary="A file that was found right is brought in", status=202,
    )  # fmt: skip
    yield Operation(
        name=f"cancelImportOf{of}", method="POST", path=f"{path}/{{import_id}}/cancel",
        handle=handled(_cancel), scope=(resource, "write"), gives=Import,
        summary="A file that is not brought in",
    )  # fmt: skip


OPERATIONS = tuple(one for kind in KINDS for one in _operations(kind))
