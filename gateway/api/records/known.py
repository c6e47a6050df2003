"""One woman as an import file would write her: what a change of some fields is completed with."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, select

from gateway.registry.imports.comparing import written
from gateway.registry.numbers import number_now
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import beneficiaries, districts

_HERS = (
    "name", "msisdn", "locale", "status", "category", "edd", "child_dob", "consent_payment",
    "consent_health", "phone_owner", "helper_msisdn",
)  # fmt: skip
PLACES = ("province", "district", *IN_DISTRICT)


def texts_of(
    connection: Connection, registration_no: str, *mine: ColumnElement[bool]
) -> dict[str, str] | None:
    """{column: text} of whoever has the number, among the rows of `beneficiaries` for which `mine`
    holds; never a PIN. None where nobody has."""
    places = {name: table.c.name for name, table in IN_DISTRICT.items()}
    joined = beneficiaries.join(districts, districts.c.id == beneficiaries.c.district_id)
    for name, table in IN_DISTRICT.items():
        joined = joined.join(table, table.c.id == beneficiaries.c[f"{name}_id"])
    found = (
        select(
            *(beneficiaries.c[name] for name in _HERS),
            districts.c.province,
            districts.c.name.label("district"),
            *(column.label(name) for name, column in places.items()),
        )
        .select_from(joined)
        .where(beneficiaries.c.registration_no == number_now(connection, registration_no), *mine)
    )
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else {name: written(value) for name, value in row.items()}


def changed_row(
    hers: Mapping[str, str], given: Mapping[str, str]
) -> tuple[dict[str, str], frozenset[str]]:
    """(the row, the columns that it speaks of) for a change of the fields `given` alone.

    Whoever moves to another district moves to places that lie there: all of them are asked for.
    """
    names = frozenset(given) | {"registration_no"}
    if any(given.get(name, hers[name]) != hers[name] for name in ("province", "district")):
        names |= set(PLACES)
    stays = {name: text for name, text in hers.items() if name not in names}
    return {**stays, **given}, names
