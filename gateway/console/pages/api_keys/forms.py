"""What a new key is for."""

from typing import Any

from sqlalchemy import Connection, select
from wtforms import (
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired

from gateway.api.keys import LONGEST_NAME, SCOPES, VALID_DAYS, KeyFaultError, Wanted
from gateway.console.kit.context import current_staff, scope
from gateway.console.kit.forms import (
    MISSING,
    ConsoleForm,
    SelectMultipleBoxes,
    at_most,
    choices,
    required,
    stripped,
)
from gateway.console.kit.language import gettext
from gateway.console.kit.places import names_of
from gateway.console.pages.api_keys.words import ACCESS, EXPLAINED, RESOURCES
from gateway.core.errors import InvalidMsisdn
from gateway.core.msisdn import parse
from gateway.core.texts import _
from gateway.registry.tables import districts


class KeyForm(ConsoleForm):
    name = StringField(_("Name"), [required(), at_most(LONGEST_NAME)], filters=[stripped])
    kind = RadioField(_("Kind"), [required()])
    scopes = SelectMultipleBoxes(_("What it may do"), [required()])
    district = SelectField(_("District"))
    numbers = TextAreaField(_("Numbers that get SMS"))
    days = IntegerField(_("Days until it expires"), [InputRequired(MISSING)], default=VALID_DAYS)

    def offer(self, connection: Connection) -> None:
        """Fills in the choices: whoever is confined hands out no more than what is theirs."""
        self.kind.choices = choices(EXPLAINED)
        self.scopes.choices = {one: said(one) for one in SCOPES}
        listed = scope(select(districts), districts).order_by(districts.c.name_latin)
        everywhere = {} if current_staff().district_id else {"": gettext(_("Every district"))}
        self.district.choices = everywhere | names_of(connection, listed)

    def validate_numbers(self, field: Field) -> None:
        for number in (field.data or "").split():
            try:
                parse(number)
            except InvalidMsisdn as error:
                raise ValidationError(f"{number}: {gettext(error.reason)}") from None

    def validate(self, **given: Any) -> bool:
        """Also by the rules that the command has; their faults are the whole form's."""
        if not super().validate(**given):
            return False
        try:
            self.wanted().check()
        except KeyFaultError as error:
            self.form_errors.append(gettext(error.reason, **error.params))
            return False
        return True

    def wanted(self) -> Wanted:
        """The key that the form describes."""
        return Wanted(
            name=self.name.data or "",
            kind=self.kind.data,
            scopes=self.scopes.data or (),
            district_id=int(self.district.data) if self.district.data else None,
            numbers=[parse(one).e164 for one in (self.numbers.data or "").split()],
            days=self.days.data,
        )


def said(one: str) -> str:
    """A scope in the reader's words: "Payments: read"."""
    resource, _colon, access = one.rpartition(":")
    return f"{gettext(RESOURCES[resource])}: {gettext(ACCESS[access])} ({one})"
