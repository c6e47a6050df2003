"""How many answers a number gets, in SQL, so that it holds without Redis.

An answer counts once, however many SMS it takes. What is held back is the answer, never the act:
that has been done before anybody asks here. Who is held back is a row that staff see, and an alert.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, insert, select, update
from uuid_utils.compat import uuid7

from gateway.core.message_states import MessageState
from gateway.core.msisdn import Msisdn
from gateway.messaging.ledger import still
from gateway.messaging.tables import alerts, messages, replies_given, replies_held
from gateway.registry.bulk import insert_new, one_of

REPLIES_HELD = "replies_held"  # the kind of the alert
ALERT_STANDS = timedelta(hours=24)
LAOS = ZoneInfo("Asia/Vientiane")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

_NEVER_ARRIVED: tuple[MessageState, ...] = (
    "refused",
    "failed",
    "expired",
    "suppressed",
    "cancelled",
)

Reason = Literal["no_mobile", "had_it", "machine", "hour", "day"]
# Each of these is worth an alert; of the others, as many as an hour's answers.
_AT_ONCE: frozenset[Reason] = frozenset({"machine", "hour", "day"})


@dataclass(frozen=True, slots=True)
class Allowance:
    """The settings; `zone` says when a day begins."""

    per_hour: int = 10
    per_day: int = 30
    zone: tzinfo = LAOS


NORMAL = Allowance()


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Somebody is to be told something: `about` names it, `event_id` is what they did.

    `once`: who has been told it is not told again. `machine`: the words are a machine's.
    """

    event_id: UUID
    msisdn: str
    about: str
    at: datetime
    once: bool = False
    machine: bool = False


def allow(connection: Connection, question: Question, allowance: Allowance) -> Reason | None:
    """Why it is not answered; None counts the answer, which must then be queued.

    The last step of the caller's writing transaction: those of one number take turns here.
    """
    _one_at_a_time(connection, question.msisdn)
    today = _held_today(connection, question, allowance.zone)
    given = _given(connection, question, today.lifted_at if today else None)
    reason = _reason(question, given, allowance)
    if reason is None and question.once and was_told(connection, question):
        reason = "had_it"
    if reason is None:
        counted = {"event_id": question.event_id, "msisdn": question.msisdn, "at": question.at}
        connection.execute(insert(replies_given).values({**counted, "about": question.about}))
    else:
        _hold(connection, question, reason, allowance)
    return reason


def was_told(
    connection: Connection, question: Question, *, within: timedelta | None = None
) -> bool:
    """Whether the number has had an answer about the same: one that never arrived is none."""
    told = select(replies_given.c.event_id).where(
        replies_given.c.msisdn == question.msisdn, replies_given.c.about == question.about
    )
    if within is not None:
        told = told.where(replies_given.c.at > question.at - within)
    given = [f"reply:{event_id}" for event_id in connection.execute(told).scalars()]
    lost = select(func.count()).where(
        one_of(connection, messages.c.dedupe_key, given), still(*_NEVER_ARRIVED)
    )
    return bool(given) and connection.execute(lost).scalar_one() < len(given)


def lift(connection: Connection, held_id: UUID, now: datetime) -> bool:
    """Staff give the number its answers back; False where there is no such row."""
    chosen = select(replies_held).where(replies_held.c.id == held_id).with_for_update()
    row = connection.execute(chosen).one_or_none()
    if row is None:
        return False
    values = {"lifted_at": now, "held": 0, "alert_id": None}
    connection.execute(update(replies_held).where(replies_held.c.id == held_id).values(values))
    mine = (alerts.c.id == row.alert_id) & alerts.c.resolved_at.is_(None)
    connection.execute(update(alerts).where(mine).values(resolved_at=now))
    return True


def resolve_alerts(connection: Connection, now: datetime) -> int:
    """Alerts of a day ago are over by themselves: the number gets answers again; how many."""
    old = (
        alerts.c.resolved_at.is_(None)
        & (alerts.c.kind == REPLIES_HELD)
        & (alerts.c.opened_at <= now - ALERT_STANDS)
    )
    return connection.execute(update(alerts).where(old).values(resolved_at=now)).rowcount


def _one_at_a_time(connection: Connection, msisdn: str) -> None:
    """Questions sent side by side must not all count as the first. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(f"reply:{msisdn}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def _held_today(connection: Connection, question: Question, zone: tzinfo) -> Row[Any] | None:
    today = question.at.astimezone(zone).date()
    mine = (replies_held.c.msisdn == question.msisdn) & (replies_held.c.day == today)
    return connection.execute(select(replies_held).where(mine)).one_or_none()


def _given(
    connection: Connection, question: Question, lifted_at: datetime | None
) -> Sequence[datetime]:
    """When the number was answered in the last 24 hours, since staff last lifted its limit."""
    since = max(question.at - DAY, lifted_at or question.at - DAY)
    mine = (replies_given.c.msisdn == question.msisdn) & (replies_given.c.at > since)
    return connection.execute(select(replies_given.c.at).where(mine)).scalars().all()


def _reason(question: Question, given: Sequence[datetime], allowance: Allowance) -> Reason | None:
    msisdn = Msisdn(question.msisdn)
    if not (msisdn.is_lao and msisdn.is_mobile):
        return "no_mobile"
    if question.machine:
        return "machine"
    day_began_at = datetime.combine(
        question.at.astimezone(allowance.zone).date(), time(), allowance.zone
    )
    if sum(at >= day_began_at for at in given) >= allowance.per_day:
        return "day"
    if sum(at > question.at - HOUR for at in given) >= allowance.per_hour:
        return "hour"
    return None


def _hold(connection: Connection, question: Question, reason: Reason, allowance: Allowance) -> None:
    """Counts it on the number's row of today; alerts once."""
    first = {
        "id": uuid7(),
        "msisdn": question.msisdn,
        "day": question.at.astimezone(allowance.zone).date(),
        "reason": reason,
        "held": 0,
        "first_at": question.at,
        "last_at": question.at,
    }
    insert_new(connection, replies_held, [first])
    mine = (replies_held.c.msisdn == first["msisdn"]) & (replies_held.c.day == first["day"])
    row = connection.execute(
        update(replies_held)
        .where(mine)
        .values(held=replies_held.c.held + 1, reason=reason, last_at=question.at)
        .returning(replies_held.c.id, replies_held.c.held, replies_held.c.alert_id)
    ).one()
    if row.alert_id is None and (reason in _AT_ONCE or row.held >= allowance.per_hour):
        _alert(connection, row.id, reason, question.at)


def _alert(connection: Connection, held_id: UUID, reason: Reason, now: datetime) -> None:
    """Names the row, not the number: alerts are kept for longer than numbers."""
    alert_id = uuid7()
    detail = {"held_id": str(held_id), "reason": reason}
    connection.execute(
        insert(alerts).values(id=alert_id, kind=REPLIES_HELD, detail=detail, opened_at=now)
    )
    connection.execute(
        update(replies_held).where(replies_held.c.id == held_id).values(alert_id=alert_id)
    )
