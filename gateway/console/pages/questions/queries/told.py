"""Who was told of a payday or a broadcast: by district, by village, and the people of one."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, url_for
from sqlalchemy import Connection, Row, Select, or_, select

from gateway.console.kit.context import current_staff, database, now, one_or_404, scope, today
from gateway.console.kit.filters import place
from gateway.console.kit.language import gettext
from gateway.console.kit.places import name_columns
from gateway.console.kit.words import OUTCOMES
from gateway.console.pages.questions.queries.counted import Chosen, read, share, starting
from gateway.console.pages.questions.queries.tables import Column, Table, summed
from gateway.core.programme_file import add_months
from gateway.core.texts import _
from gateway.figures.book import WhereCheap, current
from gateway.figures.calls import ALL_VILLAGES
from gateway.figures.questions import topic_of
from gateway.figures.tables import figures
from gateway.figures.told import (
    SENT,
    TOLD,
    WAITING,
    WHY,
    cast_topic,
    count_cast,
    paydays_of,
    recipients_of,
)
from gateway.messaging.tables import broadcasts
from gateway.registry.tables import districts, villages

_ALL = _("All")
_MOST_BROADCASTS = 50
_STARTED = ("running", "paused", "done", "cancelled")


@dataclass(frozen=True, kw_only=True)
class About:
    """A payday of `month` (`on` None: all of them), or a broadcast."""

    month: date
    on: date | None = None
    broadcast_id: UUID | None = None

    @property
    def topic(self) -> str:
        if self.broadcast_id is not None:
            return cast_topic(self.broadcast_id)
        return topic_of("told", self.month)

    @property
    def question(self) -> str:
        return "told" if self.broadcast_id is None else "broadcasts"

    def asked(self) -> dict[str, Any]:
        """What an address says of it."""
        if self.broadcast_id is not None:
            return {"broadcast": str(self.broadcast_id)}
        on = {"on": self.on.isoformat()} if self.on else {}
        return {"month": f"{self.month:%Y-%m}"} | on


def tables(connection: Connection, chosen: Chosen, about: About) -> list[Table]:
    """By district, or by village of the one that is chosen; and why who was not was not."""
    district_id = chosen.district_id or current_staff().district_id
    total = _counts(connection, chosen, about, f"{ALL_VILLAGES}:")
    by_place = (
        _districts(connection, chosen, about)
        if district_id is None
        else _villages(connection, Chosen(chosen.month, district_id), about)
    )
    return [by_place, _why(total)]


def _counts(connection: Connection, chosen: Chosen, about: About, prefix: str) -> Counter[str]:
    counted = read(connection, about.topic, chosen, on=about.on, kind=prefix)
    return starting(counted.total(), prefix)


def _districts(connection: Connection, chosen: Chosen, about: About) -> Table:
    counted = read(connection, about.topic, chosen, on=about.on, kind=f"{ALL_VILLAGES}:")
    rows = sorted(
        (place(row), row.id, starting(counted.by_district[row.id], f"{ALL_VILLAGES}:"))
        for row in counted.districts
    )
    links = [
        url_for(".show", question=about.question, district=one, **about.asked())
        for _name, one, _counts_of in rows
    ]
    lines = [_line(name, counts) for name, _id, counts in rows]
    return _by_place("districts", _("By district"), _("District"), lines, links)


def _villages(connection: Connection, chosen: Chosen, about: About) -> Table:
    counts = read(connection, about.topic, chosen, on=about.on).total()
    listed = select(villages).where(villages.c.district_id == chosen.district_id)
    named = sorted((place(row), row.id) for row in connection.execute(scope(listed, villages)))
    lines, links = [], []
    for name, village_id in named:
        here = starting(counts, f"{village_id}:")
        if here:
            lines.append(_line(name, here))
            links.append(url_for(".village", village_id=village_id, **about.asked()))
    return _by_place("villages", _("By village"), _("Village"), lines, links)


def _line(name: str, counts: Counter[str]) -> list[Any]:
    missed = sum(counts[why] for why in WHY)
    return [name, counts.total(), counts[TOLD], counts[SENT], counts[WAITING], missed]


def _by_place(key: str, title: str, first: str, lines: list[list[Any]], links: list[str]) -> Table:
    total = summed(lines, gettext(_ALL))
    columns = [
        Column(first, "text"),
        Column(_("People")),
        Column(OUTCOMES[TOLD]),
        Column(OUTCOMES[SENT]),
        Column(OUTCOMES[WAITING]),
        Column(_("Not told")),
        Column(_("Share told"), "share"),
    ]
    rows = [[*line, share(line[2], line[1])] for line in lines]
    return Table(
        key, title, columns, rows,
        [*total, share(total[2], total[1])] if total else None, links,
    )  # fmt: skip


def _why(counts: Counter[str]) -> Table:
    rows = [[gettext(OUTCOMES[one]), counts[one]] for one in OUTCOMES if counts[one]]
    columns = [Column(_("What became of it"), "text"), Column(_("People"), drawn=True)]
    return Table("why", _("Told, and why not"), columns, rows)


def count_broadcast(broadcast_id: UUID) -> Any:
    """When it was counted, having it counted where that is due and cheap."""
    how = partial(count_cast, broadcast_id=broadcast_id, on=today())
    topic = cast_topic(broadcast_id)
    return current(database(), topic, how, now=now(), patience=WhereCheap())


def paydays(connection: Connection, month: date) -> list[date]:
    """The days of the month on which the reader's people are paid."""
    statement = scope(select(figures.c.period_on).distinct(), figures).where(
        figures.c.topic == topic_of("told", month)
    )
    return sorted(connection.execute(statement).scalars())


def sent_broadcasts(connection: Connection) -> list[Row[Any]]:
    """Those that have begun, of all and of the reader's district, the newest first."""
    mine = current_staff().district_id
    theirs = or_(broadcasts.c.district_id.is_(None), broadcasts.c.district_id == mine)
    statement = select(broadcasts).where(broadcasts.c.state.in_(_STARTED))
    if mine is not None:
        statement = statement.where(theirs)
    newest = statement.order_by(broadcasts.c.start_at.desc()).limit(_MOST_BROADCASTS)
    return list(connection.execute(newest).all())


def village_or_404(connection: Connection, village_id: int) -> Row[Any]:
    """The village with the names of its district."""
    statement = (
        select(villages, *name_columns(district=districts))
        .join(districts, districts.c.id == villages.c.district_id)
        .where(villages.c.id == village_id)
    )
    return one_or_404(connection, scope(statement, villages))


def people(
    connection: Connection, village: Row[Any], about: About, *, all_of_them: bool
) -> Select[Any]:
    """The people of the village, each with an `outcome`; only who was not told, or everybody."""
    if about.broadcast_id is not None:
        found = recipients_of(
            connection,
            about.broadcast_id,
            district_id=village.district_id,
            village_id=village.id,
        )
        statement = found if found is not None else abort(404)
    else:
        last = add_months(about.month, 1) - timedelta(days=1)
        statement = paydays_of(
            district_id=village.district_id,
            since=about.on or about.month,
            until=about.on or last,
            today=today(),
            village_id=village.id,
        )
    outcome = next(one for one in statement.selected_columns if one.key == "outcome")
    return statement if all_of_them else statement.where(outcome.in_(WHY))
