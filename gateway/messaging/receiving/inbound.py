"""SMS that come in, and the operator's own opt-out list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from uuid_utils.compat import uuid7

from gateway.core.caller import Beneficiary
from gateway.core.consent import brings, keeps_a_right
from gateway.core.kinds import CaseKind
from gateway.messaging.receiving.allowance import (
    DAY,
    NORMAL,
    Allowance,
    Question,
    was_told,
)
from gateway.messaging.receiving.keywords import Command, Subject, Wish, understand
from gateway.messaging.receiving.machines import repeats_itself
from gateway.messaging.receiving.optouts import consent_of_number, opt_in, opt_out
from gateway.messaging.receiving.replies import Reply, answer, summary_for
from gateway.messaging.tables import mo_messages, replies_given
from gateway.providers.base import MOMessage, OptOut
from gateway.registry.bulk import insert_new
from gateway.registry.cases import open_case
from gateway.registry.choices import set_caller_locale
from gateway.registry.queries import caller_facts, locale_of, only_one_known

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
    default_locale: str
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the sender is to be told, and what it is about: see `Question`."""

    replies: list[Reply]
    about: str
    machine: bool = False


def record_incoming(
    connection: Connection,
    message: MOMessage,
    *,
    now: datetime,
    default_locale: str = "lo",
    allowance: Allowance = NORMAL,
) -> bool:
    """Writes the SMS down and does what it asks; False where it came before: nothing is done.

    STOP and START are confirmed at each change, and once a day where nothing changes; a question is
    answered with what USSD would show; HELP, a greeting and what has no words with what there is to
    ask; thanks with nothing; a language is kept; anything else joins the number's open case. Where
    no phone has sent it, staff read it, nobody is answered. A limit holds back the answer, never
    the act.
    """
    source, text = message.source, message.text
    arrived = Arrived(connection, uuid7(), source, text, now, default_locale, allowance)
    command = understand(text) if message.msisdn else Command("other")
    row = {
        "id": arrived.id,
        "provider_key": f"{message.provider}:{message.provider_id}",
        "msisdn": source,
        "shortcode": message.shortcode,
        "text": text,
        # A notice: from a sender that no answer reaches, an operator's own or an advert.
        "handled_as": command.wish if message.msisdn else "notice",
        "received_at": now,
    }
    if not insert_new(connection, mo_messages, [row]):
        return False
    reaction = _HANDLERS[command.wish](arrived, command)
    if message.msisdn:
        _answer(arrived, reaction)
    return True


def record_opt_out(connection: Connection, listed: OptOut, *, now: datetime) -> bool:
    """The operator blocks bulk SMS to the number from now on: so do we. False: known already."""
    return opt_out(connection, listed.msisdn.e164, "all", source=listed.provider, now=now)


def _answer(arrived: Arrived, reaction: Reaction) -> None:
    question = Question(
        event_id=arrived.id,
        msisdn=arrived.msisdn,
        about=reaction.about,
        at=arrived.now,
        machine=reaction.machine,
    )
    locale = locale_of(arrived.connection, arrived.msisdn, default_locale=arrived.default_locale)
    answer(
        arrived.connection, reaction.replies, question, locale=locale, allowance=arrived.allowance
    )


def _stop(arrived: Arrived, command: Command) -> Reaction:
    changed = opt_out(
        arrived.connection, arrived.msisdn, command.subject, source="sms", now=arrived.now
    )
    # That a right stays as it is, is said where somebody has one.
    only = "" if any(map(keeps_a_right, _people(arrived))) else "_only"
    return _confirmed(arrived, [Reply(STOPPED[command.subject] + only)], "stop", changed=changed)


def _start(arrived: Arrived, command: Command) -> Reaction:
    connection, msisdn, now = arrived.connection, arrived.msisdn, arrived.now
    lifted = opt_in(connection, msisdn, command.subject, source="sms", now=now)
    agreed = consent_of_number(connection, msisdn, command.subject, now=now)
    people = _people(arrived)
    if not people or people[0].disowned:  # nothing will come, and she should hear why
        return Reaction([Reply("number_disowned" if people else "not_known")], "start")
    template = _brought_by_start(people, command.subject)
    replies = [Reply(template)] if template else _how_it_stands(arrived)
    return _confirmed(arrived, replies, "start", changed=lifted or agreed)


