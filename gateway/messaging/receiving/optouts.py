"""What a number does not want, whoever it belongs to.

`all` stands for everything but replies. Taking one category back in turns `all` into the rest.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, select

from gateway.core.consent import EVERYTHING
from gateway.core.learnt import Learnt
from gateway.registry.bulk import insert_new
from gateway.registry.choices import resume_own_courses, set_consent
from gateway.registry.learning import learn_of_number
from gateway.registry.tables import beneficiaries, optouts

Category = Literal["payment", "health", "broadcast", "all"]
Consented = Literal["payment", "health"]
CONSENTED: tuple[Consented, ...] = ("payment", "health")
CATEGORIES = (*CONSENTED, "broadcast")


def opt_out(
    connection: Connection, msisdn: str, category: Category, *, source: str, now: datetime
) -> bool:
    """Stops a category for the number; False where it was stopped already."""
    if {category, EVERYTHING} & _left(connection, msisdn):
        return False
    if not _add(connection, msisdn, [category], source, now):
        return False
    data = {"category": category, "source": source}
    learn_of_number(connection, Learnt.OPTOUT_STARTED, msisdn, at=now, data=data)
    return True


def opt_in(
    connection: Connection, msisdn: str, category: Category, *, source: str, now: datetime
) -> bool:
    """Lifts the number's opt-out of a category; False where there was none."""
    left = _left(connection, msisdn)
    before = set(CATEGORIES) if EVERYTHING in left else left
    again = _meant(category)
    if not before & again:
        return False
    connection.execute(delete(optouts).where(optouts.c.msisdn == msisdn))
    _add(connection, msisdn, sorted(before - again), source, now)
    data = {"category": category, "source": source}
    learn_of_number(connection, Learnt.OPTOUT_ENDED, msisdn, at=now, data=data)
    return True


def consent_of_number(
    connection: Connection, msisdn: str, category: Category, *, now: datetime
) -> bool:
    """Asking for messages is the consent that was missing, of everyone whose number it is.

    A course of health messages that was stopped by key goes on too. False where nothing changed.
    """
    changed = False
    mine = (beneficiaries.c.msisdn == msisdn) & beneficiaries.c.msisdn_disowned_at.is_(None)
    for wanted in CONSENTED:
        column = beneficiaries.c[f"consent_{wanted}"]
        missing = select(beneficiaries.c.id).where(mine, ~column)
        ids = list(connection.execute(missing).scalars()) if wanted in _meant(category) else []
        if ids:
            set_consent(connection, ids, wanted, True, now)
            changed = True
    if _meant(category) & {"health"}:
        ids = list(connection.execute(select(beneficiaries.c.id).where(mine)).scalars())
        changed = resume_own_courses(connection, ids, now) or changed
    return changed


def _meant(category: Category) -> set[str]:
    return set(CATEGORIES) if category == EVERYTHING else {category}


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
