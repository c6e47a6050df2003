"""The forms of an account."""

import re
from typing import Any

from sqlalchemy import Connection, Row, select
from wtforms import EmailField, Field, RadioField, SelectField, StringField, ValidationError

from gateway.console.kit.context import current_staff, scope
from gateway.console.kit.filters import place
from gateway.console.kit.forms import (
    ConsoleForm,
    EditForm,
    SelectMultipleBoxes,
    at_most,
    choices,
    required,
    stripped,
)
from gateway.console.kit.language import LANGUAGES, gettext
from gateway.console.kit.places import names_of
from gateway.console.kit.words import LOCALES, ROLES
from gateway.console.pages.staff.words import EXPLAINED
from gateway.core.texts import _
from gateway.registry.tables import districts, health_centres
from gateway.staff.names import LONGEST, one_line

# Of letters that look like no other ones.
_EMAIL = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+", re.ASCII)


class _Email(ConsoleForm):
    email = EmailField(_("Email"), [required(), at_most(120)], filters=[stripped])

    def validate_email(self, field: Field) -> None:
        if not _EMAIL.fullmatch(field.data):
            raise ValidationError(gettext(_("This is not an email address.")))


class _Name(ConsoleForm):
    name = StringField(_("Name"), [at_most(LONGEST)], filters=[stripped, one_line])

    def validate_name(self, field: Field) -> None:
        if "@" in field.data:
            raise ValidationError(gettext(_("A name is no email address.")))


class _Rights(ConsoleForm):
    role = RadioField(_("Role"), [required()])
    district = SelectField(_("District"))
    health_centre = SelectField(_("Health centre"))

    def validate_health_centre(self, field: Field) -> None:
        if self.role.data == "health_worker" and not field.data:
            raise ValidationError(gettext(_("A health worker belongs to a health centre.")))
        if self.role.data != "health_worker" and field.data:
            raise ValidationError(gettext(_("Only a health worker belongs to a health centre.")))


class AccountForm(_Email, _Name, _Rights):
    """Fields come in the order in which they are written here, errors with them."""

    locale = SelectField(_("Language"))


class ChangeForm(_Name, _Rights, EditForm):
    def show(self, account: Row[Any]) -> None:
        self.open(account.updated_at)
        self.name.data = account.name
        self.role.data = account.role
        self.district.data = str(account.district_id or "")
        if account.health_centre_id:
            self.health_centre.data = f"{account.district_id}/{account.health_centre_id}"


class RolesForm(ConsoleForm):
    """The roles that need a second factor; none is a choice too."""

    roles = SelectMultipleBoxes(_("Roles that need a second factor"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.roles.choices = choices(ROLES)


def offer_places(form: _Rights, connection: Connection) -> None:
    """Fills in the choices: whoever is confined hands out no more than what is theirs."""
    form.role.choices = choices(EXPLAINED)
    listed = scope(select(districts), districts).order_by(districts.c.name_latin)
    names = names_of(connection, listed)
    everywhere = {} if current_staff().district_id else {"": gettext(_("Every district"))}
    if isinstance(form, AccountForm):
        form.locale.choices = {locale: gettext(LOCALES[locale]) for locale in LANGUAGES}
    form.district.choices = everywhere | names
    centres = scope(select(health_centres), health_centres).order_by(
        health_centres.c.district_id, health_centres.c.name_latin
    )
    form.health_centre.choices = {"": gettext(_("None"))} | {
        f"{row.district_id}/{row.id}": f"{names[str(row.district_id)]}: {place(row)}"
        for row in connection.execute(centres)
    }


def values_of(form: ChangeForm) -> dict[str, Any]:
    """The columns of the account as the form has them."""
    return {"name": form.name.data or "", "role": form.role.data, **place_of(form)}


def place_of(form: _Rights) -> dict[str, int | None]:
    """The columns of the chosen place; a health centre brings its own district."""
    if form.health_centre.data:
        district, centre = form.health_centre.data.split("/")
        return {"district_id": int(district), "health_centre_id": int(centre)}
    district = form.district.data
    return {"district_id": int(district) if district else None, "health_centre_id": None}
