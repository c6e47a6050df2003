"""Uploaded files in the database, and the way they go.

    checking -> ready -> importing -> done
    ready -> checking (somebody has decided something)
        |                    |-> faulty (the registry changed since the check)
        |-> faulty
    checking, ready, importing -> cancelled
    checking, importing -> failed (it broke off every time)
    done -> undoing -> undone
               |-> done (it broke off every time)

The file itself, with PINs as they were typed, is there while it is checked, and no longer: what
waits for a decision are its rows, with PINs hashed.

A row says what is to be done; a job in Redis only that there is something. A worker holds a lease
while it works: one that died is followed by another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any, BinaryIO
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, case, delete, insert, or_, select, update
from uuid_utils.compat import uuid7

from gateway.registry.imports.report import ImportReport
from gateway.registry.imports.staging import Made
from gateway.uploads.found import OF_NOBODY, write_found
from gateway.uploads.tables import import_changes, import_lines, import_pieces, imports

A_PIECE = 1024 * 1024  # bytes
IN_WORK = ("checking", "importing", "undoing")
_STOPPABLE = ("ready", "checking", "importing")
FIRST_LEASE = timedelta(minutes=3)
KEPT_FOR = timedelta(days=7)  # the rows of a file that nobody confirms
UNCHECKED_FOR = timedelta(days=1)  # a file that no worker looks at
LINES_KEPT_FOR = timedelta(days=90)  # what a check found of people
MOST_ATTEMPTS = 3
_ZIP = b"PK"

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Who brings which file; `district_id` is the only district it may touch, None for any.
    `staff_id` None: a system by its key."""

    kind: str
    file_name: str
    district_id: int | None
    staff_id: UUID | None
    who: str


@dataclass(frozen=True)
class Merge:
    """What its rows have as `updated_at`, and the ids of the places that it made."""

    at: datetime
    made: Made


def keep(connection: Connection, upload: Upload, stream: BinaryIO, *, now: datetime) -> UUID:
    """Stores the file piece by piece, to be checked; returns the id of the import."""
    import_id = uuid7()
    zeros = dict.fromkeys(("rows_read", "new", "changed", "unchanged", "kept", "faults"), 0)
    connection.execute(
        insert(imports).values(
            id=import_id,
            kind=upload.kind,
            file_name=upload.file_name[-120:],
            size=0,
            state="checking",
            district_id=upload.district_id,
            staff_id=upload.staff_id,
            who=upload.who,
            attempts=0,
            created_at=now,
            updated_at=now,
            **zeros,
        )
    )
    size, lines, packed = _write_pieces(connection, import_id, stream)
    known = None if packed else max(lines - 1, 0)
    connection.execute(
        update(imports).where(imports.c.id == import_id).values(size=size, rows_expected=known)
    )
    return import_id


def _write_pieces(
    connection: Connection, import_id: UUID, stream: BinaryIO | IO[bytes]
) -> tuple[int, int, bool]:
    """(bytes, lines, whether it is an archive)"""
    size = lines = number = 0
    packed = False
    while piece := stream.read(A_PIECE):
        packed = packed or (number == 0 and piece.startswith(_ZIP))
        size += len(piece)
        lines += piece.count(b"\n")
        values = {"import_id": import_id, "number": number, "content": piece}
        connection.execute(insert(import_pieces), [values])
        number += 1
    return size, lines, packed


def fetch(connection: Connection, import_id: UUID, file: IO[bytes]) -> None:
    """Writes the upload to `file`; one piece at a time is in memory."""
    pieces = select(import_pieces.c.number).where(import_pieces.c.import_id == import_id)
    numbers = connection.execute(pieces.order_by(import_pieces.c.number)).scalars().all()
    for number in numbers:
        file.write(
            connection.execute(
                select(import_pieces.c.content).where(
                    import_pieces.c.import_id == import_id, import_pieces.c.number == number
                )
            ).scalar_one()
        )


def forget(connection: Connection, import_id: UUID) -> None:
    """Drops the file; what is known about it stays."""
    connection.execute(delete(import_pieces).where(import_pieces.c.import_id == import_id))


def replace(connection: Connection, import_id: UUID, file: IO[bytes]) -> None:
    """The upload goes; `file`, the rows that were checked, is there instead of it."""
    forget(connection, import_id)
    file.seek(0)
    _write_pieces(connection, import_id, file)
    connection.execute(update(imports).where(imports.c.id == import_id).values(checked=True))


def forget_old(connection: Connection, *, now: datetime, retention_days: int = 0) -> None:
    """Cancels what was checked and never confirmed; what was found in old files goes, and after
    `retention_days` (0: never) what imports changed row by row. Counts and places stay."""
    old = (imports.c.state == "ready") & (imports.c.updated_at < now - KEPT_FOR)
    for import_id in connection.execute(select(imports.c.id).where(old)).scalars().all():
        cancel(connection, import_id, now=now)
    give_up(connection, now=now)
    long_ago = select(imports.c.id).where(imports.c.updated_at < now - LINES_KEPT_FOR)
    connection.execute(
        delete(import_lines).where(
            import_lines.c.import_id.in_(long_ago), import_lines.c.kind.not_in(OF_NOBODY)
        )
    )
    if retention_days:
        before = now - timedelta(days=retention_days)
        merged = select(imports.c.id).where(imports.c.merged_at < before)
        connection.execute(delete(import_changes).where(import_changes.c.import_id.in_(merged)))


