"""What counting the answers to a manager's questions needs, and what the counts share."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Subquery, func, select

from gateway.core.programme_file import add_months
from gateway.figures.book import Figure
from gateway.registry.tables import beneficiaries
from gateway.settings import Settings
from gateway.ussd.branches import Branches, branches_of
from gateway.ussd.screens import MenuTree

LEFT_THE_PROGRAMME = ("rejected", "exited")


@dataclass(frozen=True)
class Counting:
    """`now` the moment that states are judged by, `branches` those of the menu in use; what is
    older than `retention_days` is purged (0: nothing is).
    """

    now: datetime
    zone: ZoneInfo
    default_locale: str
    branches: Branches
    retention_days: int = 0

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def kept_from(self) -> date:
        """The first month of which nothing is purged yet."""
        if not self.retention_days:
            return date.min
        oldest = self.today - timedelta(days=self.retention_days)
        return add_months(oldest.replace(day=1), 1)


def counting_of(settings: Settings, tree: MenuTree, *, now: datetime) -> Counting:
    """Counting under these settings, by the menu in use."""
    return Counting(
        now=now,
        zone=settings.zone,
        default_locale=settings.default_locale,
        branches=branches_of(tree),
        retention_days=settings.retention_days,
    )


class Tally(Counter[tuple[int, str]]):
    """{(district, kind): count} of one period, to be written down as figures."""

    def of(self, period_on: date) -> Iterator[Figure]:
        for (district_id, kind), count in self.items():
            yield Figure(period_on, district_id, kind, count)


def homes() -> Subquery:
    """Each number once, with the district and language of its people; of several, the lowest."""
    return (
        select(
            beneficiaries.c.msisdn,
            func.min(beneficiaries.c.district_id).label("district_id"),
            func.min(beneficiaries.c.locale).label("locale"),
        )
        .where(beneficiaries.c.msisdn.is_not(None))
        .group_by(beneficiaries.c.msisdn)
        .subquery("homes")
    )
