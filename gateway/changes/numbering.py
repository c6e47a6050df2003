"""Gives what was learnt its place in the feed, after it was committed.

A sequence would not do. Two transactions take 7 and 8 from it, 8 commits first, a reader reads up
to 8 and asks for what follows: 7, committed a moment later, it never sees. So rows are written
without a position, and one step at a time, under the lock of the row of `change_positions` (on
SQLite there is one writer anyway), gives the next ones to all that it can see. A row that commits
later gets a later one, and whoever has read up to N has read everything up to N.

Whatever else is to be made of each change once is made by `hooks`, in the same transaction: after a
kill either both are there or neither is, and the next step does it again.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, func, select, update

from gateway.registry.bulk import insert_new
from gateway.registry.database import Database
from gateway.registry.learning import change_positions, changes

AT_ONCE = 5_000
_ONLY = 1

# Called with the first and the last position that were given, both included: rows of `changes`
# with a position between them are new, and the caller's transaction commits them with it.
Hook = Callable[[Connection, int, int], None]


def number_all(database: Database, hooks: Sequence[Hook], *, at_once: int = AT_ONCE) -> int:
    """Numbers everything that is committed by now, `at_once` rows a transaction; how many."""
    count = 0
    while True:
        if not _any_waits(database):
            return count
        with database.writing() as connection:
            numbered = number(connection, hooks, at_most=at_once)
        count += numbered
        if numbered < at_once:
            return count


def number(connection: Connection, hooks: Sequence[Hook], *, at_most: int = AT_ONCE) -> int:
    """One step, in the caller's writing transaction; how many rows."""
    last = _locked_last(connection)
    waiting = (
        select(changes.c.id, func.row_number().over(order_by=changes.c.id).label("nth"))
        .where(changes.c.position.is_(None))
        .order_by(changes.c.id)
        .limit(at_most)
        .subquery("waiting")
    )
    given = update(changes).where(changes.c.id == waiting.c.id)
    count = connection.execute(given.values(position=last + waiting.c.nth)).rowcount
    if not count:
        return 0
    connection.execute(update(change_positions).values(last=last + count))
    for hook in hooks:
        hook(connection, last + 1, last + count)
    return count


def last_position(connection: Connection) -> int:
    """The last one that was given; 0 before the first."""
    found: int | None = connection.execute(select(change_positions.c.last)).scalar_one_or_none()
    return found or 0


def _any_waits(database: Database) -> bool:
    with database.reading() as connection:
        waits = select(changes.c.id).where(changes.c.position.is_(None)).limit(1)
        return connection.execute(waits).first() is not None


def _locked_last(connection: Connection) -> int:
    insert_new(connection, change_positions, [{"id": _ONLY, "last": 0}])
    mine = select(change_positions.c.last).with_for_update()
    last: int = connection.execute(mine).scalar_one()
    return last
