"""What people are found by, made anew of their names: in small steps, a transaction each.

For rows whose key was made by the rules of another release: `gateway.core.names` says how it is
made now. Whoever dies in between leaves what was done; the next run goes over all of them again.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, select, update

from gateway.core.names import name_key
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries

_AT_ONCE = 500  # rows that are locked for one step at most
_people = beneficiaries.c


def refill_name_keys(database: Database) -> Iterator[int]:
    """Yields after each step how many keys were other ones; nobody's is made who was erased."""
    last = ""
    while True:
        with database.writing() as connection:
            seen, changed = _step(connection, last)
        yield changed
        if seen is None:
            return
        last = seen


def _step(connection: Connection, last: str) -> tuple[str | None, int]:
    """The last registration number that was looked at, None at the end; how many were changed."""
    rows = connection.execute(
        select(_people.id, _people.registration_no, _people.name, _people.name_latin,
               _people.name_key)
        .where(_people.registration_no > last, _people.erased_at.is_(None))
        .order_by(_people.registration_no)
        .limit(_AT_ONCE)
    ).all()  # fmt: skip
    keys = {row.id: name_key(row.name, row.name_latin) for row in rows}
    changed = [
        {"whose": row.id, "named": row.name, "latin": row.name_latin, "key": keys[row.id]}
        for row in rows
        if row.name_key != keys[row.id]
    ]
    if changed:
        # A name that somebody has corrected meanwhile has its key already.
        same = (_people.name == bindparam("named")) & (_people.name_latin == bindparam("latin"))
        mine = update(beneficiaries).where(_people.id == bindparam("whose"), same)
        connection.execute(mine.values(name_key=bindparam("key")), changed)
    return (rows[-1].registration_no if rows else None), len(changed)
