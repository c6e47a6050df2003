"""The counted figures of the last days, as the first page shows them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from gateway.console.kit.context import scope
from gateway.console.kit.screens import begins
from gateway.figures.days import DAYS, PAYDAYS, WEEK
from gateway.figures.tables import figures
from gateway.registry.tables import districts
from gateway.ussd.screens import MenuTree

_ARRIVED, _LOST = frozenset({"delivered"}), frozenset({"failed", "expired", "refused"})
_MOST_SCREENS = 8


@dataclass(frozen=True, kw_only=True)
class Day:
    """What became of the messages sent on a day; `open` are those without an answer yet."""

    on: date
    delivered: int
    failed: int
    open: int

    @property
    def sent(self) -> int:
        return self.delivered + self.failed + self.open

    @property
    def share(self) -> float | None:
        """Delivered, of those whose end is known."""
        ended = self.delivered + self.failed
        return self.delivered / ended if ended else None


@dataclass(frozen=True, kw_only=True)
class Payday:
    """The next payment of a district: how many people, how much LAK."""

    district: Row[Any]
    on: date
    people: int
    amount: int


def delivery(connection: Connection, on: date) -> list[Day]:
    """All SMS of the last seven days, the oldest first."""
    counts = _by_state(connection, "sms:")
    days = [on - timedelta(days=back) for back in reversed(range(DAYS))]
    return [_day(one, counts[one]) for one in days]


def reminders_of(connection: Connection, on: date) -> Day:
    """The reminders sent on one day of the week: no answers, no broadcasts."""
    return _day(on, _by_state(connection, "reminder:")[on])


def _by_state(connection: Connection, prefix: str) -> dict[date, dict[str, int]]:
    counts: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in connection.execute(_summed(WEEK, prefix)):
        counts[row.period_on][row.kind.removeprefix(prefix)] += int(row.total)
    return counts


def hours(connection: Connection) -> list[int]:
    """Calls of the last week by hour of the day, 24 of them."""
    found = [0] * 24
    for row in connection.execute(_summed(WEEK, "call:")):
        found[int(row.kind.removeprefix("call:"))] += int(row.total)
    return found


def broken_off(connection: Connection, menu: MenuTree) -> list[tuple[str, str, int]]:
    """(state, its first words for this reader, calls that broke off there), the most first."""
    rows = [
        (row.kind.removeprefix("left:"), int(row.total))
        for row in connection.execute(_summed(WEEK, "left:"))
    ]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return [(state, begins(menu, state), total) for state, total in rows[:_MOST_SCREENS]]


def paydays(connection: Connection) -> list[Payday]:
    """The next payday of each district, the soonest first."""
    statement = scope(
        select(figures, districts).join(districts, districts.c.id == figures.c.district_id),
        districts,
    )
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(
        statement.where(figures.c.topic == PAYDAYS).order_by(figures.c.period_on)
    ):
        first = found.setdefault(row.district_id, {"district": row, "on": row.period_on})
        if first["on"] == row.period_on:
            first[row.kind] = row._mapping[figures.c.count]
    return sorted(
        (Payday(**one) for one in found.values()), key=lambda one: (one.on, one.district.name)
    )


def _summed(topic: str, prefix: str) -> Any:
    return (
        scope(
            select(figures.c.period_on, figures.c.kind, func.sum(figures.c.count).label("total")),
            figures,
        )
        .where(figures.c.topic == topic, figures.c.kind.startswith(prefix))
        .group_by(figures.c.period_on, figures.c.kind)
    )


def _day(on: date, counts: dict[str, int]) -> Day:
    delivered = sum(counts[state] for state in _ARRIVED)
    failed = sum(counts[state] for state in _LOST)
    return Day(
        on=on, delivered=delivered, failed=failed, open=sum(counts.values()) - delivered - failed
    )
