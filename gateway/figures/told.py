"""Whom SMS told of a payday or of a broadcast, and who was not, and why.

What the pages list and what is counted ahead are the same statement: `paydays_of` and
`recipients_of` give a line for each person, with an `outcome`.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Case,
    Column,
    ColumnElement,
    Connection,
    Date,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)

from gateway.core.consent import EVERYTHING
from gateway.core.programme_file import add_months
from gateway.core.told import BETWEEN
from gateway.figures.book import Count, Figure
from gateway.figures.calls import ALL_VILLAGES
from gateway.figures.counting import LEFT_THE_PROGRAMME, Counting, Tally
from gateway.messaging.audience import matching
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.tables import beneficiaries, districts, optouts, payments

TOLD, SENT, WAITING = "told", "sent", "waiting"
# Of somebody who was told nothing; the order is that in which they are asked.
WHY = (
    "no_number",
    "number_disowned",
    "not_eligible",
    "no_consent",
    "opted_out",
    "told_otherwise",
    "failed",
    "district_paused",
    "not_yet",
    "no_message",
)
OUTCOMES = (TOLD, SENT, WAITING, *WHY)
_ARRIVED, _OUT, _LINED_UP, _LOST = 3, 2, 1, 0
_RANK: Case[int] = case(
    (messages.c.state == "delivered", _ARRIVED),
    (messages.c.state.in_(("accepted", "sending", "unknown")), _OUT),
    (messages.c.state.in_(("queued", "claimed")), _LINED_UP),
    else_=_LOST,
)
_DUPLICATE = and_(messages.c.state == "suppressed", messages.c.reason == "duplicate")


def cast_topic(broadcast_id: UUID) -> str:
    """The topic of a broadcast's figures."""
    return f"cast:{broadcast_id.hex}"


def parts_of_told(connection: Connection, month: date, counting: Counting) -> list[Count]:
    """`<village>:<outcome>` by payday of the month, and `all:<outcome>` of the whole district."""
    found = connection.execute(select(districts.c.id).order_by(districts.c.id)).scalars()
    return [
        partial(_count_district, district_id=one, month=month, counting=counting) for one in found
    ]


def _count_district(
    connection: Connection, district_id: int, month: date, counting: Counting
) -> Iterator[Figure]:
    until = add_months(month, 1) - timedelta(days=1)
    people = paydays_of(
        district_id=district_id, since=month, until=until, today=counting.today
    ).subquery()
    columns = (people.c.due_on, people.c.village_id, people.c.outcome)
    rows = connection.execute(select(*columns, func.count()).group_by(*columns)).all()
    for due_on in {row.due_on for row in rows}:
        tally = _sums([(district_id, *row[1:]) for row in rows if row.due_on == due_on])
        yield from tally.of(due_on)


def count_cast(connection: Connection, broadcast_id: UUID, on: date) -> Iterator[Figure]:
    """The same of a broadcast, dated `on`; nothing where there is none."""
    statement = recipients_of(connection, broadcast_id)
    if statement is None:
        return iter(())
    people = statement.subquery()
    columns = (people.c.district_id, people.c.village_id, people.c.outcome)
    rows = connection.execute(select(*columns, func.count()).group_by(*columns))
    return _sums([tuple(row) for row in rows]).of(on)


def _sums(rows: list[tuple[Any, ...]]) -> Tally:
    tally = Tally()
    for district_id, village_id, outcome, count in rows:
        tally[district_id, f"{village_id}:{outcome}"] += count
        tally[district_id, f"{ALL_VILLAGES}:{outcome}"] += count
    return tally


def paydays_of(
    *, district_id: int, since: date, until: date, today: date, village_id: int | None = None
) -> Select[Any]:
    """Everybody there with a payment due between the two days, both included, and its `outcome`.

    She was told when an SMS named the day and the place that hold now, to her or to another who
    shares the handset and is paid there on that day.
    """
    here = beneficiaries.c.district_id == _plain(district_id)
    due = and_(
        payments.c.status != "cancelled", payments.c.due_on.between(_plain(since), _plain(until))
    )
    said = _said(_sharing(here, village_id), due)
    opted_out = select(optouts.c.msisdn).where(
        optouts.c.msisdn == beneficiaries.c.msisdn,
        or_(optouts.c.category == "payment", optouts.c.category == EVERYTHING),
    )
    outcome = case(
        *_by_rank(said.c.truth),
        *_of_her_number(),
        (beneficiaries.c.status != "enrolled", "not_eligible"),
        (beneficiaries.c.consent_payment.is_(False), "no_consent"),
        (opted_out.exists(), "opted_out"),
        (said.c.best >= _OUT, "told_otherwise"),
        (said.c.best == _LOST, "failed"),
        (districts.c.paused_at.is_not(None), "district_paused"),
        (payments.c.due_on >= literal(today, Date), "not_yet"),
        else_="no_message",
    )
    hers = and_(
        said.c.msisdn == beneficiaries.c.msisdn,
        said.c.due_on == payments.c.due_on,
        said.c.pay_point_id == payments.c.pay_point_id,
    )
    statement = (
        select(beneficiaries, payments.c.due_on, outcome.label("outcome"))
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .join(said, hers, isouter=True)
        .where(
            here,
            beneficiaries.c.status.not_in(LEFT_THE_PROGRAMME),
            due,
        )
    )
    if village_id is not None:
        statement = statement.where(beneficiaries.c.village_id == _plain(village_id))
    return statement


