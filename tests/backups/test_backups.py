"""The whole database as one file, and back: on both engines, by PostgreSQL's own programs."""

import hashlib
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from sqlalchemy import insert, select, text
from uuid_utils.compat import uuid7

from gateway.backups.faults import BackupError
from gateway.backups.making import Kept, last_backup_at, make
from gateway.backups.restoring import Allowed, check_target, hold_restored, look, restore
from gateway.backups.tools import Tools
from gateway.core.restores import Sign
from gateway.messaging.restored.holding import newest_restore, notice
from gateway.messaging.restored.signs import Remembered, beat, read_mark, remember
from gateway.messaging.tables import backups, messages
from gateway.registry.database import Database
from gateway.registry.migrate import revisions, upgrade
from gateway.registry.tables import beneficiaries
from tests.backups.conftest import ALL, TOOLS, Copied
from tests.messaging.village import Village, draft, number, queue, states
from tests.pooler import pooled

Fresh = Callable[[str], str]
pytestmark = pytest.mark.long


def opened(url: str):
    return closing(_Closing(url))


class _Closing(Database):
    def close(self) -> None:
        self.dispose()


def numbers_in(url: str) -> list[str]:
    with opened(url) as database, database.reading() as connection:
        asked = select(beneficiaries.c.msisdn).order_by(beneficiaries.c.msisdn)
        return list(connection.execute(asked).scalars())


def put_back(url: str, file: Path, **allowed: bool) -> None:
    may = Allowed(**allowed)
    look(url, file, TOOLS)
    check_target(url, may)
    restore(url, file, may, TOOLS)


@pytest.fixture
def women(copied: Copied) -> list[str]:
    """Some people in the database to copy; their numbers."""
    with opened(copied.url) as database:
        Village(database).women(range(1, 4))
        queue(database, draft(1))
    return [number(one) for one in (1, 2, 3)]


def test_what_was_backed_up_is_restored(copied: Copied, fresh: Fresh, women):
    made, target = copied.backup(), fresh(copied.url)
    put_back(target, made.file)
    assert numbers_in(target) == women
    with opened(target) as database:
        assert states(database) == ["queued"]


def test_a_backup_is_its_owners_alone_with_a_checksum_and_nothing_half_beside_it(copied: Copied):
    made = copied.backup()
    beside = made.file.with_name(f"{made.file.name}.sha256")
    assert sorted(copied.folder.iterdir()) == [made.file, beside]
    assert {stat.S_IMODE(one.stat().st_mode) for one in (made.file, beside)} == {0o600}
    assert made.sha256 == hashlib.sha256(made.file.read_bytes()).hexdigest()
    assert beside.read_text() == f"{made.sha256}  {made.file.name}\n"
    assert made.octets == made.file.stat().st_size


def test_its_moment_is_known(copied: Copied):
    with opened(copied.url) as database:
        with database.reading() as connection:
            assert last_backup_at(connection) is None
        made = copied.backup()
        with database.reading() as connection:
            at = last_backup_at(connection)
    assert at is not None
    assert made.file.stem == f"gateway-{at:%Y%m%dT%H%M%SZ}"


@pytest.mark.parametrize(
    ("kept", "stay"), [(Kept(number=2), 1), (Kept(days=3), 2), (Kept(2, 30), 1), (ALL, 4)]
)
def test_old_ones_go_by_number_or_by_days_and_nothing_else_does(
    copied: Copied, kept: Kept, stay: int
):
    ending = "sqlite" if copied.url.startswith("sqlite") else "dump"
    now = datetime.now(UTC)
    for days in (1, 2, 5, 9):
        name = f"gateway-{now - timedelta(days=days):%Y%m%dT%H%M%SZ}.{ending}"
        (copied.folder / name).touch()
    for other in ("notes.txt", "before-the-move.dump", "gateway-of-june.dump"):
        (copied.folder / other).touch()
    made = copied.backup(kept=kept)
    left = {one.name for one in copied.folder.iterdir()}
    assert len([one for one in left if one.startswith("gateway-2")]) == stay + 2  # and a checksum
    assert {"notes.txt", "before-the-move.dump", "gateway-of-june.dump"} <= left
    assert len(made.removed) == 4 - stay


