"""The counted figures of a month, a line for each district."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.console.kit.context import current_staff, database, now, scope, settings
from gateway.console.kit.filters import place
from gateway.console.kit.language import gettext
from gateway.core.programme_file import add_months
from gateway.core.texts import _
from gateway.figures.book import Patience, current
from gateway.figures.months import KINDS, count_month, topic_of
from gateway.figures.spans import day_start
from gateway.figures.tables import NO_DISTRICT, figures
from gateway.registry.tables import districts

# When a month is long over, nothing about it changes any more.
_SETTLED, _FOR_GOOD = timedelta(days=10), Patience(least=timedelta(days=36_500), share=0)


@dataclass(frozen=True)
class Line:
    """`counts` of every kind; `district` None for what belongs to none."""

    district: Row[Any] | None
    counts: Mapping[str, int]

    def name(self) -> str:
        return place(self.district) if self.district else gettext(_("Of no district"))


def count(month: date) -> datetime:
    """Has the month counted where that is due; when it was."""
    zone = settings().zone
    over = now() >= day_start(add_months(month, 1), zone) + _SETTLED
    counting = partial(count_month, month=month, zone=zone)
    return current(
        database(),
        topic_of(month),
        counting,
        now=now(),
        patience=_FOR_GOOD if over else Patience(),
    )


def by_district(connection: Connection, month: date) -> list[Line]:
    """Every district that this person may see, and what belongs to none for who sees all."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS, 0))
    counted = scope(select(figures.c.district_id, figures.c.kind, figures.c.count), figures).where(
        figures.c.topic == topic_of(month)
    )
    for district_id, kind, number in connection.execute(counted):
        counts[district_id][kind] = int(number)
    listed = connection.execute(scope(select(districts), districts))
    lines = sorted((Line(row, counts[row.id]) for row in listed), key=Line.name)
    if NO_DISTRICT in counts and current_staff().district_id is None:
        lines.append(Line(None, counts[NO_DISTRICT]))
    return lines
