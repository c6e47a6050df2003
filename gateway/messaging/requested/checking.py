"""What a system asks for becomes a message of the ledger, or the reason why not.

What is refused here would be held back when it is sent, in the same words: the sender learns of it
at once. Both look, because a person may take back her consent in between.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from gateway.core.consent import EVERYTHING, reason_to_hold_back
from gateway.core.errors import InvalidMsisdn
from gateway.core.health_reminders import health_template
from gateway.core.health_schedule import course_of, due_contacts, week_of
from gateway.core.lao_text import is_blank
from gateway.core.msisdn import parse
from gateway.core.programme import PROGRAMME
from gateway.core.reminder_records import Person
from gateway.core.segments import segment
from gateway.core.written_sms import fault_of
from gateway.messaging.broadcasts.placeholders import placeholder_in
from gateway.messaging.planning.people import people_by_id
from gateway.messaging.requested import faults
from gateway.messaging.requested.faults import RequestError, held_back
from gateway.messaging.requested.magic import MAGIC
from gateway.messaging.requested.people import Directory, Named, coming_payments, directory
from gateway.messaging.requested.wanted import ABOUT, About, Sender, Wanted
from gateway.messaging.wordings import fit
from gateway.registry.imports.cells import registration_no
from gateway.registry.imports.report import CellError

WEEKS_AHEAD = 4  # how far away a visit may be of which a system has her reminded
TEXT = "system_text"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One that may go; `person` None: a listed or a magic number that nobody has."""

    msisdn: str
    locale: str
    category: About
    template: str  # of the wordings
    params: Mapping[str, Any] = field(default_factory=dict)
    person: Named | None = None
    payment_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Checker:
    """Checks the rows of one request over what was read for all of them."""

    sender: Sender
    known: Directory
    payments: Mapping[UUID, UUID]
    visitors: Mapping[UUID, Person]
    today: date
    default_locale: str

    def check(self, wanted: Wanted) -> Message:
        """Raises RequestError."""
        category = _category(wanted)
        msisdn, person = self._whom(wanted, category)
        where: faults.Field = "registration_no" if wanted.msisdn is None else "msisdn"
        if self.sender.kind == "team" and msisdn not in self.sender.listed:
            raise held_back(where, "not_listed")
        self._check_consent(where, msisdn, person, category)
        locale = (person and person.locale) or self.default_locale
        template, params, payment_id = self._what(wanted, person, locale)
        if self.sender.kind == "team":
            params["stays"] = True
        return Message(
            msisdn=msisdn, locale=locale, category=category, template=template,
            params=params, person=person, payment_id=payment_id,
        )  # fmt: skip

    def _whom(self, wanted: Wanted, category: About) -> tuple[str, Named | None]:
        if wanted.registration_no is not None:
            person = self.known.by_registration.get(registration_of(wanted))
            if person is None:
                raise RequestError("registration_no", "unknown", faults.NOBODY)
            if person.msisdn is None:
                raise held_back("registration_no", "no_number")
            return person.msisdn, person
        msisdn = number_of(wanted)
        people = self.known.by_number.get(msisdn, ())
        if not people and not self._needs_nobody(wanted, msisdn):
            raise RequestError("msisdn", "unknown", faults.NOBODY_THERE)
        # Of those who share a phone, one who agreed to be written to stands for all.
        agreed = (one for one in people if reason_to_hold_back(category, one.standing) is None)
        return msisdn, next(agreed, people[0] if people else None)

    def _needs_nobody(self, wanted: Wanted, msisdn: str) -> bool:
        if self.sender.kind == "test" and msisdn in MAGIC:
            return True
        listed = self.sender.kind == "team" and msisdn in self.sender.listed
        return listed and wanted.text is not None

    def _check_consent(
        self, where: faults.Field, msisdn: str, person: Named | None, category: About
    ) -> None:
        if person is not None:
            reason = reason_to_hold_back(category, person.standing)
            if reason is not None:
                raise held_back(where, reason)
        elif {category, EVERYTHING}.intersection(self.known.left.get(msisdn, ())):
            raise held_back(where, "opted_out")

    def _what(
        self, wanted: Wanted, person: Named | None, locale: str
    ) -> tuple[str, dict[str, Any], UUID | None]:
        if wanted.text is not None:
            return TEXT, {"text": _checked(wanted.text, locale)}, None
        if person is None or wanted.template == "registered":
            return str(wanted.template), {}, None
        if wanted.template == "payment_reminder":
            payment_id = self.payments.get(person.id)
            if payment_id is None:
                raise RequestError("template", "nothing_due", faults.NO_PAYMENT_DUE)
            return "payment_due", {}, payment_id
        return (*self._visits(person), None)

    def _visits(self, person: Named) -> tuple[str, dict[str, Any]]:
        """The next visits of hers that are due in one week: they are one SMS."""
        hers = self.visitors[person.id]
        contacts = due_contacts(
            rules=PROGRAMME.rules_on(self.today),
            course=course_of(hers.category, hers.edd, hers.child_dob),
            done=hers.done,
            on=self.today,
        )
        near = self.today + timedelta(weeks=WEEKS_AHEAD)
        days = [(max(one.due_on, self.today), one.rule) for one in contacts]
        days = [(day, rule) for day, rule in days if day <= near]
        if not days:
            raise RequestError("template", "nothing_due", faults.NO_VISIT_DUE, weeks=WEEKS_AHEAD)
        first_on = min(day for day, _rule in days)
        rules = [rule for day, rule in days if week_of(day) == week_of(first_on)]
        at_centre = any(rule.where == "centre" for rule in rules)
        return health_template({rule.kind for rule in rules}), {
            "due_on": first_on.isoformat(),
            "place": "centre" if at_centre else "outreach",
            "visits": [rule.key for rule in rules],
        }