def test_a_file_that_is_there_is_not_written_over(copied: Copied, tmp_path: Path):
    there = tmp_path / "there.dump"
    there.write_text("mine")
    with pytest.raises(BackupError, match="is there already"):
        copied.backup(there)
    assert there.read_text() == "mine"


def test_a_folder_that_is_not_there_is_named(copied: Copied, tmp_path: Path):
    with pytest.raises(BackupError, match=f"the folder {tmp_path}/none is not there"):
        copied.backup(tmp_path / "none" / "a.dump")


def test_a_disk_that_is_too_full_is_said_before(copied: Copied):
    huge = {"at": datetime.now(UTC), "file": "x", "octets": 1 << 60, "sha256": ""}
    with opened(copied.url) as database, database.writing() as connection:
        connection.execute(insert(backups).values(id=uuid7(), **huge))
    with pytest.raises(BackupError, match=r"MB free, about .* MB are needed"):
        copied.backup()
    assert list(copied.folder.iterdir()) == []


def test_without_pg_dump_the_package_is_named(postgresql: Database, postgresql_url, tmp_path):
    with pytest.raises(
        BackupError, match=r"pg_dump is not in .*: install the package postgresql-c"
    ):
        make(postgresql, postgresql_url, tmp_path, ALL, tmp_path)


def test_what_is_there_is_not_replaced_unless_told(copied: Copied, women):
    with pytest.raises(BackupError, match="not empty: --replace"):
        check_target(copied.url, Allowed())


def test_instead_of_what_is_there(copied: Copied, fresh: Fresh, women):
    made, target = copied.backup(), fresh(copied.url)
    put_back(target, made.file)
    with opened(target) as database:
        Village(database, "ນາ", "Na").women([9])
    assert len(numbers_in(target)) == 4
    put_back(target, made.file, replace=True)
    assert numbers_in(target) == women


def test_a_database_in_use_is_left_alone_unless_told(copied: Copied, fresh: Fresh, women):
    made, target = copied.backup(), fresh(copied.url)
    with opened(target) as database:
        upgrade(target)
        with database.reading() as connection:
            connection.execute(select(messages.c.id)).all()
            with pytest.raises(BackupError, match="in use"):
                put_back(target, made.file, replace=True)
    put_back(target, made.file, replace=True)
    assert numbers_in(target) == women


def test_whoever_is_connected_is_cut_off_where_told(postgresql_url, fresh: Fresh, tmp_path):
    copied, target = Copied(postgresql_url, tmp_path), fresh(postgresql_url)
    made = copied.backup()
    upgrade(target)
    with psycopg.connect(target) as connection:
        connection.execute("SELECT id FROM messages").fetchall()
        put_back(target, made.file, replace=True, in_use=True)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT id FROM messages")
    assert numbers_in(target) == []


def test_a_file_that_was_changed_is_refused_by_its_checksum(copied: Copied, fresh: Fresh):
    made = copied.backup()
    content = bytearray(made.file.read_bytes())
    content[-1] ^= 1
    made.file.write_bytes(content)
    with pytest.raises(BackupError, match="its checksum is another one"):
        look(fresh(copied.url), made.file, TOOLS)


