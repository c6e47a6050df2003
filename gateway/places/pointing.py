"""What points at a place, found by the foreign keys of every table there is: a table that is added
later follows as well.

Beside them the filters of broadcasts name places, and figures their district.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Subquery,
    Table,
    delete,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

import gateway.messaging.tables
import gateway.paydays.tables
import gateway.staff.tables
import gateway.uploads.tables
import gateway.wordings.tables  # noqa: F401 - they join the metadata
from gateway.figures.tables import figures
from gateway.messaging.tables import broadcasts
from gateway.registry.bulk import Rows, values_table
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


def fold(connection: Connection, kind: str, table: Table, pairs: Pairs) -> None:
    """Has everything that named one row of a pair name the other, and removes the first."""
    if not pairs:
        return
    rows = [{"old": old, "new": new} for old, new in pairs.items()]
    for column in referring(table):
        _follow(connection, column, rows)
    _follow_audiences(connection, kind, pairs)
    connection.execute(delete(table).where(table.c.id.in_(pairs)))


def _follow(connection: Connection, column: Column[object], rows: Rows) -> None:
    changed = update(column.table)
    if len(rows) == 1:  # by an index, where there is one
        one = rows[0]
        connection.execute(changed.where(column == one["old"]).values({column.name: one["new"]}))
        return
    new = _pairs(connection, rows)
    connection.execute(changed.where(column == new.c.old).values({column.name: new.c.new}))


def _pairs(connection: Connection, rows: Rows) -> Subquery:
    kind = BigInteger().with_variant(Integer, "sqlite")
    return values_table(connection, rows, [Column("old", kind), Column("new", kind)])


def _follow_audiences(connection: Connection, kind: str, pairs: Pairs) -> None:
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
