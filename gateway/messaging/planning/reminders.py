"""Plans reminders into the ledger; planning twice adds nothing, the keys see to that."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, String, and_, case, cast, func, or_, select

from gateway.core.payment_reminders import TAKES_BACK, payment_days, plan_correction
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours
from gateway.core.reminder_records import Planned, Told
from gateway.core.reminders import plan
from gateway.messaging.ledger import Draft, queue_messages, state_is
from gateway.messaging.planning.people import (
    Reached,
    due_payment,
    people_by_id,
    people_of_villages,
    village_groups,
)
from gateway.messaging.sending.rendering import TOLD_OF_NONE
from gateway.messaging.tables import messages
from gateway.registry.bulk import one_of
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, payments


def run_reminders(
    database: Database, *, on: date, hours: SendingHours, default_locale: str, now: datetime
) -> int:
    """Queues what goes out on the local day `on`; how many messages were new."""
    return sum(reminder_steps(database, on=on, hours=hours, default_locale=default_locale, now=now))


def reminder_steps(
    database: Database, *, on: date, hours: SendingHours, default_locale: str, now: datetime
) -> Iterator[int]:
    """The same, some villages at a time, each committed: yields how many messages were new.

    What an interruption left out is planned by the next run.
    """
    rules = PROGRAMME.rules_on(on)
    with database.reading() as connection:
        groups = village_groups(connection)
    for village_ids in groups:
        with database.reading() as connection:
            reached = people_of_villages(connection, village_ids, due=payment_days(on, rules))
        planned = plan((one.person for one in reached), on=on, rules=rules, hours=hours)
        drafts = _drafts(planned, reached, default_locale)
        if not drafts:
            yield 0
            continue
        with database.writing() as connection:
            added = queue_messages(connection, drafts, now=now)
        yield added


def run_corrections(
    database: Database, *, hours: SendingHours, default_locale: str, now: datetime
) -> int:
    """Queues a correction for each payment that is no longer as its last message said."""
    today = now.astimezone(hours.zone).date()
    with database.reading() as connection:
        drafts = corrections(
            connection,
            _told_otherwise(connection, today, hours.zone),
            hours=hours,
            default_locale=default_locale,
            now=now,
        )
    with database.writing() as connection:
        return queue_messages(connection, drafts, now=now)


def corrections(
    connection: Connection,
    changed: Sequence[tuple[Any, Told]],
    *,
    hours: SendingHours,
    default_locale: str,
    now: datetime,
) -> list[Draft]:
    """What is owed for payments (rows of `payments`) that are not as told; one for each at most."""
    today = now.astimezone(hours.zone).date()
    rules = PROGRAMME.rules_on(today)
    whom = {payment.beneficiary_id for payment, _told in changed}
    reached = people_by_id(connection, whom, due=(today, today)) if whom else {}
    planned = [
        correction
        for payment, told in changed
        if payment.beneficiary_id in reached
        and (
            correction := plan_correction(
                reached[payment.beneficiary_id].person,
                due_payment(payment),
                told,
                now=now,
                rules=rules,
                hours=hours,
            )
        )
    ]
    return _drafts(planned, reached.values(), default_locale)


CORRECTIONS = frozenset({"payment_changed", *TAKES_BACK})
# A handset that got one SMS for two people was told for both.
HAS_TOLD = and_(
    messages.c.told.is_not(None),
    or_(
        state_is("sending", "accepted", "unknown", "delivered"),
        and_(state_is("suppressed"), messages.c.reason == "duplicate"),
    ),
)


# Taken back before it went out: the payment was right again for a while, or her district paused.
TAKEN_BACK = and_(
    messages.c.template.in_(CORRECTIONS),
    state_is("suppressed", "cancelled"),
    messages.c.reason.is_distinct_from("duplicate"),
)


def last_told(
    connection: Connection, payment_ids: Sequence[UUID], *, today_from: datetime
) -> Mapping[UUID, Told]:
    """What the last SMS about each payment said, of those about which there was one."""
    at = func.coalesce(messages.c.sent_at, messages.c.updated_at)
    rows = connection.execute(
        select(
            messages.c.id,
            messages.c.payment_id,
            messages.c.told,
            messages.c.template,
            at.label("at"),
        )
        .where(one_of(connection, messages.c.payment_id, payment_ids), HAS_TOLD)
        .order_by(at)
    ).all()
    unsent = Counter(
        connection.execute(
            select(messages.c.payment_id).where(
                one_of(connection, messages.c.payment_id, payment_ids), TAKEN_BACK
            )
        ).scalars()
    )
    today = Counter(
        row.payment_id for row in rows if row.template in CORRECTIONS and row.at >= today_from
    )
    return {
        row.payment_id: _told(row, today[row.payment_id], unsent[row.payment_id]) for row in rows
    }


def _told_otherwise(connection: Connection, today: date, zone: tzinfo) -> list[tuple[Any, Told]]:
    """Payments ahead that are not as a message named them, with what the last one said.

    What is scheduled for somebody who is not enrolled any more is not paid either.

    Compared with what is true now, not by times: a message may have been on its way while the
    payment changed.
    """
    place = cast(payments.c.pay_point_id, String)
    true_now = case(
        (or_(payments.c.status == "cancelled", beneficiaries.c.status != "enrolled"), TOLD_OF_NONE),
        else_=cast(payments.c.due_on, String) + "|" + place,
    )
    differing = connection.execute(
        select(payments)
        .distinct()
        .join(messages, messages.c.payment_id == payments.c.id)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(
            payments.c.status.in_(("scheduled", "cancelled")),
            payments.c.due_on >= today,
            HAS_TOLD,
            messages.c.told != true_now,
        )
    ).all()
    ids = [row.id for row in differing]
    today_from = datetime.combine(today, time.min, zone)
    told = last_told(connection, ids, today_from=today_from) if ids else {}
    return [(row, told[row.id]) for row in differing if row.id in told]


def _told(message: Any, today: int, unsent: int) -> Told:
    due_on, _, place = message.told.partition("|")
    return Told(
        due_on=None if message.told == TOLD_OF_NONE else date.fromisoformat(due_on),
        place=place,
        by=message.id.hex,
        today=today,
        unsent=unsent,
    )


def _drafts(
    planned: Iterable[Planned], reached: Iterable[Reached], default_locale: str
) -> list[Draft]:
    whom = {one.person.beneficiary_id: one for one in reached}
    return [
        Draft(
            dedupe_key=one.dedupe_key,
            category=one.category,
            template=one.template,
            msisdn=one.msisdn.e164,
            locale=whom[one.beneficiary_id].locale or default_locale,
            params=one.params,
            beneficiary_id=UUID(one.beneficiary_id),
            payment_id=UUID(one.payment_id) if one.payment_id else None,
            not_before_at=one.not_before_at,
            expires_at=one.expires_at,
            alike=_alike(one, whom[one.beneficiary_id]),
        )
        for one in planned
    ]


def _alike(planned: Planned, reached: Reached) -> str:
    """What decides on the text, as far as it is known beforehand."""
    person = reached.person
    due = next((one for one in person.payments if one.id == planned.payment_id), None)
    place = planned.params.get("place", due.place if due else "")
    about = (planned.template, planned.params["due_on"], place, person.village)
    return "|".join(map(str, (*about, person.health_centre, reached.locale, reached.has_pin)))
