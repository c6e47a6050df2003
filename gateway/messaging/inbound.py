"""SMS from handsets, and the operator's own opt-out list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from sqlalchemy import Connection, select, update
from uuid_utils.compat import uuid7

from gateway.messaging.bulk import insert_new
from gateway.messaging.cases import open_case
from gateway.messaging.events import LAOS
from gateway.messaging.keywords import Command, Wish, understand
from gateway.messaging.optouts import consent_of_number, opt_in, opt_out
from gateway.messaging.replies import Reply, queue_replies, summary_for
from gateway.messaging.tables import mo_messages
from gateway.providers.base import MOMessage, OptOut
from gateway.registry.tables import callers, cases

CASE_OF_SMS = "sms"
# One case a day and number: a machine that answers our answers must not go on for ever.
SAME_CASE = timedelta(hours=24)
LONGEST_CASE = 4000  # characters
STOPPED = {
    "all": "opted_out",
    "payment": "opted_out_payment",
    "health": "opted_out_health",
    "broadcast": "opted_out",
}


@dataclass(frozen=True, slots=True)
class Arrived:
    """One SMS that has not been here before."""

    connection: Connection
    id: UUID
    msisdn: str
    text: str
    now: datetime


def record_incoming(
    connection: Connection,
    message: MOMessage,
    *,
    now: datetime,
    default_locale: str = "lo",
    zone: tzinfo = LAOS,
) -> bool:
    """Writes the SMS down and does what it asks; False where it came before: nothing is done.

    STOP and START are confirmed once for each change, a question is answered with what USSD would
    show, anything else opens a case. Where no phone has sent it, staff read it, nobody is answered.
    """
    arrived = Arrived(connection, uuid7(), message.source, message.text, now)
    command = understand(message.text)
    row = {
        "id": arrived.id,
        "provider_key": f"{message.provider}:{message.provider_id}",
        "msisdn": arrived.msisdn,
        "shortcode": message.shortcode,
        "text": message.text,
        # A notice: from a sender that no answer reaches, an operator's own or an advert.
        "handled_as": command.wish if message.msisdn else "notice",
        "received_at": now,
    }
    if not insert_new(connection, mo_messages, [row]):
        return False
    if message.msisdn is None:
        _for_staff(arrived, command)
        return True
    if command.wish == "ask":
        today = now.astimezone(zone).date()
        replies = summary_for(connection, arrived.msisdn, on=today, default_locale=default_locale)
    else:
        replies = _HANDLERS[command.wish](arrived, command)
    queue_replies(
        connection,
        replies,
        event_id=arrived.id,
        msisdn=arrived.msisdn,
        locale=_locale(connection, arrived.msisdn) or default_locale,
        now=now,
    )
    return True


def record_opt_out(connection: Connection, listed: OptOut, *, now: datetime) -> bool:
    """The operator blocks bulk SMS to the number from now on: so do we. False: known already."""
    return opt_out(connection, listed.msisdn.e164, "all", source=listed.provider, now=now)


def _stop(arrived: Arrived, command: Command) -> list[Reply]:
    changed = opt_out(
        arrived.connection, arrived.msisdn, command.subject, source="sms", now=arrived.now
    )
    return [Reply(STOPPED[command.subject])] if changed else []


def _start(arrived: Arrived, command: Command) -> list[Reply]:
    connection, msisdn, now = arrived.connection, arrived.msisdn, arrived.now
    lifted = opt_in(connection, msisdn, command.subject, source="sms", now=now)
    agreed = consent_of_number(connection, msisdn, command.subject, now=now)
    return [Reply("opted_in")] if lifted or agreed else []


def _for_staff(arrived: Arrived, _command: Command) -> list[Reply]:
    connection, msisdn = arrived.connection, arrived.msisdn
    open_one = connection.execute(
        select(cases.c.number, cases.c.text)
        .where(
            cases.c.msisdn == msisdn,
            cases.c.kind == CASE_OF_SMS,
            cases.c.state == "open",
            cases.c.opened_at > arrived.now - SAME_CASE,
        )
        .limit(1)
    ).first()
    if open_one is not None:
        text = f"{open_one.text}\n{arrived.text}"[:LONGEST_CASE]
        connection.execute(update(cases).where(cases.c.number == open_one.number).values(text=text))
        return []
    number = open_case(
        connection,
        event_key=f"sms:{arrived.id}",
        kind=CASE_OF_SMS,
        msisdn=msisdn,
        text=arrived.text,
        now=arrived.now,
    )
    return [Reply("case_opened", {"case": str(number)})]


_HANDLERS: dict[Wish, Callable[[Arrived, Command], list[Reply]]] = {
    "stop": _stop,
    "start": _start,
    "other": _for_staff,
}


def _locale(connection: Connection, msisdn: str) -> str | None:
    chosen: str | None = connection.execute(
        select(callers.c.locale).where(callers.c.msisdn == msisdn)
    ).scalar_one_or_none()
    return chosen