def test_half_a_file_changes_nothing(copied: Copied, fresh: Fresh, women, tmp_path: Path):
    whole = copied.backup().file.read_bytes()
    target, half = fresh(copied.url), tmp_path / "half"
    put_back(target, copied.folder / next(iter(sorted(copied.folder.iterdir()))).name)
    half.write_bytes(whole[: len(whole) * 3 // 4])
    with pytest.raises(BackupError):
        put_back(target, half, replace=True)
    assert numbers_in(target) == women


@pytest.mark.parametrize("content", [b"", b"no backup", b"PGDMP"])
def test_what_is_no_backup_is_refused(copied: Copied, fresh: Fresh, tmp_path, content: bytes):
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(BackupError):
        look(fresh(copied.url), file, TOOLS)


def test_a_backup_of_a_newer_release_is_refused(copied: Copied, fresh: Fresh):
    newer = Copied(fresh(copied.url), copied.folder)
    upgrade(newer.url)
    with opened(newer.url) as database, database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made = newer.backup()
    with pytest.raises(BackupError, match=f"is 9999, this release ends at {revisions()[-1]}"):
        look(fresh(copied.url), made.file, TOOLS)


def test_an_older_backup_is_brought_to_this_release(copied: Copied, fresh: Fresh, tmp_path: Path):
    old, target = fresh(copied.url), fresh(copied.url)
    upgrade(old, "0032")
    file = tmp_path / "old"
    if old.startswith("sqlite"):
        file = Path(old.removeprefix("sqlite:///"))
    else:
        Tools(old, TOOLS).run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={old}")
    assert look(target, file, TOOLS).revision == "0032"
    put_back(target, file)
    with opened(target) as database, database.reading() as connection:
        assert newest_restore(connection) is None
        version = connection.execute(text("SELECT version_num FROM alembic_version"))
        assert version.scalar_one() == revisions()[-1]


def test_a_restored_database_knows_from_when_to_when_it_knows_nothing_and_holds_once(
    copied: Copied, fresh: Fresh, redis_client: Redis
):
    dumped, died = datetime(2026, 11, 27, 1, tzinfo=UTC), datetime(2026, 11, 27, 9, tzinfo=UTC)
    with opened(copied.url) as database:
        with database.writing() as connection:
            beat(connection, dumped)
        made, target = copied.backup(), fresh(copied.url)
        with database.writing() as connection:
            mark = beat(connection, died)
            assert mark is not None
        remember(redis_client, mark)
    put_back(target, made.file)
    with opened(target) as database:
        restored = hold_restored(database, redis_client, made.file)
        assert (restored.sign, restored.dump_at, restored.last_at) == (Sign.COMMAND, dumped, died)
        with database.writing() as connection:
            known = Remembered(mark.number, died)
            assert notice(connection, now=datetime.now(UTC), known=known) == restored
            now = read_mark(connection)
    assert now is not None
    assert now.number == mark.number + 1


def test_loaded_by_hand_it_is_known_as_a_copy(postgresql_url, fresh: Fresh, tmp_path):
    with opened(postgresql_url) as database, database.writing() as connection:
        beat(connection, datetime.now(UTC))
    made = Copied(postgresql_url, tmp_path).backup()
    target = fresh(postgresql_url)
    conninfo = Tools(target, TOOLS).conninfo
    Tools(target, TOOLS).run("pg_restore", f"--dbname={conninfo}", str(made.file))
    with opened(target) as database, database.writing() as connection:
        restored = notice(connection, now=datetime.now(UTC))
    assert restored is not None
    assert restored.sign is Sign.COPIED


def test_behind_a_pooler_nothing_is_dumped_and_nothing_restored(
    postgresql: Database, tmp_path: Path
):
    """What pg_dump sets would be left on connections that callers are served by next."""
    direct = postgresql.engine.url.set(drivername="postgresql").render_as_string(False)
    with (
        pooled(direct, tmp_path) as url,
        opened(url) as database,
    ):
        with pytest.raises(BackupError, match="DATABASE_DIRECT_URL"):
            make(database, url, tmp_path / "one.dump", Kept(), TOOLS)
        with pytest.raises(BackupError, match="DATABASE_DIRECT_URL"):
            check_target(url, Allowed(replace=True, in_use=True))
    assert not list(tmp_path.glob("*.dump"))
