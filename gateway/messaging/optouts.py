"""What a number does not want, whoever it belongs to.

`all` stands for everything but replies. Taking one category back in turns `all` into the rest.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, select

from gateway.core.consent import EVERYTHING
from gateway.messaging.bulk import insert_new
from gateway.registry.choices import set_consent
from gateway.registry.tables import beneficiaries, optouts

Category = Literal["payment", "health", "broadcast", "all"]
CATEGORIES: tuple[Literal["payment", "health", "broadcast"], ...] = (
    "payment",
    "health",
    "broadcast",
)


def opt_out(
    connection: Connection, msisdn: str, category: Category, *, source: str, now: datetime
) -> bool:
    """Stops a category for the number; False where it was stopped already."""
    if {category, EVERYTHING} & _left(connection, msisdn):
        return False
    return bool(_add(connection, msisdn, [category], source, now))


def opt_in(
    connection: Connection, msisdn: str, category: Category, *, source: str, now: datetime
) -> bool:
    """Starts it again, for the number and for everyone whose number it is; False: nothing changed.

    Asking for it is the consent that may have been missing.
    """
    left = _left(connection, msisdn)
    again = set(CATEGORIES) if category == EVERYTHING else {category}
    before = set(CATEGORIES) if EVERYTHING in left else left
    connection.execute(delete(optouts).where(optouts.c.msisdn == msisdn))
    _add(connection, msisdn, sorted(before - again), source, now)
    return _consent(connection, msisdn, again, now) or bool(before & again)


def _consent(connection: Connection, msisdn: str, again: set[str], now: datetime) -> bool:
    changed = False
    for category in ("payment", "health"):
        column = beneficiaries.c[f"consent_{category}"]
        if category not in again:
            continue
        mine = (beneficiaries.c.msisdn == msisdn) & beneficiaries.c.msisdn_disowned_at.is_(None)
        ids = list(connection.execute(select(beneficiaries.c.id).where(mine, ~column)).scalars())
        if ids:
            set_consent(connection, ids, category, True, now)
            changed = True
    return changed


def _left(connection: Connection, msisdn: str) -> set[str]:
    return set(
        connection.execute(select(optouts.c.category).where(optouts.c.msisdn == msisdn)).scalars()
    )


def _add(
    connection: Connection, msisdn: str, categories: list[str], source: str, now: datetime
) -> int:
    rows = [
        {"msisdn": msisdn, "category": category, "source": source, "at": now}
        for category in categories
    ]
    return insert_new(connection, optouts, rows)
