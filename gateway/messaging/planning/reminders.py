"""Plans reminders into the ledger; planning twice adds nothing, the keys see to that."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from gateway.core.payment_reminders import payment_days, plan_correction
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours
from gateway.core.reminder_records import Planned
from gateway.core.reminders import plan
from gateway.core.told import LastTold
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.planning.people import (
    Reached,
    due_payment,
    people_by_id,
    people_of_villages,
    village_groups,
)
from gateway.messaging.told import told_otherwise
from gateway.registry.database import Database


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
            told_otherwise(connection, today, hours.zone),
            hours=hours,
            default_locale=default_locale,
            now=now,
        )
    with database.writing() as connection:
        return queue_messages(connection, drafts, now=now)


def corrections(
    connection: Connection,
    changed: Sequence[tuple[Any, LastTold]],
    *,
    hours: SendingHours,
    default_locale: str,
    now: datetime,
) -> list[Draft]:
    """What is owed for payments (rows of `payments`) that are not as told; one for each at most."""
    today = now.astimezone(hours.zone).date()
    rules = PROGRAMME.rules_on(today)
    whom = {payment.beneficiary_id for payment, _last in changed}
    reached = people_by_id(connection, whom, due=(today, today)) if whom else {}
    planned = [
        correction
        for payment, last in changed
        if payment.beneficiary_id in reached
        and (
            correction := plan_correction(
                reached[payment.beneficiary_id].person,
                due_payment(payment),
                last,
                now=now,
                rules=rules,
                hours=hours,
            )
        )
    ]
    return _drafts(planned, reached.values(), default_locale)


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
    place = planned.params.get("place", due.pay_point_id if due else "")
    about = (planned.template, planned.params["due_on"], place, person.village)
    return "|".join(map(str, (*about, person.health_centre, reached.locale, reached.has_pin)))
