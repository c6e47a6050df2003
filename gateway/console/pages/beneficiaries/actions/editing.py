"""Changing what is known about a person: with a reason, kept against imports, in the audit log."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, update
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, ValidationError

from gateway.console.kit.context import audit, now, settings, today
from gateway.console.kit.filters import masked
from gateway.console.kit.forms import (
    MISSING,
    EditForm,
    at_most,
    msisdn_of,
    phone_number,
    required,
    stripped,
)
from gateway.console.kit.language import gettext
from gateway.console.kit.words import LOCALES, STATUSES
from gateway.console.pages.beneficiaries.words import NEXT_STATUSES, PHONE_OWNERS
from gateway.core.texts import _
from gateway.registry.choices import (
    correct_number,
    set_caller_locale,
    set_consent,
    set_locale,
    set_phone_owner,
)
from gateway.registry.imports.cells import NOT_MOBILE
from gateway.registry.tables import beneficiaries
from gateway.staff.audit import changed

HIDDEN = "•••"  # numbers are not written into the log
KEEP, NEW, NONE = "keep", "new", "none"
NUMBER_KEPT = _("Stays: %(number)s")
NO_NUMBER_KEPT = _("Still no phone number")
DEFAULT_LOCALE = _("Nothing chosen: %(language)s")


class PersonForm(EditForm):
    number = RadioField(_("Phone number"))
    msisdn = StringField(_("New phone number"), [phone_number], filters=[stripped])
    phone_owner = SelectField(_("Whose phone it is"))
    locale = SelectField(_("Language"))
    consent_payment = BooleanField(_("Wants messages about payments"))
    consent_health = BooleanField(_("Wants messages about health visits"))
    status = SelectField(_("Status"))
    reason = StringField(_("Reason for the change"), [required(), at_most(200)], filters=[stripped])

    def validate_msisdn(self, field: Field) -> None:
        if self.number.data != NEW or field.errors:
            return
        if not field.data:
            raise ValidationError(gettext(MISSING))
        number = msisdn_of(field)
        if number is not None and not (number.is_lao and number.is_mobile):
            raise ValidationError(gettext(NOT_MOBILE))


def form_for(person: Any, locale: str | None) -> PersonForm:
    """The form with its choices; as stored where nothing was sent."""
    form = PersonForm()
    form.number.choices = _numbers(person)
    form.phone_owner.choices = {"": gettext(_("Not known"))} | _words(PHONE_OWNERS)
    form.locale.choices = _locales(locale)
    statuses = (person.status, *NEXT_STATUSES[person.status])
    form.status.choices = {status: gettext(STATUSES[status][0]) for status in statuses}
    if not form.is_submitted():
        form.process(
            number=KEEP,
            phone_owner=person.phone_owner or "",
            locale=locale or "",
            consent_payment=person.consent_payment,
            consent_health=person.consent_health,
            status=person.status,
        )
        form.open(person.updated_at)
    return form


def _numbers(person: Any) -> list[tuple[str, str]]:
    stays = NUMBER_KEPT if person.msisdn else NO_NUMBER_KEPT
    choices = [
        (KEEP, gettext(stays, number=masked(person.msisdn))),
        (NEW, gettext(_("Another number"))),
    ]
    return [*choices, (NONE, gettext(_("She has no phone")))] if person.msisdn else choices


def _locales(chosen: str | None) -> dict[str, str]:
    if chosen:
        return _words(LOCALES)
    usual = gettext(LOCALES[settings().default_locale])
    return {"": gettext(DEFAULT_LOCALE, language=usual)} | _words(LOCALES)


def _words(words: Mapping[str, str]) -> dict[str, str]:
    return {key: gettext(text) for key, text in words.items()}


def save(connection: Connection, person: Any, locale: str | None, form: PersonForm) -> bool:
    """Writes what was changed, and a line in the audit log; False where nothing was."""
    before = {
        "phone_owner": person.phone_owner or "",
        "locale": locale or "",
        "consent_payment": person.consent_payment,
        "consent_health": person.consent_health,
        "status": person.status,
    }
    changes: dict[str, Any] = changed(before, {name: form[name].data for name in before})
    msisdn = _new_number(person, form)
    numbered = form.number.data != KEEP and (
        msisdn != person.msisdn or person.msisdn_disowned_at is not None
    )
    if numbered:
        correct_number(connection, person.id, msisdn, now())
    _apply(connection, person, msisdn, {name: new for name, (_old, new) in changes.items()})
    if numbered:
        changes["msisdn"] = (HIDDEN if person.msisdn else None, HIDDEN if msisdn else None)
    if changes:
        audit(
            connection,
            "beneficiary.edit",
            kind="beneficiary",
            object_id=person.id,
            district_id=person.district_id,
            changes=changes | {"reason": (None, form.reason.data)},
        )
    return bool(changes)


def _new_number(person: Any, form: PersonForm) -> str | None:
    if form.number.data == KEEP:
        return str(person.msisdn) if person.msisdn else None
    found = msisdn_of(form.msisdn) if form.number.data == NEW else None
    return found.e164 if found else None


def _apply(connection: Connection, person: Any, msisdn: str | None, values: dict[str, Any]) -> None:
    locale = values.pop("locale", None)
    if locale and msisdn:
        set_caller_locale(connection, msisdn, locale, now())
    elif locale:
        set_locale(connection, person.id, locale, now())
    for category in ("payment", "health"):
        agreed = values.pop(f"consent_{category}", None)
        if agreed is not None:
            set_consent(connection, [person.id], category, agreed, now())
    if "phone_owner" in values:
        set_phone_owner(connection, person.id, values.pop("phone_owner") or None, now())
    if "status" in values:
        values |= _status_set_here(person, values["status"])
    if values:
        connection.execute(
            update(beneficiaries)
            .where(beneficiaries.c.id == person.id)
            .values(updated_at=now(), **values)
        )


def _status_set_here(person: Any, status: str) -> dict[str, Any]:
    """What goes with another status; the one before stays known, so that no old file undoes it."""
    first = status == "enrolled" and person.enrolled_on is None
    before = func.coalesce(beneficiaries.c.status_before, person.status)
    return {"status_before": before, **({"enrolled_on": today()} if first else {})}
