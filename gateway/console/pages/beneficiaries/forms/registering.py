"""One woman to be registered: the columns of a beneficiaries file as fields."""

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.widgets import DateInput, PasswordInput

from gateway.console.kit.context import current_staff, settings
from gateway.console.kit.forms import choices, stripped
from gateway.console.kit.language import gettext
from gateway.console.kit.words import LOCALES, STATUSES
from gateway.console.pages.beneficiaries.forms.details import DEFAULT_LOCALE
from gateway.console.pages.beneficiaries.forms.faults import WithFaults
from gateway.console.pages.beneficiaries.words import CATEGORIES, PHONE_OWNERS
from gateway.core.texts import _
from gateway.people.registering import statuses_for

# The names of the fields are those of the columns; these are chosen from the registry.
PLACES = ("village", "health_centre", "pay_point")
_YES_NO = ("consent_payment", "consent_health")


def place_field(label: str) -> SelectField:
    return SelectField(label, coerce=lambda value: int(value) if value else None)


class RegisterForm(WithFaults):
    registration_no = StringField(_("Registration number"), filters=[stripped])
    name = StringField(_("Name and family name, in Lao letters"), filters=[stripped])
    msisdn = StringField(_("Phone number"), filters=[stripped])
    phone_owner = SelectField(_("Whose phone it is"))
    helper_msisdn = StringField(_("Helper's phone"), filters=[stripped])
    locale = SelectField(_("Language"))
    category = RadioField(_("Pregnant, or with a child"))
    edd = StringField(_("Birth expected on"), filters=[stripped], widget=DateInput())
    child_dob = StringField(_("Child born on"), filters=[stripped], widget=DateInput())
    village = place_field(_("Village"))
    health_centre = place_field(_("Health centre"))
    pay_point = place_field(_("Pay point"))
    status = SelectField(_("Status"))
    consent_payment = BooleanField(_("Wants messages about payments"))
    consent_health = BooleanField(_("Wants messages about health visits"))
    pin = PasswordField(
        _("PIN"),
        filters=[stripped],
        widget=PasswordInput(hide_value=False),
    )
    previewed = HiddenField()

    def texts(self) -> dict[str, str]:
        """Cells by column, but for those of places."""
        typed = {
            name: str(field.data or "")
            for name, field in self._fields.items()
            if name not in {*PLACES, *_YES_NO, "previewed", "csrf_token"}
        }
        return typed | {name: "yes" if self[name].data else "no" for name in _YES_NO}

    def places(self) -> dict[str, int]:
        return {name: self[name].data for name in PLACES if self[name].data}

    def seen(self) -> None:
        self.previewed.data = self._written()

    def is_confirmed(self) -> bool:
        """What is confirmed is what was shown."""
        shown: str | None = self.previewed.data
        return request.form.get("confirmed") == "yes" and self._written() == shown

    def _written(self) -> str:
        """Of what decides whom she may be: never the PIN."""
        names = ("registration_no", "name", "msisdn", "category", "edd", "child_dob", "village")
        return "|".join(str(self[name].data or "") for name in names)


def register_form(places: Mapping[str, Mapping[str, str]]) -> RegisterForm:
    """With its choices; `places` are {column: {id: name}} of one district."""
    form = RegisterForm()
    for column, named in places.items():
        first = {"": gettext(_("Choose"))} if len(named) != 1 else {}
        form[column].choices = first | dict(named)
    form.phone_owner.choices = choices(PHONE_OWNERS, unchosen=_("Not known"))
    usual = gettext(LOCALES[settings().default_locale])
    form.locale.choices = {"": gettext(DEFAULT_LOCALE, language=usual)} | choices(LOCALES)
    form.category.choices = choices(CATEGORIES)
    allowed: Any = statuses_for(current_staff().role)
    form.status.choices = choices({status: STATUSES[status] for status in allowed})
    return form
