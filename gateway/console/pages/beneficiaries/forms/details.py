"""What is known about a person, to be changed."""

from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectField, StringField, ValidationError

from gateway.console.kit.context import settings
from gateway.console.kit.filters import masked
from gateway.console.kit.forms import (
    MISSING,
    EditForm,
    at_most,
    choices,
    msisdn_of,
    phone_number,
    required,
    stripped,
)
from gateway.console.kit.language import gettext
from gateway.console.kit.words import LOCALES, STATUSES
from gateway.console.pages.beneficiaries.words import NEXT_STATUSES, PHONE_OWNERS
from gateway.core.texts import _
from gateway.registry.imports.cells import NOT_MOBILE

KEEP, NEW, NONE = "keep", "new", "none"
NOT_KNOWN = "unknown"


NUMBER_KEPT = _("Stays: %(number)s")
NO_NUMBER_KEPT = _("Still no phone number")
DEFAULT_LOCALE = _("Nothing chosen: %(language)s")


class PersonForm(EditForm):
    number = RadioField(_("Phone number"))
    msisdn = StringField(_("New phone number"), [phone_number], filters=[stripped])
    new_owner = SelectField(_("Whose phone the new number is"))
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

    def validate_new_owner(self, field: Field) -> None:
        """What was known of the former number says nothing of this one."""
        if self.number.data == NEW and not field.data:
            raise ValidationError(gettext(MISSING))

    def owner(self) -> str:
        """Whose phone it is that she has from now on; "" where that is not known."""
        if self.number.data == KEEP:
            return str(self.phone_owner.data or "")
        known = self.number.data == NEW and self.new_owner.data != NOT_KNOWN
        return str(self.new_owner.data) if known else ""


def details_form(person: Any, locale: str | None) -> PersonForm:
    """The form with its choices; as stored where nothing was sent."""
    form = PersonForm()
    form.number.choices = _numbers(person)
    form.phone_owner.choices = choices(PHONE_OWNERS, unchosen=_("Not known"))
    form.new_owner.choices = choices(
        {**PHONE_OWNERS, NOT_KNOWN: _("Not known")}, unchosen=_("Choose, for another number")
    )
    form.locale.choices = _locales(locale)
    statuses = (person.status, *NEXT_STATUSES[person.status])
    form.status.choices = choices({status: STATUSES[status] for status in statuses})
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
        return choices(LOCALES)
    usual = gettext(LOCALES[settings().default_locale])
    return {"": gettext(DEFAULT_LOCALE, language=usual)} | choices(LOCALES)
