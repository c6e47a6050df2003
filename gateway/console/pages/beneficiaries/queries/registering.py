"""Where somebody may be registered, and who is known there already."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, select

from gateway.console.kit.context import scope
from gateway.console.kit.filters import place
from gateway.console.kit.places import names_of
from gateway.console.pages.beneficiaries.queries.people import people
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import beneficiaries, districts


def districts_served(connection: Connection) -> dict[str, str]:
    """The reader's districts that are in use, {id: name}."""
    mine = scope(select(districts).where(districts.c.retired_at.is_(None)), districts)
    return names_of(connection, mine.order_by(districts.c.name_latin, districts.c.id))


def places_in(connection: Connection, district_id: int) -> dict[str, dict[str, str]]:
    """{column: {id: name}} of what is in use in a district and the reader may see."""
    found = {}
    for column, table in IN_DISTRICT.items():
        in_use = (table.c.district_id == district_id) & table.c.retired_at.is_(None)
        mine = scope(select(table).where(in_use), table)
        found[column] = names_of(connection, mine.order_by(table.c.name_latin, table.c.id))
    return found


def places_with_hers(
    connection: Connection, person: Any, district_id: int
) -> dict[str, dict[str, str]]:
    """The same, and in her own district those of hers that are retired."""
    found = places_in(connection, district_id)
    if person.district_id == district_id:
        for column in found:
            hers = str(getattr(person, f"{column}_id"))
            found[column].setdefault(hers, place(person, column))
    return found


def people_numbered(connection: Connection, numbers: Collection[str]) -> Sequence[Any]:
    """Those with one of these registration numbers whom the reader may see."""
    found = people().where(beneficiaries.c.registration_no.in_(numbers))
    return connection.execute(found.order_by(beneficiaries.c.registration_no)).all()