def checker(
    connection: Connection,
    rows: Sequence[Wanted],
    sender: Sender,
    *,
    today: date,
    default_locale: str,
) -> Checker:
    """Reads what all of `rows` need, in as many statements as for one."""
    known = directory(
        connection,
        sender,
        registration_nos=_readable(registration_of, rows),
        numbers=_readable(number_of, rows),
    )
    ids = {one.id for one in known.people()}
    asked = {one.template for one in rows}
    payments = coming_payments(connection, ids, today) if "payment_reminder" in asked else {}
    about = people_by_id(connection, ids, due=(today, today)) if "health_reminder" in asked else {}
    return Checker(
        sender=sender,
        known=known,
        payments=payments,
        visitors={whose: one.person for whose, one in about.items()},
        today=today,
        default_locale=default_locale,
    )


def registration_of(wanted: Wanted) -> str:
    """The eight digits it names; raises RequestError."""
    try:
        return registration_no(wanted.registration_no or "")
    except CellError as error:
        raise RequestError("registration_no", "malformed", error.reason) from None


def number_of(wanted: Wanted) -> str:
    """The number it names, as E.164; raises RequestError."""
    try:
        return parse(wanted.msisdn or "").e164
    except InvalidMsisdn as error:
        raise RequestError("msisdn", "malformed", error.reason) from None


def _readable(read: Callable[[Wanted], str], rows: Sequence[Wanted]) -> set[str]:
    """What can be looked up of `rows`; the rest is refused row by row."""
    found = set()
    for one in rows:
        with suppress(RequestError):
            found.add(read(one))
    return found


def _category(wanted: Wanted) -> About:
    if (wanted.registration_no is None) == (wanted.msisdn is None):
        raise RequestError("registration_no", "whom", faults.WHOM)
    if (wanted.template is None) == (wanted.text is None):
        raise RequestError("template", "what", faults.WHAT)
    if wanted.template is not None:
        if wanted.category is not None:
            raise RequestError("category", "has_category", faults.HAS_CATEGORY)
        return ABOUT[wanted.template]
    if wanted.category is None:
        raise RequestError("category", "no_category", faults.NO_CATEGORY)
    return wanted.category


def _checked(text: str, locale: str) -> str:
    """`text` without blanks around it; raises RequestError."""
    kept = text.strip()
    if is_blank(kept) or any(_is_control(char) for char in kept):
        raise RequestError("text", "no_text", faults.NO_TEXT)
    found = placeholder_in(kept)
    if found is not None:
        raise RequestError("text", "placeholder", faults.PLACEHOLDER, found=found)
    fault = fault_of(kept, segments=segment(fit(kept, locale)).count)
    if fault is not None:
        raise faults.of_text(fault)
    return kept


def _is_control(char: str) -> bool:
    return (
        (char < " " and char not in "\n\r")
        or "\x7f" <= char <= "\x9f"
        or ("\ud800" <= char <= "\udfff")
    )
