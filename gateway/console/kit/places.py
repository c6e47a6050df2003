"""Places as pages read and offer them: their Lao and Latin names side by side."""

from typing import Any

from sqlalchemy import Connection, Label, Select, Table

from gateway.console.kit.filters import place
from gateway.registry.tables import districts, health_centres, pay_points, villages

PLACES: dict[str, Table] = {
    "district": districts,
    "village": villages,
    "health_centre": health_centres,
    "pay_point": pay_points,
}


def name_columns(**tables: Table) -> list[Label[Any]]:
    """Of `district=districts` the columns `district` and `district_latin`: see `filters.place`."""
    return [
        column.label(f"{name}{letters}")
        for name, table in tables.items()
        for column, letters in ((table.c.name, ""), (table.c.name_latin, "_latin"))
    ]


def names_of(connection: Connection, statement: Select[Any]) -> dict[str, str]:
    """{id: name in the reader's letters} of the places that `statement` selects, in its order."""
    return {str(row.id): place(row) for row in connection.execute(statement)}
