"""The filters over people and villages."""

from collections.abc import Mapping
from typing import Any

from wtforms import SelectField, StringField

from gateway.console.kit.context import current_staff
from gateway.console.kit.forms import FilterForm, choices, stripped
from gateway.console.kit.language import gettext
from gateway.console.kit.words import STATUSES
from gateway.console.pages.beneficiaries.words import CATEGORIES, PHONES
from gateway.core.texts import _
from gateway.finding.people import Wanted

GUESSED = _("Strangers tried to guess it in the last 7 days")
NEEDS_PLACE = _("Choose a district, or type a village: whom no SMS reaches is looked up there.")


class PeopleFilter(FilterForm):
    q = StringField(_("Who"), filters=[stripped])
    district = SelectField(_("District"), coerce=lambda value: int(value) if value else None)
    village = StringField(_("Village"), filters=[stripped])
    status = SelectField(_("Status"))
    category = SelectField(_("Pregnant or with a child"))
    phone = SelectField(_("Phone"))
    pin = SelectField(_("PIN"))

    def offer(self, served: dict[str, str]) -> None:
        """Fills in the choices; `served` are the reader's districts, {id: name}."""
        self.district.choices = {"": gettext(_("All"))} | served
        self.status.choices = choices(STATUSES, unchosen=_("All"))
        self.category.choices = choices(CATEGORIES, unchosen=_("All"))
        self.phone.choices = choices(PHONES, unchosen=_("All"))
        self.pin.choices = choices({"guessed": GUESSED}, unchosen=_("All"))

    def wanted(self, given: Mapping[str, Any]) -> Wanted:
        """What is asked for, of `given()`; where that takes a place first, the form says so."""
        asked = Wanted(
            typed=given.get("q"),
            district_id=given.get("district"),
            village=given.get("village"),
            status=given.get("status"),
            category=given.get("category"),
            phone=given.get("phone"),
            pin_guessed="pin" in given,
        )
        if asked.needs_place(current_staff()):
            self.phone.errors = (gettext(NEEDS_PLACE),)
        return asked


class VillageFilter(FilterForm):
    q = StringField(_("Village"), filters=[stripped])
