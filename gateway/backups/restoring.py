"""A backup becomes the database again: checked, all or nothing, and known as a restored one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis

from gateway.backups import postgresql, sqlite
from gateway.backups.faults import BackupError
from gateway.backups.making import check_sum, path_of
from gateway.backups.tools import Tools
from gateway.core.restores import Sign
from gateway.messaging.restored.holding import Restore, hold
from gateway.messaging.restored.signs import beat, read_mark, remember, remembered
from gateway.registry.clock import database_now
from gateway.registry.database import Database
from gateway.registry.migrate import revisions, upgrade


@dataclass(frozen=True)
class Allowed:
    """What may be done to the database that is there: dropped, and taken from others."""

    replace: bool = False
    in_use: bool = False


@dataclass(frozen=True)
class Found:
    """What a file is, before anything is done: its migration, and whether a checksum vouches."""

    revision: str
    vouched: bool


def look(url: str, file: Path, tools_in: Path | None = None) -> Found:
    """Raises BackupError where it is no whole backup, or one of a newer release."""
    if not file.is_file():
        raise BackupError(f"{file} is not there.")
    vouched = check_sum(file)
    sqlite_path = path_of(url)
    if sqlite_path is None:
        revision = postgresql.revision_of(Tools(url, tools_in), file)
    else:
        revision = sqlite.revision_of(file)
    known = revisions()
    if revision not in known:
        raise BackupError(
            f"it is of a newer release: its migration is {revision}, this release ends at "
            f"{known[-1]}. Restore it with the release that made it, or a newer one."
        )
    return Found(revision, vouched)


def check_target(url: str, allowed: Allowed) -> None:
    """Raises BackupError where something is in the way that nobody has allowed to go."""
    path = path_of(url)
    if path is None:
        postgresql.check_unpooled(url)
    empty = postgresql.is_empty(url) if path is None else sqlite.is_empty(path)
    if not empty and not allowed.replace:
        raise BackupError("the database is not empty: --replace drops what is in it.")
    used = postgresql.others(url) if path is None else int(sqlite.is_in_use(path))
    if used and not allowed.in_use:
        raise BackupError(
            f"the database is in use ({used} connections): stop web, workers and scheduler on all "
            "machines, or say --in-use."
        )


def restore(
    url: str, file: Path, allowed: Allowed, tools_in: Path | None = None, *, prepared: bool = True
) -> None:
    """Loads it and brings it to this release. Raises BackupError, with all as it was."""
    path = path_of(url)
    if path is not None:
        sqlite.load(path, file)
    else:
        if allowed.in_use:
            postgresql.disconnect_others(url)
        postgresql.load(Tools(url, tools_in), file, drop=allowed.replace)
    upgrade(url, prepared=prepared)


def hold_restored(database: Database, client: "Redis", file: Path) -> Restore:
    """Says in the database that it is a restored one; from then on it is at work, and held.

    It was copied at its last beat, as far as it knows; without one, when the file was written.
    """
    written_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    with database.writing() as connection:
        now = database_now(connection)
        mark = read_mark(connection, lock=True)
        known = remembered(client, mark.installation) if mark else None
        ahead = mark is not None and known is not None and known.number > mark.number
        restored = hold(
            connection, Sign.COMMAND, now=now,
            dump_at=mark.at if mark else min(written_at, now),
            last_at=known.at if known is not None and ahead else None,
        )  # fmt: skip
        mark = beat(connection, now, above=known.number if known is not None else 0)
    if mark is not None:
        remember(client, mark)
    return restored
