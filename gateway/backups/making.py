"""A backup becomes a file that is whole, readable by its owner alone, and known to the database."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, insert, make_url, select
from uuid_utils.compat import uuid7

from gateway.backups import postgresql, sqlite
from gateway.backups.faults import BackupError
from gateway.backups.tools import Tools
from gateway.messaging.tables import backups
from gateway.registry.clock import database_now
from gateway.registry.database import Database

_ENDS = (".dump", ".sqlite")
_PATTERN = "gateway-*T*Z"
_STEP = 1 << 20
# A dump is compressed; the first one is guessed at by what lies on the disk.
_SHARE_OF_DATABASE = 0.5
_GROWTH = 1.3


@dataclass(frozen=True)
class Kept:
    """Which old backups of a folder stay: the newest `number`, those of the last `days`."""

    number: int | None = None
    days: int | None = None


@dataclass(frozen=True)
class Made:
    file: Path
    octets: int
    sha256: str
    removed: tuple[Path, ...]


def last_backup_at(connection: Connection) -> datetime | None:
    """The moment that the newest backup holds; None where none was ever made."""
    at: datetime | None = connection.execute(select(func.max(backups.c.at))).scalar_one()
    return at


def make(database: Database, url: str, to: Path, kept: Kept, tools_in: Path | None = None) -> Made:
    """Writes a backup to the file `to`, or into the folder under a name made of its moment.

    It has another name until it is whole. Raises BackupError; then there is no file.
    """
    if path_of(url) is None:
        postgresql.check_unpooled(url)
    with database.reading() as connection:
        now = database_now(connection)
        before = connection.execute(select(backups.c.octets).order_by(backups.c.at.desc())).first()
    file = _named(to, url, now)
    _check_room(file.parent, url, before.octets if before else None)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")  # two may be made at once
    mask = os.umask(0o077)
    try:
        part.unlink(missing_ok=True)
        _write(url, part, tools_in)
        digest = _digest(part)
        _kept_on_disk(part)
        file.with_name(f"{file.name}.sha256").write_text(f"{digest}  {file.name}\n")
        part.rename(file)
        _kept_on_disk(file.parent)
    finally:
        os.umask(mask)
        part.unlink(missing_ok=True)
    made = Made(file, file.stat().st_size, digest, tuple(_forget(file, kept, now)))
    _record(database, made, now)
    return made


def check_sum(file: Path) -> bool:
    """Whether a checksum lies beside it. Raises BackupError where it is another one."""
    beside = file.with_name(f"{file.name}.sha256")
    if not beside.exists():
        return False
    if beside.read_text().split()[:1] != [_digest(file)]:
        raise BackupError(f"{file.name} is not as it was written: its checksum is another one.")
    return True


def path_of(url: str) -> Path | None:
    """The file of a SQLite database; None: PostgreSQL."""
    parsed = url.startswith("sqlite") and make_url(url).database
    return Path(parsed) if parsed else None


def _named(to: Path, url: str, now: datetime) -> Path:
    if not to.is_dir():
        if to.exists():
            raise BackupError(f"{to} is there already.")
        if not to.parent.is_dir():
            raise BackupError(f"the folder {to.parent} is not there.")
        return to
    moment = now.astimezone(UTC)
    return to / f"gateway-{moment:%Y%m%dT%H%M%SZ}{_ENDS[path_of(url) is not None]}"


def _check_room(folder: Path, url: str, before: int | None) -> None:
    path = path_of(url)
    if before is not None:
        needed = int(before * _GROWTH)
    elif path is None:
        needed = int(postgresql.size(url) * _SHARE_OF_DATABASE)
    else:
        needed = path.stat().st_size if path.exists() else 0
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"{folder} has {free // _STEP} MB free, about {needed // _STEP} MB are needed."
        )


def _write(url: str, part: Path, tools_in: Path | None) -> None:
    path = path_of(url)
    if path is None:
        postgresql.dump(Tools(url, tools_in), part)
    else:
        sqlite.dump(path, part)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _kept_on_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget(newest: Path, kept: Kept, now: datetime) -> list[Path]:
    """Old ones beside it that are named by their moment; nothing that others put there."""
    found = sorted(
        (one for end in _ENDS for one in newest.parent.glob(_PATTERN + end) if one != newest),
        key=lambda one: one.name, reverse=True,
    )  # fmt: skip
    old = []
    for place, one in enumerate(found, 2):
        too_many = kept.number is not None and place > kept.number
        too_old = kept.days is not None and _moment_of(one) < now - timedelta(days=kept.days)
        if too_many or too_old:
            one.unlink()
            one.with_name(f"{one.name}.sha256").unlink(missing_ok=True)
            old.append(one)
    return old


def _moment_of(file: Path) -> datetime:
    try:
        return datetime.strptime(file.stem, "gateway-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _record(database: Database, made: Made, now: datetime) -> None:
    with database.writing() as connection:
        connection.execute(
            insert(backups).values(
                id=uuid7(), at=now, file=made.file.name[:200], octets=made.octets,
                sha256=made.sha256,
            )
        )  # fmt: skip
