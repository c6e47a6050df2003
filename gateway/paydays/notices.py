"""The SMS that says a payment was missed: when it goes out, that it has gone, or why there is none.

As planning will find it (`gateway.core.payment_reminders`); nothing is queued here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from gateway.core.consent import reason_to_hold_back
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import next_allowed_from
from gateway.core.reminder_records import at_local, starts_at
from gateway.messaging.planning.reminders import REMINDERS_EVERY
from gateway.messaging.tables import messages
from gateway.paydays.desk import Desk
from gateway.paydays.untold import optouts_of
from gateway.registry.standing import standing_of
from gateway.registry.tables import beneficiaries, districts, payments, villages

_GONE = frozenset({"accepted", "delivered", "unknown"})
_WAITS = frozenset({"queued", "claimed", "sending"})
_A_DAY = timedelta(days=1)
MINUTES_LATER = REMINDERS_EVERY // timedelta(minutes=1)  # than `goes_at`, at most


@dataclass(frozen=True, kw_only=True)
class Notice:
    """`at`: when it goes or, `gone`, went out; None: none goes, for `reason` (of `Reason`,
    "no_number", "too_late", or what became of the SMS). `person`: her row with her village."""

    payment_id: UUID
    person: Any
    at: datetime | None = None
    gone: bool = False
    reason: str | None = None


def notices(
    connection: Connection, which: Sequence[ColumnElement[bool]], desk: Desk
) -> list[Notice]:
    """Of those payments of `which` (conditions on `payments`) that stand as missed, by village."""
    said = and_(messages.c.payment_id == payments.c.id, messages.c.template == "payment_missed")
    found = (
        select(
            beneficiaries,
            districts.c.paused_at,
            villages.c.name.label("village"),
            villages.c.name_latin.label("village_latin"),
            payments.c.id.label("payment_id"),
            payments.c.due_on,
            messages.c.state,
            messages.c.reason.label("sms_reason"),
            messages.c.not_before_at,
            messages.c.sent_at,
        )
        .select_from(payments)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .join(villages, villages.c.id == beneficiaries.c.village_id)
        .outerjoin(messages, said)
        .where(payments.c.status == "missed", *which, *desk.hers())
        .order_by(
            villages.c.name_latin, villages.c.id, beneficiaries.c.registration_no, messages.c.id
        )
    )
    rows = {row.payment_id: row for row in connection.execute(found)}  # the newest SMS of each
    left = optouts_of(connection, {row.msisdn for row in rows.values() if row.msisdn})
    return [_notice(row, left[row.msisdn], desk) for row in rows.values()]


def _notice(row: Row[Any], left: set[str], desk: Desk) -> Notice:
    if row.state in _GONE:
        return Notice(payment_id=row.payment_id, person=row, at=row.sent_at, gone=True)
    reason = _reason(row, left)
    at = None if reason else goes_at(row.due_on, desk, not_before=row.not_before_at)
    if at is None:
        return Notice(payment_id=row.payment_id, person=row, reason=reason or "too_late")
    return Notice(payment_id=row.payment_id, person=row, at=at)


def _reason(row: Row[Any], left: set[str]) -> str | None:
    held_back = reason_to_hold_back("payment", standing_of(row, left))
    if held_back == "died" or (row.msisdn and held_back):
        return held_back
    if not row.msisdn:
        return "no_number"
    return row.sms_reason or "not_sent" if row.state and row.state not in _WAITS else None


def goes_at(due_on: date, desk: Desk, *, not_before: datetime | None = None) -> datetime | None:
    """When the SMS about a payment of that day, marked now, goes out; None: it is too late."""
    rules = PROGRAMME.rules_on(desk.today)
    first = max(desk.now, not_before or starts_at(desk.today, rules, desk.hours))
    at = next_allowed_from(first, desk.hours)
    last_on = due_on + timedelta(days=rules.missed_notice_days)
    return at if at < at_local(last_on + _A_DAY, time.min, desk.hours) else None
