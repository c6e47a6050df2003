"""What points at a place, found by the foreign keys of every table there is: a table that is added
later follows as well.

Beside them the filters of broadcasts name places; figures and what was learnt have a district.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Subquery,
    Table,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

import gateway.messaging.tables
import gateway.paydays.tables
import gateway.registry.dropped_payments
import gateway.staff.tables
import gateway.uploads.tables
import gateway.webhooks.tables
import gateway.wordings.tables  # noqa: F401 - they join the metadata
from gateway.figures.tables import figures
from gateway.messaging.tables import broadcasts
from gateway.places.records import is_in_district, table_of
from gateway.registry.bulk import values_table
from gateway.registry.learning import changes
from gateway.registry.places import IN_DISTRICT, Kind
from gateway.registry.tables import metadata, place_aliases

Pairs = Mapping[int, int]  # the id that goes, the id that stays


def referring(table: Table) -> Iterator[Column[object]]:
    """Every column that names a row of `table`, but those of aliases, which have their own way."""
    for other in metadata.tables.values():
        if other is place_aliases:
            continue
        for key in other.foreign_keys:
            if key.column.table is table:
                yield key.parent


def fold(connection: Connection, pairs_of: Mapping[Kind, Pairs]) -> None:
    """Has everything that named one row of a pair name the other, and removes the first, but for
    districts, of which aliases have more to say. A row that names several is written once: a
    district's people are by far the most of the work."""
    named: dict[Table, list[tuple[Column[object], Pairs]]] = {}
    for kind, pairs in pairs_of.items():
        for column in referring(table_of(kind)) if pairs else ():
            named.setdefault(column.table, []).append((column, pairs))
    within = {table: named.pop(table) for table in IN_DISTRICT.values() if table in named}
    for table, columns in named.items():
        _follow(connection, table, columns)
    for kind, pairs in pairs_of.items():
        _follow_audiences(connection, kind, pairs)
        if is_in_district(kind):
            remove(connection, kind, pairs)
    # Those that stay move only now: the ones they are the same as had their names.
    for table, columns in within.items():
        _follow(connection, table, columns)


def remove(connection: Connection, kind: Kind, pairs: Pairs) -> None:
    table = table_of(kind)
    if pairs:
        connection.execute(delete(table).where(table.c.id.in_(pairs)))


def _follow(
    connection: Connection, table: Table, named: Sequence[tuple[Column[object], Pairs]]
) -> None:
    changed = update(table)
    [(column, pairs), *more] = named
    if not more and len(pairs) == 1:  # by an index, where there is one
        ((old, new),) = pairs.items()
        connection.execute(changed.where(column == old).values({column.name: new}))
        return
    rows = _rows(connection, table, named)
    same = (table.c[key.name] == rows.c[key.name] for key in table.primary_key)
    values = {column.name: rows.c[f"new_{column.name}"] for column, _pairs in named}
    connection.execute(changed.where(*same).values(values))


def _rows(
    connection: Connection, table: Table, named: Sequence[tuple[Column[object], Pairs]]
) -> Subquery:
    """The keys of all rows that name an old one, and what each of their columns is to name."""
    before = table.alias("before")
    found: FromClause = before
    values: list[ColumnElement[object]] = []
    for column, pairs in named:
        now = before.c[column.name]
        moved = _values(connection, pairs).alias(f"of_{column.name}")
        found = found.outerjoin(moved, now == moved.c.old)
        values.append(func.coalesce(moved.c.new, now).label(f"new_{column.name}"))
    touched = or_(*(before.c[column.name].in_(list(pairs)) for column, pairs in named))
    keys = (before.c[key.name] for key in table.primary_key)
    return select(*keys, *values).select_from(found).where(touched).subquery("moved")


def _values(connection: Connection, pairs: Pairs) -> Subquery:
    kind = BigInteger().with_variant(Integer, "sqlite")
    rows = [{"old": old, "new": new} for old, new in pairs.items()]
    return values_table(connection, rows, [Column("old", kind), Column("new", kind)])


def _follow_audiences(connection: Connection, kind: Kind, pairs: Pairs) -> None:
    """What is not approved yet is to be counted again: it may be for more people now."""
    for row in connection.execute(select(broadcasts.c.id, broadcasts.c.audience)).all():
        chosen = row.audience.get(kind, ())
        if not any(one in pairs for one in chosen):
            continue
        followed = list(dict.fromkeys(pairs.get(one, one) for one in chosen))
        one = update(broadcasts).where(broadcasts.c.id == row.id)
        connection.execute(one.values(audience={**row.audience, kind: followed}))
        open_ones = broadcasts.c.state.in_(("draft", "submitted"))
        again = {"preview": null(), "revision": broadcasts.c.revision + 1}
        connection.execute(one.where(open_ones).values(**again))


def follow_changes(connection: Connection, old: int, new: int) -> None:
    """What was learnt in the district `old` is for whoever may read of `new`."""
    there = update(changes).where(changes.c.district_id == old)
    connection.execute(there.values(district_id=new))


def follow_figures(connection: Connection, old: int, new: int) -> None:
    """Counts of the district `old` are added to those of `new`."""
    district = literal(new, figures.c.district_id.type)
    _add(connection, figures.c.district_id == old, district, figures.c.kind)


def follow_village_figures(connection: Connection, old: int, new: int) -> None:
    """Counts of the village `old`, whose kinds begin with its id, are added to those of `new`."""
    kind = literal(str(new)).concat(func.substr(figures.c.kind, len(str(old)) + 1))
    _add(connection, figures.c.kind.startswith(f"{old}:"), figures.c.district_id, kind)


def _add(
    connection: Connection,
    which: ColumnElement[bool],
    district: ColumnElement[int],
    kind: ColumnElement[str],
) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    columns = (figures.c.topic, figures.c.period_on, district, kind, figures.c.count)
    names = ["topic", "period_on", "district_id", "kind", "count"]
    insert = dialect.insert(figures).from_select(names, select(*columns).where(which))
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=list(figures.primary_key.columns),
            set_={"count": figures.c.count + insert.excluded.count},
        )
    )
    connection.execute(delete(figures).where(which))
