"""SMS sent in a month: how many, their segments, and what they cost in which currency."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, func, select

from gateway.figures.book import Figure
from gateway.figures.counting import Counting, Tally
from gateway.figures.spans import LONGEST_WAIT, month_span
from gateway.figures.tables import NO_DISTRICT
from gateway.messaging.tables import messages
from gateway.registry.moments import first_id
from gateway.registry.tables import beneficiaries

IN_ONE = 10_000  # a figure is a whole number: cost is kept in so many parts of one
NO_CURRENCY = "-"  # the provider named none


def count_sms(connection: Connection, month: date, counting: Counting) -> Iterator[Figure]:
    """Of each category `sms:`, `segments:`, and by currency `cost:<currency>:` in ten-thousandths,
    of what went out in the month.
    """
    start, end = month_span(month, counting.zone)
    district: ColumnElement[int] = func.coalesce(beneficiaries.c.district_id, NO_DISTRICT)
    columns = (district, messages.c.category, messages.c.currency)
    rows = connection.execute(
        select(*columns, func.count(), func.sum(messages.c.segments), func.sum(messages.c.cost))
        .select_from(
            messages.outerjoin(beneficiaries, beneficiaries.c.id == messages.c.beneficiary_id)
        )
        .where(
            messages.c.id >= first_id(start - LONGEST_WAIT),
            messages.c.id < first_id(end + LONGEST_WAIT),
            messages.c.sent_at >= start,
            messages.c.sent_at < end,
        )
        .group_by(*columns)
    )
    tally = Tally()
    for district_id, category, currency, number, segments, cost in rows:
        tally[district_id, f"sms:{category}"] += number
        tally[district_id, f"segments:{category}"] += segments or 0
        if cost is not None:
            kept = round(Decimal(cost) * IN_ONE)
            tally[district_id, f"cost:{currency or NO_CURRENCY}:{category}"] += kept
    return tally.of(month)
