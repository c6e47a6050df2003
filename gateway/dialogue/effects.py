"""What a caller did becomes a row and its effect, in one transaction, once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, select, update
from uuid_utils.compat import uuid7

from gateway.core.kinds import CaseKind, EventKind
from gateway.messaging.receiving.allowance import NORMAL, Allowance, Question
from gateway.messaging.receiving.optouts import CONSENTED, Consented, opt_in, opt_out
from gateway.messaging.receiving.replies import Answered, Reply, answer, summary_of
from gateway.registry.bulk import insert_new
from gateway.registry.cases import open_case
from gateway.registry.choices import (
    disown_number,
    end_course,
    resume_own_courses,
    set_caller_locale,
    set_consent,
)
from gateway.registry.numbers import id_now
from gateway.registry.queries import locale_of
from gateway.registry.tables import beneficiaries, events

Result = dict[str, str]


@dataclass(frozen=True, slots=True)
class Happened:
    """One event on its way into the tables."""

    connection: Connection
    id: UUID
    key: str
    msisdn: str
    data: Mapping[str, str]
    now: datetime
    today: date
    default_locale: str
    allowance: Allowance

    beneficiary_id: UUID | None  # whom it is about, where the caller speaks for somebody certain


def record_event(
    connection: Connection,
    *,
    key: str,
    provider: str,
    session_id: str | None,
    msisdn: str,
    kind: EventKind,
    data: Mapping[str, str],
    now: datetime,
    default_locale: str = "lo",
    allowance: Allowance = NORMAL,
) -> Result:
    """Writes the event under its unique `key` and applies its effect; the result is the screen's.

    The same key again returns the stored result and changes nothing. Kinds and their data:
    language_chosen{locale}, reminders_started and _stopped{category, beneficiary_id?},
    course_stopped{beneficiary_id}, case_opened{kind, beneficiary_id?} -> {"case_number": "123",
    "sms": Answered}, number_disowned{}, summary_requested{beneficiary_id} -> {"sms"}.
    Raises MenuError for a kind of event or case that is none, and writes nothing. A limit holds
    back the SMS, never the effect. Runs in the caller's writing transaction; after its commit,
    an `sms` that is "queued" or "refused" deserves a `Wakeups.dispatch()`.
    """
    kind = EventKind(kind)
    today = now.astimezone(allowance.zone).date()
    event = Happened(
        connection, uuid7(), key, msisdn, data, now, today, default_locale, allowance,
        _whose(connection, data),
    )  # fmt: skip
    row = {
        "id": event.id,
        "event_key": key,
        "provider": provider,
        "session_id": session_id,
        "msisdn": msisdn,
        "beneficiary_id": event.beneficiary_id,
        "kind": kind,
        "data": dict(data),
        "result": {},
        "at": now,
    }
    if not insert_new(connection, events, [row]):
        stored: Result = connection.execute(
            select(events.c.result).where(events.c.event_key == key)
        ).scalar_one()
        return stored
    result = EFFECTS[kind](event)
    if result:
        connection.execute(update(events).where(events.c.id == event.id).values(result=result))
    return result


def _whose(connection: Connection, data: Mapping[str, str]) -> UUID | None:
    """Her row may have been merged into another one since the dial."""
    given = data.get("beneficiary_id")
    return id_now(connection, UUID(given)) if given else None


def only_stored(_event: Happened) -> Result:
    """The effect of an event that is read later, or never."""
    return {}


def _language_chosen(event: Happened) -> Result:
    set_caller_locale(event.connection, event.msisdn, event.data["locale"], event.now)
    return {}


def _reminders_started(event: Happened) -> Result:
    """All that held these reminders back and was hers to lift: opt-outs, a consent, a course."""
    category, ids = _about(event)
    opt_in(event.connection, event.msisdn, category, source="ussd", now=event.now)
    set_consent(event.connection, ids, category, True, event.now)
    if category == "health":
        resume_own_courses(event.connection, ids, event.now)
    return {}


def _reminders_stopped(event: Happened) -> Result:
    category, ids = _about(event)
    if not ids:
        opt_out(event.connection, event.msisdn, category, source="ussd", now=event.now)
    set_consent(event.connection, ids, category, False, event.now)
    return {}


def _about(event: Happened) -> tuple[Consented, list[UUID]]:
    """Which reminders, and whose: one person's, or of all whose number it is, nobody's too."""
    category = next(one for one in CONSENTED if one == event.data["category"])
    return category, [event.beneficiary_id] if event.beneficiary_id else _known_by(event)


def _known_by(event: Happened) -> list[UUID]:
    mine = (beneficiaries.c.msisdn == event.msisdn) & beneficiaries.c.msisdn_disowned_at.is_(None)
    return list(event.connection.execute(select(beneficiaries.c.id).where(mine)).scalars())


def _course_stopped(event: Happened) -> Result:
    if event.beneficiary_id:
        end_course(event.connection, event.beneficiary_id, "asked", event.now)
    return {}


def _case_opened(event: Happened) -> Result:
    """Who has had an SMS about a case and says the same again is shown its number, no more."""
    number = _open_case(event, CaseKind(event.data["kind"]))
    told = _reply(event, [Reply("case_opened", {"case": number})], f"case:{number}", once=True)
    return {"case_number": number, "sms": told}


def _number_disowned(event: Happened) -> Result:
    """Nothing more is sent to the number, not even a word about it."""
    disown_number(event.connection, event.msisdn, event.now)
    return {"case_number": _open_case(event, CaseKind.NUMBER_DISOWNED)}


def _summary_requested(event: Happened) -> Result:
    whose = event.beneficiary_id
    replies = summary_of(event.connection, whose, event.msisdn, on=event.today) if whose else []
    return {"sms": _reply(event, replies, f"payday:{whose}")}


def _open_case(event: Happened, kind: CaseKind) -> str:
    return str(
        open_case(
            event.connection,
            event_key=event.key,
            kind=kind,
            msisdn=event.msisdn,
            beneficiary_id=event.beneficiary_id,
            now=event.now,
            today=event.today,
        )
    )


def _reply(event: Happened, replies: list[Reply], about: str, *, once: bool = False) -> Answered:
    question = Question(
        event_id=event.id, msisdn=event.msisdn, about=about, at=event.now, once=once
    )
    return answer(
        event.connection,
        replies,
        question,
        locale=locale_of(event.connection, event.msisdn, default_locale=event.default_locale),
        allowance=event.allowance,
    )


EFFECTS: Mapping[EventKind, Callable[[Happened], Result]] = {
    EventKind.LANGUAGE_CHOSEN: _language_chosen,
    EventKind.REMINDERS_STARTED: _reminders_started,
    EventKind.REMINDERS_STOPPED: _reminders_stopped,
    EventKind.COURSE_STOPPED: _course_stopped,
    EventKind.CASE_OPENED: _case_opened,
    EventKind.NUMBER_DISOWNED: _number_disowned,
    EventKind.SUMMARY_REQUESTED: _summary_requested,
    EventKind.SCREENED: only_stored,
    EventKind.RESUME_OFFERED: only_stored,
}
