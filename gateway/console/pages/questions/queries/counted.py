"""The counted figures of a question: whose district, which month, and when they were counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from gateway.console.kit.context import current_staff, database, menu, now, scope, settings, today
from gateway.console.kit.filters import place
from gateway.console.kit.language import gettext
from gateway.core.programme_file import add_months
from gateway.core.texts import _
from gateway.figures.book import WhereCheap, current
from gateway.figures.counting import Counting, counting_of
from gateway.figures.questions import OF_THE_MOMENT, count_of, topic_of
from gateway.figures.tables import NO_DISTRICT, figure_topics, figures
from gateway.registry.tables import districts

OF_NO_DISTRICT = _("Of no district")


@dataclass(frozen=True)
class Chosen:
    """What the reader asks about; `district_id` None: everything they may see."""

    month: date
    district_id: int | None = None


@dataclass(frozen=True)
class Counted:
    """{district: {kind: count}}, with the rows of the districts that the reader sees."""

    districts: Sequence[Row[Any]]
    by_district: Mapping[int, Counter[str]]

    def total(self) -> Counter[str]:
        return sum(self.by_district.values(), Counter[str]())

    def lines(self) -> list[tuple[str, Counter[str]]]:
        """(name, counts) of every district by name, of what belongs to none last."""
        found = sorted((place(row), self.by_district[row.id]) for row in self.districts)
        if NO_DISTRICT in self.by_district:
            found.append((gettext(OF_NO_DISTRICT), self.by_district[NO_DISTRICT]))
        return found


def counting() -> Counting:
    return counting_of(settings(), menu(), now=now())


def count(question: str, month: date) -> datetime | None:
    """When the question was counted, having it counted where that is due and cheap; None where
    nobody counted it while it could be."""
    if question in OF_THE_MOMENT and month < add_months(today().replace(day=1), -1):
        return counted_at(topic_of(question, month))
    patience = WhereCheap()
    how = count_of(question, month, counting())
    return current(database(), topic_of(question, month), how, now=now(), patience=patience)


def counted_at(topic: str) -> datetime | None:
    with database().reading() as connection:
        at: datetime | None = connection.execute(
            select(figure_topics.c.counted_at).where(figure_topics.c.topic == topic)
        ).scalar_one_or_none()
    return at


def read(
    connection: Connection,
    topic: str,
    chosen: Chosen,
    *,
    on: date | None = None,
    kind: str = "",
    ends: str = "",
) -> Counted:
    """The figures of `topic` that are the reader's, `on` a day alone, of kinds that begin or end
    so.
    """
    statement = scope(
        select(figures.c.district_id, figures.c.kind, func.sum(figures.c.count)), figures
    ).where(figures.c.topic == topic)
    listed = scope(select(districts), districts)
    if chosen.district_id is not None:
        statement = statement.where(figures.c.district_id == chosen.district_id)
        listed = listed.where(districts.c.id == chosen.district_id)
    if on is not None:
        statement = statement.where(figures.c.period_on == on)
    if kind:
        statement = statement.where(figures.c.kind.startswith(kind, autoescape=True))
    if ends:
        statement = statement.where(figures.c.kind.endswith(ends, autoescape=True))
    by_district: dict[int, Counter[str]] = defaultdict(Counter)
    grouped = statement.group_by(figures.c.district_id, figures.c.kind)
    for district_id, name, total in connection.execute(grouped):
        by_district[district_id][name] = int(total)
    if current_staff().district_id is not None:
        by_district.pop(NO_DISTRICT, None)
    return Counted(connection.execute(listed).all(), by_district)


def starting(counts: Mapping[str, int], prefix: str) -> Counter[str]:
    """{rest: count} of the kinds that begin with `prefix`."""
    return Counter(
        {kind.removeprefix(prefix): n for kind, n in counts.items() if kind.startswith(prefix)}
    )


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def most_first(counts: Mapping[str, int], order: Iterable[str] = ()) -> list[tuple[str, int]]:
    """By `order`, then what is not in it by size."""
    known = {name: at for at, name in enumerate(order)}
    return sorted(counts.items(), key=lambda one: (known.get(one[0], len(known)), -one[1], one[0]))
