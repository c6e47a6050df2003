"""How a person stands towards the service, out of her row."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row

from gateway.core.consent import Standing


def standing_of(row: Row[*tuple[Any, ...]], optouts: Collection[str]) -> Standing:
    """`row`: a beneficiary with her district's `paused_at`; `optouts`: what her number has left."""
    return Standing(
        status=row.status,
        consent_payment=row.consent_payment,
        consent_health=row.consent_health,
        optouts=frozenset(optouts),
        course_ended=row.course_ended_at is not None,
        disowned=row.msisdn_disowned_at is not None,
        paused=row.paused_at is not None,
        died=row.course_ended_reason == "mother_died",
    )
