"""Those to whom no SMS about money goes, whatever is planned: somebody must tell them, or theirs.

They are counted by a condition in SQL, and listed with the reason that sending would give.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from gateway.core.consent import EVERYTHING, reason_to_hold_back
from gateway.registry.bulk import one_of
from gateway.registry.standing import standing_of
from gateway.registry.tables import beneficiaries, districts, optouts, payments, villages

MOST_LISTED = 100

# The same as `reason_to_hold_back` of "payment", on `beneficiaries` joined with their districts:
# tests/paydays/test_silent.py compares them for every combination.
SILENT: ColumnElement[bool] = or_(
    beneficiaries.c.msisdn.is_(None),
    beneficiaries.c.course_ended_reason.is_not_distinct_from("mother_died"),
    beneficiaries.c.msisdn_disowned_at.is_not(None),
    ~beneficiaries.c.consent_payment,
    beneficiaries.c.status != "enrolled",
    districts.c.paused_at.is_not(None),
    exists().where(
        optouts.c.msisdn == beneficiaries.c.msisdn,
        optouts.c.category.in_(("payment", EVERYTHING)),
    ),
)


@dataclass(frozen=True)
class Untold:
    """`person`: her row with the names of her village; `reason`: a `Reason`, or "no_number"."""

    person: Any
    reason: str


def untold(connection: Connection, hers: Sequence[ColumnElement[bool]]) -> list[Untold]:
    """The first MOST_LISTED by village; `hers`: conditions on `payments` with `beneficiaries`."""
    found = (
        select(
            beneficiaries,
            districts.c.paused_at,
            villages.c.name.label("village"),
            villages.c.name_latin.label("village_latin"),
        )
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .join(villages, villages.c.id == beneficiaries.c.village_id)
        .where(
            SILENT,
            exists().where(payments.c.beneficiary_id == beneficiaries.c.id, *hers),
        )
        .order_by(villages.c.name_latin, villages.c.id, beneficiaries.c.registration_no)
        .limit(MOST_LISTED)
    )
    rows = connection.execute(found).all()
    left = optouts_of(connection, {row.msisdn for row in rows if row.msisdn})
    return [Untold(row, _reason(row, left[row.msisdn])) for row in rows]


def optouts_of(connection: Connection, numbers: set[str]) -> dict[str | None, set[str]]:
    """{number: categories that it has left}; {} of others."""
    left: dict[str | None, set[str]] = defaultdict(set)
    wanted = select(optouts).where(one_of(connection, optouts.c.msisdn, numbers))
    for row in connection.execute(wanted):
        left[row.msisdn].add(row.category)
    return left


def _reason(row: Any, left: set[str]) -> str:
    """A death first: it is told apart from a phone that is missing."""
    reason = reason_to_hold_back("payment", standing_of(row, left))
    if reason == "died" or row.msisdn:
        return reason or "no_number"
    return "no_number"
