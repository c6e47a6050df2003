"""The filters over people and villages."""

from wtforms import SelectField, StringField

from gateway.console.kit.forms import FilterForm, choices, stripped
from gateway.console.kit.language import gettext
from gateway.console.kit.words import STATUSES
from gateway.core.texts import _

GUESSED = _("Strangers tried to guess it in the last 7 days")


class PeopleFilter(FilterForm):
    q = StringField(_("Name, phone or registration number"), filters=[stripped])
    district = SelectField(_("District"), coerce=lambda value: int(value) if value else None)
    status = SelectField(_("Status"))
    pin = SelectField(_("PIN"))

    def offer(self, served: dict[str, str]) -> None:
        """Fills in the choices; `served` are the reader's districts, {id: name}."""
        self.district.choices = {"": gettext(_("All"))} | served
        self.status.choices = choices(STATUSES, unchosen=_("All"))
        self.pin.choices = choices({"guessed": GUESSED}, unchosen=_("All"))


class VillageFilter(FilterForm):
    q = StringField(_("Village"), filters=[stripped])
