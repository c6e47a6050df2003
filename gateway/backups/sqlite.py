"""The same for a file of SQLite, by SQLite itself: a copy of the file alone may be half a write."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.backups.faults import BackupError


def dump(database: Path, to: Path) -> None:
    """One consistent moment, while others write."""
    if not database.exists():
        raise BackupError(f"{database} is not there.")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))


def revision_of(file: Path) -> str:
    """The migration that it stands at. Raises BackupError where it is no sound copy of ours."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise BackupError(f"it is no backup of the gateway: {error}") from None
    if sound != "ok":
        raise BackupError(f"the file is damaged: {sound}")
    return str(revision)


def is_empty(database: Path) -> bool:
    if not database.exists():
        return True
    with closing(sqlite3.connect(database)) as connection:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return int(tables) == 0


def is_in_use(database: Path) -> bool:
    """Whether another process has it open."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database, timeout=1.0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
    return False


def load(database: Path, file: Path) -> None:
    """All of it in one transaction of SQLite's, or nothing."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(database)) as target,
    ):
        try:
            source.backup(target)
        except sqlite3.Error as error:
            raise BackupError(f"nothing was restored, all is as it was: {error}") from None
