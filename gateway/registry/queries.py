"""What a dial needs to know, in one statement: rules over what the tables say."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from gateway.core import caller
from gateway.core.children import living, made_for_all
from gateway.core.health_schedule import due_visits
from gateway.core.payments import cancelled, next_and_last
from gateway.core.programme import PROGRAMME
from gateway.registry.database import Database
from gateway.registry.facts import (
    AT_DIAL,
    ENDED,
    OF_NUMBER,
    OF_REGISTRATION,
    OfNumber,
    Person,
    decode_number,
    decode_people,
)
from gateway.registry.numbers import number_now
from gateway.registry.pins import A_DAY

MOST_VISITS = 6  # a screen shows two lines of visits, one for all of a kind and day


class Dialled(NamedTuple):
    """A dial of `msisdn` (E.164) that begins the conversation `session_id` of a provider."""

    provider: str
    session_id: str
    msisdn: str
    at: datetime


def facts_at_dial(
    database: Database, dialled: Dialled, *, on: date, default_locale: str
) -> tuple[caller.Caller, bool]:
    """What one dial may know, as of the day `on` in the programme's zone, and whether an offer to
    go on was made in this very conversation before: all in one statement.

    As `caller_facts`, with whose PIN the phone has locked for itself, so that nobody is asked for
    one that is not looked at.
    """
    asked = {
        "msisdn": dialled.msisdn,
        "locked_since": dialled.at - A_DAY,
        "provider": dialled.provider,
        "session_id": dialled.session_id,
    }
    found = decode_number(database.value(AT_DIAL, asked))
    return _caller(found, on, default_locale), found.resumed


def caller_facts(
    connection: Connection, msisdn: str, *, on: date, default_locale: str
) -> caller.Caller:
    """What is known of whoever has the number, within a transaction.

    For whom it was disowned is among them while it is nobody else's. The locale is the one chosen
    on this number, else that of its first beneficiary, else `default_locale`. At most
    MOST_ON_ONE_PHONE beneficiaries, those with a running grant first.
    """
    return _caller(_of_number(connection, msisdn), on, default_locale)


def locale_of(connection: Connection, msisdn: str, *, default_locale: str) -> str:
    """What a dial of `msisdn` would be shown in, for those who are answered without one."""
    return _locale(_of_number(connection, msisdn)) or default_locale


def only_one_known(connection: Connection, msisdn: str) -> UUID | None:
    """Whose number it is, where that is one beneficiary's alone: for whom a caller speaks."""
    known = _known(_of_number(connection, msisdn))
    return UUID(known[0].id) if len(known) == 1 else None


def beneficiary_by_registration_no(
    connection: Connection, registration_no: str, *, on: date
) -> caller.Beneficiary | None:
    """The same of one registration number; whoever asks has checked its PIN before."""
    now = number_now(connection, registration_no)
    asked = {"registration_no": now, "msisdn": None, "locked_since": None}
    found = decode_people(connection.execute(OF_REGISTRATION, asked).scalar_one())
    return _beneficiary(found[0], on) if found else None


def _of_number(connection: Connection, msisdn: str) -> OfNumber:
    asked = {"msisdn": msisdn, "locked_since": None}
    return decode_number(connection.execute(OF_NUMBER, asked).scalar_one())


def _caller(found: OfNumber, on: date, default_locale: str) -> caller.Caller:
    known = _known(found)
    shown = known[: caller.MOST_ON_ONE_PHONE]
    return caller.Caller(
        locale=_locale(found) or default_locale,
        beneficiaries=tuple(_beneficiary(one, on) for one in shown),
        more=len(known) > len(shown),
    )


def _known(found: OfNumber) -> Sequence[Person]:
    """Whose number it is; a recycled one belongs to whoever was registered with it since."""
    hers = [one for one in found.people if not one.disowned]
    return sorted(hers or found.people, key=_running_first)


def _locale(found: OfNumber) -> str | None:
    """That chosen on the number, else that of its first beneficiary who has one."""
    return found.locale or next((one.locale for one in _known(found) if one.locale), None)


def _running_first(one: Person) -> tuple[bool, str]:
    return one.status in ENDED, one.registration_no


def _beneficiary(one: Person, on: date) -> caller.Beneficiary:
    coming, last = next_and_last(one.payments, on=on)
    due = due_visits(
        rules=PROGRAMME.rules_on(on),
        category=one.category,
        edd=one.edd,
        child_dob=one.child_dob,
        done=made_for_all(one.visits, living(one.category, one.children)),
        on=on,
        health_centre=one.health_centre,
        village=one.village,
        course_ended=one.course_ended,
    )
    return caller.Beneficiary(
        id=one.id,
        registration_no=one.registration_no,
        status=one.status,
        category=one.category,
        since_on=one.enrolled_on,
        village=one.village,
        health_centre=one.health_centre,
        has_pin=one.has_pin,
        next_payment=coming,
        last_payment=last,
        visits=due[:MOST_VISITS],
        course_ended=one.course_ended,
        stopped_by_key=one.course_ended_reason == "asked",
        health_sms=one.health_sms,
        disowned=one.disowned,
        cancelled_payment=cancelled(one.payments, on=on),
        pin_locked=one.pin_locked,
    )