def give_up(connection: Connection, *, now: datetime) -> None:
    """Fails what every worker died of, and what none has looked at; the file goes."""
    alone = or_(imports.c.lease_until_at.is_(None), imports.c.lease_until_at < now)
    hopeless = or_(
        imports.c.attempts >= MOST_ATTEMPTS,
        (imports.c.state == "checking") & (imports.c.created_at < now - UNCHECKED_FOR),
    )
    after = case((imports.c.state == "undoing", "done"), else_="failed")
    gone = connection.execute(
        update(imports)
        .where(imports.c.state.in_(IN_WORK), alone, hopeless)
        .values(state=after, claim_id=None, lease_until_at=None, updated_at=now)
        .returning(imports.c.id)
    )
    for import_id in gone.scalars().all():
        forget(connection, import_id)


def confirm(connection: Connection, import_id: UUID, *, now: datetime) -> bool:
    """Has it imported; False where it is not waiting for that any more, or has new places that
    nobody has confirmed."""
    waits = select(imports.c.id).where(imports.c.id == import_id, imports.c.unconfirmed == 0)
    if connection.execute(waits).first() is None:
        return False
    values = {"state": "importing", "rows_read": 0, "attempts": 0}
    return _move(connection, import_id, ("ready",), values, now)


def check_again(
    connection: Connection, import_id: UUID, decisions: dict[str, Any], *, now: datetime
) -> bool:
    """Has its rows checked once more, under new decisions; False where it does not wait."""
    values = {"state": "checking", "rows_read": 0, "attempts": 0, "decisions": decisions}
    return _move(connection, import_id, ("ready",), values, now)


def undo(connection: Connection, import_id: UUID, *, now: datetime) -> bool:
    """Has it taken back; False where it is not imported, or its changes are not known any more."""
    values = {"state": "undoing", "attempts": 0}
    known = select(import_changes.c.line).where(import_changes.c.import_id == import_id)
    if connection.execute(known.limit(1)).first() is None:
        return False
    return _move(connection, import_id, ("done",), values, now)


def cancel(connection: Connection, import_id: UUID, *, now: datetime) -> bool:
    """Drops a file that is not imported yet, whatever is being done with it: whoever works on it
    has no claim any more. False where that is too late."""
    values = {"state": "cancelled", "claim_id": None, "lease_until_at": None}
    moved = _move(connection, import_id, _STOPPABLE, values, now)
    if moved:
        forget(connection, import_id)
    return moved


def _move(
    connection: Connection,
    import_id: UUID,
    states: Iterable[str],
    values: dict[str, Any],
    now: datetime,
) -> bool:
    found = connection.execute(
        update(imports)
        .where(imports.c.id == import_id, imports.c.state.in_(states))
        .values(updated_at=now, **values)
    )
    return found.rowcount > 0


def next_waiting(connection: Connection, *, now: datetime) -> UUID | None:
    """The oldest that nobody works on; None while any is worked on: one at a time, so that
    reminders keep their workers."""
    if connection.execute(select(imports.c.id).where(_worked_on(now)).limit(1)).first():
        return None
    waiting = select(imports.c.id).where(imports.c.state.in_(IN_WORK))
    return connection.execute(waiting.order_by(imports.c.updated_at).limit(1)).scalars().first()


def claim(connection: Connection, import_id: UUID, *, now: datetime) -> AnyRow | None:
    """The row with a claim of one's own; None where there is nothing to do, or not yet."""
    other = imports.alias("other")
    busy = select(other.c.id).where(other.c.state.in_(IN_WORK), other.c.lease_until_at >= now)
    return connection.execute(
        update(imports)
        .where(
            imports.c.id == import_id,
            imports.c.state.in_(IN_WORK),
            or_(imports.c.lease_until_at.is_(None), imports.c.lease_until_at < now),
            ~busy.exists(),
        )
        .values(
            claim_id=uuid7(),
            lease_until_at=now + FIRST_LEASE,
            attempts=imports.c.attempts + 1,
            updated_at=now,
        )
        .returning(imports)
    ).one_or_none()


def _worked_on(now: datetime) -> ColumnElement[bool]:
    return imports.c.state.in_(IN_WORK) & (imports.c.lease_until_at >= now)


def settle_undone(
    connection: Connection, claimed: AnyRow, taken_back: int, left: int, *, now: datetime
) -> bool:
    """How many rows were taken back, how many stay; False where another worker has taken over."""
    mine = connection.execute(
        update(imports)
        .where(imports.c.id == claimed.id, imports.c.claim_id == claimed.claim_id)
        .values(
            state="undone",
            taken_back=taken_back,
            left=left,
            claim_id=None,
            lease_until_at=None,
            updated_at=now,
        )
    )
    return mine.rowcount > 0


def settle(
    connection: Connection,
    claimed: AnyRow,
    state: str,
    report: ImportReport,
    *,
    now: datetime,
    merge: Merge | None = None,
) -> bool:
    """Writes down what came of it; False where another worker has taken over."""
    rows = report.new + report.changed + report.unchanged
    mine = connection.execute(
        update(imports)
        .where(imports.c.id == claimed.id, imports.c.claim_id == claimed.claim_id)
        .values(
            state=state,
            rows_expected=rows or claimed.rows_expected,
            new=report.new,
            changed=report.changed,
            unchanged=report.unchanged,
            kept=len(report.kept),
            faults=len(report.errors),
            unconfirmed=sum(not place.confirmed for place in report.places),
            merged_at=merge.at if merge else None,
            attempts=0 if state == "done" else claimed.attempts,
            claim_id=None,
            lease_until_at=None,
            updated_at=now,
        )
    )
    if not mine.rowcount:
        return False
    write_found(connection, claimed.id, report, merge.made if merge else {})
    if state != "ready":
        forget(connection, claimed.id)
    return True
