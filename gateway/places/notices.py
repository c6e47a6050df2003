"""Whom an SMS has named a place to that is called otherwise now, and the corrections.

An SMS names the pay point, or the village where the money comes to it. A correction is owed where
what the women read becomes another place, not another spelling of it; staff have the last word.
"""

from collections.abc import Sequence
from datetime import datetime, time
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from msgspec import structs
from sqlalchemy import ColumnElement, Connection, case, func, or_, select, update

from gateway.core.told import BETWEEN, LastTold, Told
from gateway.core.villages import village_text
from gateway.messaging.ledger import queue_messages
from gateway.messaging.planning.reminders import corrections
from gateway.messaging.tables import messages
from gateway.messaging.told import HAS_TOLD, last_told
from gateway.places.desk import Desk
from gateway.places.pointing import Pairs
from gateway.places.records import Place
from gateway.registry.bulk import one_of
from gateway.registry.imports.spelling import spelling
from gateway.registry.tables import beneficiaries, payments

ALIKE = 0.75  # of difflib; a tone mark or a letter in five
_ELSEWHERE = 0  # the id of no pay point
_AT_ONCE = 1000  # payments
_DAY = len("2026-11-27") + len(BETWEEN)


def reads_otherwise(before: Place, after: Place) -> bool:
    """Whether a reader of either script takes it for another place than the one she was told."""
    if before.kind not in {"village", "pay_point"}:
        return False
    pairs = zip(_in_sms(before), _in_sms(after), strict=True)
    return any(not _alike(before.kind, was, now) for was, now in pairs)


def _in_sms(place: Place) -> tuple[str, str]:
    short, short_latin = place.short_name, place.short_name_latin
    return short or place.name, (short and short_latin) or place.name_latin


def _alike(kind: str, one: str, other: str) -> bool:
    """Digits tell places apart that are called the same otherwise."""
    one, other = spelling(kind, one), spelling(kind, other)
    digits = [[sign for sign in text if sign.isdigit()] for text in (one, other)]
    return digits[0] == digits[1] and SequenceMatcher(None, one, other).ratio() >= ALIKE


def readers(connection: Connection, place: Place, desk: Desk) -> Sequence[UUID]:
    """The payments to come of which an SMS has named `place`."""
    if place.kind == "pay_point":
        there: ColumnElement[bool] = payments.c.pay_point_id == place.id
        names = set(_in_sms(place))
    elif place.kind == "village":
        there = beneficiaries.c.village_id == place.id
        own = {"lo": place.name}
        names = {
            village_text(own.get(locale, place.name_latin), gettext)
            for locale, gettext in desk.gettext.items()
        }
    else:
        return ()
    named = or_(*(messages.c.body.contains(name, autoescape=True) for name in names))
    read = (
        select(payments.c.id)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(
            there,
            payments.c.status == "scheduled",
            payments.c.due_on >= desk.today,
            select(messages.c.id)
            .where(messages.c.payment_id == payments.c.id, HAS_TOLD, named)
            .exists(),
        )
    )
    return connection.execute(read).scalars().all()


def last_words(
    connection: Connection, payment_ids: Sequence[UUID], desk: Desk
) -> dict[UUID, LastTold]:
    """What was told of each, marked as naming a place that is none any more."""
    if not payment_ids:
        return {}
    today_from = datetime.combine(desk.today, time.min, desk.hours.zone)
    return {
        payment_id: structs.replace(last, told=Told(last.told.due_on, _ELSEWHERE))
        for payment_id, last in last_told(connection, payment_ids, today_from=today_from).items()
        if last.told.due_on is not None
    }


def queue_corrections(connection: Connection, owed: dict[UUID, LastTold], desk: Desk) -> int:
    """How many SMS were queued."""
    if not owed:
        return 0
    rows: Sequence[Any] = connection.execute(
        select(payments).where(one_of(connection, payments.c.id, list(owed)))
    ).all()
    drafts = corrections(
        connection,
        [(row, owed[row.id]) for row in rows],
        hours=desk.hours,
        default_locale=desk.default_locale,
        now=desk.now,
    )
    return queue_messages(connection, drafts, now=desk.now)


def told_follows(connection: Connection, pairs: Pairs, desk: Desk) -> None:
    """What SMS have said of one pay point of a pair they have said of the other: no correction is
    owed for that alone. To be called while payments still name the first."""
    if not pairs:
        return
    ahead = select(payments.c.id).where(
        payments.c.pay_point_id.in_({*pairs, *pairs.values()}), payments.c.due_on >= desk.today
    )
    said = func.substr(messages.c.told, _DAY + 1)
    names = {str(old): str(new) for old, new in pairs.items()}
    now_said = func.substr(messages.c.told, 1, _DAY).concat(case(names, value=said))
    # By their ids, some at a time: else PostgreSQL would rather read the whole ledger.
    found = connection.execute(ahead).scalars().all()
    for start in range(0, len(found), _AT_ONCE):
        ids = found[start : start + _AT_ONCE]
        connection.execute(
            update(messages)
            .where(
                one_of(connection, messages.c.payment_id, ids),
                messages.c.told.is_not(None),
                said.in_(list(names)),
            )
            .values(told=now_said)
        )
