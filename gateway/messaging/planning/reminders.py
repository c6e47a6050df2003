"""Plans reminders into the ledger; planning twice adds nothing, the keys see to that."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from gateway.core.due_days import DueDays, due_days
from gateway.core.payment_reminders import payment_days, plan_correction
from gateway.core.programme import PROGRAMME, Rules
from gateway.core.quiet_hours import SendingHours
from gateway.core.reminder_records import Planned
from gateway.core.reminders import plan
from gateway.core.told import LastTold
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.planning.due import changed, pages, set_mark
from gateway.messaging.planning.people import Reached, due_payment, people_by_id, people_of
from gateway.messaging.told import as_told, told_otherwise
from gateway.registry.database import Database

# Often, not daily: an import in the morning may bring payments whose reminder is due today. The
# console says that a message may take so long (`gateway.paydays.notices`).
REMINDERS_EVERY = timedelta(minutes=30)
CORRECTED_AT_ONCE = 5_000


def run_reminders(
    database: Database, *, on: date, hours: SendingHours, default_locale: str, now: datetime
) -> int:
    """Queues what goes out on the local day `on`; how many messages were new."""
    return sum(reminder_steps(database, on=on, hours=hours, default_locale=default_locale, now=now))


def reminder_steps(
    database: Database,
    *,
    on: date,
    hours: SendingHours,
    default_locale: str,
    now: datetime,
    anew: bool = True,
) -> Iterator[int]:
    """The same, some people at a time, each committed: yields how many messages were new.

    What an interruption left out is planned by the next run. Not `anew`: districts in which nothing
    has changed since they were planned for `on` are passed over.
    """
    rules = PROGRAMME.rules_on(on)
    days = due_days(on, rules, hours)
    asked = _asked(on, days, rules, hours, default_locale)
    with database.reading() as connection:
        marks = changed(connection, days, asked)
        found = pages(connection, days, None if anew or marks is None else marks)
    for page in found:
        with database.reading() as connection:
            reached = people_of(connection, page.ids, due=payment_days(on, rules))
        planned = plan((one.person for one in reached), on=on, rules=rules, hours=hours)
        drafts = _drafts(planned, reached, default_locale)
        mark = marks.get(page.district_id) if marks and page.last else None
        if not drafts and mark is None:
            yield 0
            continue
        with database.writing() as connection:
            added = queue_messages(connection, drafts, now=now)
            if mark is not None:
                set_mark(connection, page.district_id, mark)
        yield added


def _asked(
    on: date, days: DueDays, rules: Rules, hours: SendingHours, default_locale: str
) -> bytes:
    """All that decides on a plan besides the rows; holidays as far as they move this day."""
    asked = (on, days, rules, str(hours.zone), hours.quiet, hours.wave, default_locale)
    return msgspec.json.encode(asked, order="deterministic")


def run_corrections(
    database: Database,
    *,
    hours: SendingHours,
    default_locale: str,
    now: datetime,
    changed_since: datetime | None = None,
) -> int:
    """Queues a correction for each payment that is no longer as its last message said; of those
    that have `changed_since`, where it is given. So many at a time are committed.
    """
    today = now.astimezone(hours.zone).date()
    with database.reading() as connection:
        differing = told_otherwise(connection, today, changed_since=changed_since)
    queued = 0
    for start in range(0, len(differing), CORRECTED_AT_ONCE):
        some = differing[start : start + CORRECTED_AT_ONCE]
        with database.reading() as connection:
            drafts = corrections(
                connection,
                as_told(connection, some, today, hours.zone),
                hours=hours,
                default_locale=default_locale,
                now=now,
            )
        with database.writing() as connection:
            queued += queue_messages(connection, drafts, now=now)
    return queued


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
