"""One place merged into another of its kind: all that points at it follows, in one transaction.

A district brings its villages, health centres and pay points along; of those that are certainly
the same as one of the other district one remains. A province brings its districts along.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.places.dependants import Dependants, dependants
from gateway.places.desk import Desk, alone
from gateway.places.faults import (
    ANOTHER_DISTRICT,
    ANOTHER_KIND,
    RETIRED,
    THE_SAME,
    PlaceError,
)
from gateway.places.following import follow, inner
from gateway.places.notices import last_words, queue_corrections, readers, reads_otherwise
from gateway.places.records import Place, is_in_district
from gateway.registry.places import Kind


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a merge would do. `inner` are the places within the one that goes, by kind: how many
    move, how many become one with one that is there. `told`: women whose SMS named the place that
    goes; `otherwise`: to them the other one reads as another place."""

    away: Place
    kept: Place
    follows: Dependants
    inner: Mapping[Kind, tuple[int, int]]
    told: int
    otherwise: bool


def plan_merge(connection: Connection, away: Place, kept: Place, desk: Desk) -> Plan:
    """Changes nothing; raises PlaceError where it cannot be done."""
    _check(away, kept)
    return Plan(
        away=away,
        kept=kept,
        follows=dependants(connection, away, desk),
        inner={
            kind: (len(there) - len(same), len(same))
            for kind, (there, same) in inner(connection, away, kept).items()
        },
        told=len(readers(connection, away, desk)),
        otherwise=reads_otherwise(away, kept),
    )


def merge(
    connection: Connection, away: Place, kept: Place, *, tell: bool, desk: Desk
) -> tuple[Plan, int]:
    """What it did, and how many correction SMS are queued: those who were told the place that goes
    get one if `tell`. Raises PlaceError and changes nothing where it cannot be done.
    """
    alone(connection, away, kept)
    plan = plan_merge(connection, away, kept, desk)
    owed = last_words(connection, readers(connection, away, desk), desk) if tell else {}
    follow(connection, away, kept, desk)
    sms = queue_corrections(connection, owed, desk)
    desk.record(connection, "place.merge", kept, _changes(plan, sms))
    return plan, sms


def _check(away: Place, kept: Place) -> None:
    if away.kind != kept.kind:
        raise PlaceError(ANOTHER_KIND)
    if away.id == kept.id:
        raise PlaceError(THE_SAME)
    if is_in_district(away.kind) and away.district_id != kept.district_id:
        raise PlaceError(ANOTHER_DISTRICT)
    if kept.retired_at is not None:
        raise PlaceError(RETIRED, name=kept.name)


def _changes(plan: Plan, sms: int) -> dict[str, tuple[object, object]]:
    return {
        "merged": (f"{plan.away.key} {plan.away.name}", f"{plan.kept.key} {plan.kept.name}"),
        "people": (None, plan.follows.people),
        "payments": (None, plan.follows.payments),
        "sms": (None, sms),
    }