def _plain(value: Any) -> ColumnElement[Any]:
    """`value` in the statement itself: PostgreSQL's plan for any district and any days joins
    every payment with every message."""
    return bindparam(None, value, literal_execute=True, unique=True)


def _sharing(here: ColumnElement[bool], village_id: int | None) -> ColumnElement[bool]:
    """Whose SMS are looked at: the district's, or those of all who share a phone of the village."""
    if village_id is None:
        return here
    other = beneficiaries.alias("of_village")
    numbers = select(other.c.msisdn).where(
        other.c.village_id == _plain(village_id), other.c.msisdn.is_not(None)
    )
    return beneficiaries.c.msisdn.in_(numbers)


def _said(here: ColumnElement[bool], due: ColumnElement[bool]) -> Subquery:
    """By handset, day and place: what became of the best SMS about it (`best`), and of the best
    that named what holds now (`truth`)."""
    day, place = cast(payments.c.due_on, String), cast(payments.c.pay_point_id, String)
    true = messages.c.told == day + BETWEEN + place
    keys = (beneficiaries.c.msisdn, payments.c.due_on, payments.c.pay_point_id)
    rank = case((_DUPLICATE, _ARRIVED), else_=_RANK)
    return (
        select(
            *keys,
            func.max(rank).label("best"),
            func.max(case((true, rank))).label("truth"),
        )
        .select_from(beneficiaries)
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .join(messages, messages.c.payment_id == payments.c.id)
        .where(here, due, messages.c.told.is_not(None))
        .group_by(*keys)
        .subquery("said")
    )


def recipients_of(
    connection: Connection,
    broadcast_id: UUID,
    *,
    district_id: int | None = None,
    village_id: int | None = None,
) -> Select[Any] | None:
    """Everybody whom the broadcast was sent to or is for, with the `outcome`; None where there is
    no such broadcast.

    Its SMS stays hers, whatever her number is now. It goes to a handset: it tells all who share
    that and were known when it began. Whoever was registered since is none of its people.
    """
    broadcast = connection.execute(
        select(broadcasts).where(broadcasts.c.id == broadcast_id)
    ).one_or_none()
    if broadcast is None:
        return None
    hers = _sent(broadcast_id, messages.c.beneficiary_id, _there(district_id, village_id))
    shared = _sent(broadcast_id, messages.c.msisdn, _there(district_id, village_id))
    was_there = _was_there(broadcast)
    best, reason = (
        case((hers.c.key.is_not(None), hers.c[name]), else_=shared.c[name])
        for name in ("best", "reason")
    )
    outcome = case(
        *_by_rank(best),
        *_of_her_number(),
        (reason == "no_consent", "no_consent"),
        (reason == "opted_out", "opted_out"),
        (reason == "district_paused", "district_paused"),
        (best == _LOST, "failed"),
        else_="not_yet" if _goes_on(broadcast) else "no_message",
    )
    of_it = or_(shared.c.key.is_not(None), matching(broadcast.audience))
    return (
        select(beneficiaries, outcome.label("outcome"))
        .join(hers, hers.c.key == beneficiaries.c.id, isouter=True)
        .join(shared, and_(shared.c.key == beneficiaries.c.msisdn, was_there), isouter=True)
        .where(
            or_(hers.c.key.is_not(None), and_(was_there, of_it)),
            *_there(district_id, village_id),
        )
    )


def _goes_on(broadcast: Any) -> bool:
    """Whether it has not come to everybody of its audience yet, and will."""
    return broadcast.recipients is None and broadcast.state not in {"done", "cancelled"}


def _was_there(broadcast: Any) -> ColumnElement[bool]:
    """Whether somebody was known when it began, or can be reached by it still."""
    if broadcast.start_at is None or _goes_on(broadcast):
        return true()
    known: ColumnElement[bool] = beneficiaries.c.created_at <= broadcast.start_at
    return known


def _sent(broadcast_id: UUID, key: Column[Any], there: Sequence[ColumnElement[bool]]) -> Subquery:
    """What became of the broadcast by person or by handset, of all or of those of a place."""
    theirs = [messages.c.broadcast_id == broadcast_id, key.is_not(None)]
    if there:
        own = beneficiaries.c.id if key is messages.c.beneficiary_id else beneficiaries.c.msisdn
        theirs.append(key.in_(select(own).where(own.is_not(None), *there)))
    rank = case((_DUPLICATE, _ARRIVED), else_=_RANK)
    return (
        select(
            key.label("key"),
            func.max(rank).label("best"),
            func.max(messages.c.reason).label("reason"),
        )
        .where(*theirs)
        .group_by(key)
        .subquery("hers" if key is messages.c.beneficiary_id else "sent")
    )


def _there(district_id: int | None, village_id: int | None) -> list[ColumnElement[bool]]:
    there = []
    if district_id is not None:
        there.append(beneficiaries.c.district_id == district_id)
    if village_id is not None:
        there.append(beneficiaries.c.village_id == village_id)
    return there


def _by_rank(rank: ColumnElement[Any]) -> list[tuple[ColumnElement[bool], str]]:
    return [(rank == _ARRIVED, TOLD), (rank == _OUT, SENT), (rank == _LINED_UP, WAITING)]


def _of_her_number() -> list[tuple[ColumnElement[bool], str]]:
    return [
        (beneficiaries.c.msisdn.is_(None), "no_number"),
        (beneficiaries.c.msisdn_disowned_at.is_not(None), "number_disowned"),
    ]
