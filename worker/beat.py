"""The beat by which a restored database is known: see gateway.messaging.restored.signs."""

from gateway.messaging.restored.holding import notice
from gateway.messaging.restored.signs import Remembered, beat, read_mark, remember, remembered
from worker.assembly import Assembly

BEAT_SECONDS = 5


def keep_beat(assembly: Assembly) -> None:
    """Looks for signs of a restore, then beats, in the database first."""
    known = _remembered(assembly)
    with assembly.database.writing() as connection:
        now = assembly.clock(connection)()
        notice(connection, now=now, known=known)
        mark = beat(connection, now, above=known.number if known is not None else 0)
    if mark is not None:
        remember(assembly.quick_redis, mark)


def notice_restore(assembly: Assembly) -> None:
    """Before anything is sent: what only Redis can tell."""
    known = _remembered(assembly)
    if known is None:
        return
    with assembly.database.writing() as connection:
        notice(connection, now=assembly.clock(connection)(), known=known)


def _remembered(assembly: Assembly) -> Remembered | None:
    with assembly.database.reading() as connection:
        mark = read_mark(connection)
    return remembered(assembly.quick_redis, mark.installation) if mark else None
