"""All that is held of one person, as plain values: for her on paper, for a system as JSON."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from gateway.own_data.holding import Holding
from gateway.own_data.holdings import HOLDINGS
from gateway.own_data.whose import Whose
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import beneficiaries, districts

FORMAT = "mecg-person-data/1"
Rows = list[dict[str, Any]]


def collect(connection: Connection, whose: Whose, *, now: datetime) -> dict[str, Any]:
    """{"format", "made_at", "phone_is_shared", "places", "held": {table: [row]}}.

    Rows have the columns that `Holding.taken` names; moments are ISO 8601 in UTC, days YYYY-MM-DD.
    What came from a phone that she shares is not in it: it may be somebody else's.
    """
    return {
        "format": FORMAT,
        "made_at": _plain(now),
        "phone_is_shared": whose.shares,
        "places": _places(connection, whose.id),
        "held": {one.name: rows_of(connection, one, whose) for one in HOLDINGS},
    }


def rows_of(connection: Connection, holding: Holding, whose: Whose) -> Rows:
    """Hers, in the order of their keys."""
    hers = holding.hers(whose)
    if hers is None:
        return []
    columns = [holding.table.c[name] for name in holding.taken]
    wanted = select(*columns).where(hers).order_by(*holding.table.primary_key.columns)
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in connection.execute(wanted).mappings()
    ]


def _places(connection: Connection, beneficiary_id: UUID) -> dict[str, Any]:
    """{kind: name in Lao}."""
    tables = {"district": districts, **IN_DISTRICT}
    columns = [table.c.name.label(kind) for kind, table in tables.items()]
    joined: Any = beneficiaries
    for kind, table in tables.items():
        joined = joined.join(table, table.c.id == beneficiaries.c[f"{kind}_id"])
    wanted = select(districts.c.province, *columns).select_from(joined)
    found = connection.execute(wanted.where(beneficiaries.c.id == beneficiary_id))
    return dict(found.mappings().one())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value
