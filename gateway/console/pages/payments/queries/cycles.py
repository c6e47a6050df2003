"""A cycle's figures as far as they are the reader's, and the people behind each."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import abort
from sqlalchemy import Connection, Row, Select, Table, select

from gateway.console.kit.context import (
    current_staff,
    database,
    menu,
    now,
    reading,
    scope,
    settings,
    today,
)
from gateway.console.kit.filters import place
from gateway.console.kit.language import gettext
from gateway.console.kit.places import name_columns
from gateway.console.kit.words import PAYMENT_STATES
from gateway.core.payments import CycleError, first_of_cycle
from gateway.figures.book import WhereCheap, current
from gateway.figures.calls import ALL_VILLAGES
from gateway.figures.counting import counting_of
from gateway.figures.cycles import (
    FIGURES,
    count_cycle,
    cycles_that_go_on,
    of_cycle,
    topic_of_cycle,
)
from gateway.figures.tables import figure_topics, figures
from gateway.registry.tables import beneficiaries, districts, pay_points, payments, villages


@dataclass(frozen=True)
class Line:
    """A district or a village: its id, its name in the reader's letters, its counts by figure."""

    id: int
    name: str
    counts: Mapping[str, int]


def cycle_or_404(text: str) -> str:
    try:
        first_of_cycle(text)
    except CycleError:
        abort(404)
    return text


def known_cycles(connection: Connection) -> list[str]:
    """Those that were counted, the newest first; before the first count those that go on."""
    topic = topic_of_cycle("")
    found = select(figure_topics.c.topic).where(figure_topics.c.topic.startswith(topic))
    counted = [one.removeprefix(topic) for one in connection.execute(found).scalars()]
    return sorted(counted, reverse=True) or cycles_that_go_on(connection, today())


def count(cycle: str) -> datetime:
    """When the cycle was counted, having it counted where that is due and cheap."""
    counting = counting_of(settings(), menu(), now=now())
    how = partial(count_cycle, cycle=cycle, counting=counting)
    return current(database(), topic_of_cycle(cycle), how, now=now(), patience=WhereCheap())


def lines(connection: Connection, cycle: str, district_id: int | None) -> list[Line]:
    """By district, or by village of the one that is given, by name."""
    counted = figures.c.count.label("people")
    wanted = scope(select(figures.c.district_id, figures.c.kind, counted), figures).where(
        figures.c.topic == topic_of_cycle(cycle)
    )
    table: Table = districts if district_id is None else villages
    listed = scope(select(table), table)
    if district_id is None:
        prefix = f"{ALL_VILLAGES}:"
        wanted = wanted.where(figures.c.kind.startswith(prefix))
    else:
        wanted = wanted.where(figures.c.district_id == district_id)
        listed = listed.where(villages.c.district_id == district_id)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(wanted):
        where, figure = row.kind.split(":")
        if district_id is None:
            counts[row.district_id][figure] += row.people
        elif where != ALL_VILLAGES:
            counts[int(where)][figure] += row.people
    found = [Line(row.id, place(row), counts[row.id]) for row in connection.execute(listed)]
    return sorted((one for one in found if one.counts), key=lambda one: one.name)


def total(found: Sequence[Line]) -> Counter[str]:
    return sum((Counter(one.counts) for one in found), Counter[str]())


def district_or_404(connection: Connection, district_id: int | None) -> Row[Any] | None:
    """The one that is asked about, or the reader's own; None: all."""
    wanted = district_id or current_staff().district_id
    if wanted is None:
        return None
    row = connection.execute(
        scope(select(districts), districts).where(districts.c.id == wanted)
    ).one_or_none()
    return row if row is not None else abort(404)


def people(
    connection: Connection, cycle: str, figure: str, district_id: int, village_id: int | None
) -> Select[Any]:
    """Whoever counts in a figure, as far as the reader may see her."""
    if figure not in FIGURES:
        abort(404)
    condition = of_cycle(connection, cycle, today(), settings().zone)[figure]
    found = (
        select(
            beneficiaries,
            payments.c.id.label("payment_id"),
            payments.c.due_on,
            payments.c.status.label("payment_status"),
            payments.c.amount,
            *name_columns(village=villages, pay_point=pay_points),
        )
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .join(villages, villages.c.id == beneficiaries.c.village_id)
        .join(pay_points, pay_points.c.id == payments.c.pay_point_id)
        .where(beneficiaries.c.district_id == district_id, condition)
    )
    if village_id is not None:
        found = found.where(beneficiaries.c.village_id == village_id)
    return scope(found, beneficiaries)


def people_lines(
    cycle: str, figure: str, district_id: int, village_id: int | None
) -> Iterator[tuple[Any, ...]]:
    """The same for a download: whole numbers, both spellings of a name."""
    with reading() as connection:
        found = people(connection, cycle, figure, district_id, village_id)
        ordered = found.order_by(beneficiaries.c.registration_no)
        for row in connection.execution_options(yield_per=1000).execute(ordered):
            yield (
                row.registration_no, row.name, row.name_latin, place(row, "village"), row.due_on,
                place(row, "pay_point"), row.amount, gettext(PAYMENT_STATES[row.payment_status][0]),
            )  # fmt: skip
