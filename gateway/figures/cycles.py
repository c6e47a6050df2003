"""A payment cycle as it stands: planned, told, paid, missed, late, complained of, by village.

What the page lists and what is counted ahead are the same conditions.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from gateway.core.payments import first_of_cycle
from gateway.core.told import BETWEEN
from gateway.figures.book import Count, Figure
from gateway.figures.calls import ALL_VILLAGES
from gateway.figures.counting import Counting, Tally
from gateway.messaging.tables import messages
from gateway.messaging.told import HAS_TOLD
from gateway.registry.complaints import complains_of
from gateway.registry.tables import beneficiaries, cases, districts, payments

# In the order in which they are shown. Late: its day has passed, and nobody has said what became
# of it.
FIGURES = ("planned", "told", "paid", "missed", "late", "complaints")
_BEHIND, _AHEAD = timedelta(days=100), timedelta(days=60)  # of the paydays of cycles that go on


def topic_of_cycle(cycle: str) -> str:
    return f"cycle:{cycle}"


def of_cycle(
    connection: Connection, cycle: str, today: date, zone: ZoneInfo
) -> Mapping[str, ColumnElement[bool]]:
    """{one of FIGURES: whether a payment, which is of the cycle, counts there}."""
    here = and_(payments.c.cycle == cycle, payments.c.status != "cancelled")
    day, place = cast(payments.c.due_on, String), cast(payments.c.pay_point_id, String)
    told = (
        select(messages.c.id)
        .where(
            messages.c.payment_id == payments.c.id,
            HAS_TOLD,
            messages.c.told == day + BETWEEN + place,
        )
        # Asked row by row: made into a join, PostgreSQL reads a whole district for its first page.
        .offset(0)
        .exists()
    )
    said = select(cases.c.number).where(complains_of(connection, zone)).exists()
    late = and_(payments.c.status == "scheduled", payments.c.due_on < literal(today))
    return {
        "planned": here,
        "told": and_(here, told),
        "paid": and_(here, payments.c.status == "paid"),
        "missed": and_(here, payments.c.status == "missed"),
        "late": and_(here, late),
        "complaints": and_(here, said),
    }


def parts_of_cycle(connection: Connection, cycle: str, counting: Counting) -> list[Count]:
    """`<village>:<figure>`, and `all:<figure>` of the whole district, a district a part."""
    found = connection.execute(select(districts.c.id).order_by(districts.c.id)).scalars()
    return [
        partial(_count_district, district_id=one, cycle=cycle, counting=counting) for one in found
    ]


def count_cycle(connection: Connection, cycle: str, counting: Counting) -> Iterator[Figure]:
    """All parts of it together."""
    for part in parts_of_cycle(connection, cycle, counting):
        yield from part(connection)


def _count_district(
    connection: Connection, district_id: int, cycle: str, counting: Counting
) -> Iterator[Figure]:
    conditions = of_cycle(connection, cycle, counting.today, counting.zone)
    counts = [func.count(case((conditions[name], 1))).label(name) for name in FIGURES]
    rows = connection.execute(
        select(beneficiaries.c.village_id, *counts)
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .where(beneficiaries.c.district_id == district_id, conditions["planned"])
        .group_by(beneficiaries.c.village_id)
    )
    tally = Tally()
    for row in rows:
        for name in FIGURES:
            tally[district_id, f"{row.village_id}:{name}"] += row._mapping[name]
            tally[district_id, f"{ALL_VILLAGES}:{name}"] += row._mapping[name]
    return tally.of(first_of_cycle(cycle))


def cycles_that_go_on(connection: Connection, today: date) -> list[str]:
    """Those with a payday lately or soon, the newest first."""
    near = payments.c.due_on.between(today - _BEHIND, today + _AHEAD)
    found = select(payments.c.cycle).where(near).distinct()
    return sorted(connection.execute(found).scalars(), reverse=True)