def _people(arrived: Arrived) -> Sequence[Beneficiary]:
    today, locale = arrived.now.astimezone(arrived.allowance.zone).date(), arrived.default_locale
    connection, msisdn = arrived.connection, arrived.msisdn
    return caller_facts(connection, msisdn, on=today, default_locale=locale).beneficiaries


def _brought_by_start(people: Sequence[Beneficiary], subject: Subject) -> str | None:
    """What comes of it for those whose number it is: nothing is promised that will not come. None:
    nothing at all, for how their registrations stand.
    """
    money = {brings("payment", one) for one in people}
    if money == {"nothing"}:
        return None
    if subject == "health":
        health = {brings("health", one) for one in people}
        return "opted_in" if "now" in health else "no_health"
    return "opted_in" if "now" in money else "opted_in_later"


def _how_it_stands(arrived: Arrived) -> list[Reply]:
    today = arrived.now.astimezone(arrived.allowance.zone).date()
    locale = arrived.default_locale
    return summary_for(arrived.connection, arrived.msisdn, on=today, default_locale=locale)


def _confirmed(arrived: Arrived, replies: list[Reply], about: str, *, changed: bool) -> Reaction:
    """Who says again what stands already is told so once a day: two machines fall silent."""
    if changed:
        return Reaction(replies, about)
    again = f"{about}:{replies[0].template}"
    question = Question(event_id=arrived.id, msisdn=arrived.msisdn, about=again, at=arrived.now)
    told = was_told(arrived.connection, question, within=DAY)
    return Reaction([] if told else replies, again)


def _ask(arrived: Arrived, _command: Command) -> Reaction:
    return Reaction(_how_it_stands(arrived), "ask")


def _help(_arrived: Arrived, _command: Command) -> Reaction:
    return Reaction([Reply("help")], "help")


def _blank(arrived: Arrived, _command: Command) -> Reaction:
    """No clerk can act on it."""
    return Reaction([Reply("help")], "help", repeats_itself(arrived.text, _answered(arrived)))


def _thanks(_arrived: Arrived, _command: Command) -> Reaction:
    """Nothing is to be done: her SMS stands among her number's, for whoever looks."""
    return Reaction([], "thanks")


def _language(arrived: Arrived, command: Command) -> Reaction:
    """Of the number, and of the people whose number it is; confirmed in that language."""
    if command.locale:
        set_caller_locale(arrived.connection, arrived.msisdn, command.locale, arrived.now)
    return Reaction([Reply("language_set")], "language")


def _for_staff(arrived: Arrived, command: Command) -> Reaction:
    """Staff read all of it; it is acknowledged with the case's number, unless a machine says it.

    A wrong number is staff's to find out: a shared phone cannot be asked once more by SMS, and what
    would be cut off may be somebody else's.
    """
    kind = _KINDS.get(command.wish, CaseKind.SMS)
    hers = command.wish in {"not_paid", "call_back"}
    number = open_case(
        arrived.connection,
        event_key=f"sms:{arrived.id}",
        kind=kind,
        msisdn=arrived.msisdn,
        beneficiary_id=only_one_known(arrived.connection, arrived.msisdn) if hers else None,
        text=arrived.text,
        now=arrived.now,
        today=arrived.now.astimezone(arrived.allowance.zone).date(),
    )
    template = "wrong_number" if command.wish == "wrong_number" else "case_opened"
    machine = repeats_itself(arrived.text, _answered(arrived))
    return Reaction([Reply(template, {"case": str(number)})], f"case:{number}", machine)


_KINDS: dict[Wish, CaseKind] = {
    "not_paid": CaseKind.NOT_PAID,
    "call_back": CaseKind.CALL_BACK,
    "wrong_number": CaseKind.NUMBER_DISOWNED,
}
_HANDLERS: dict[Wish, Callable[[Arrived, Command], Reaction]] = {
    "stop": _stop,
    "start": _start,
    "ask": _ask,
    "help": _help,
    "language": _language,
    "blank": _blank,
    "greeting": _blank,
    "thanks": _thanks,
    "other": _for_staff,
    **dict.fromkeys(_KINDS, _for_staff),
}


def _answered(arrived: Arrived) -> list[str]:
    """What the number has written in the last day and was answered."""
    written = (
        select(mo_messages.c.text)
        .join(replies_given, replies_given.c.event_id == mo_messages.c.id)
        .where(replies_given.c.msisdn == arrived.msisdn, replies_given.c.at > arrived.now - DAY)
    )
    return list(arrived.connection.execute(written).scalars())
