"""Name, places, course and helper's phone of a person, to be corrected."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField, StringField
from wtforms.widgets import DateInput

from gateway.console.kit.filters import masked
from gateway.console.kit.forms import EditForm, at_most, choices, required, stripped
from gateway.console.kit.language import gettext
from gateway.console.pages.beneficiaries.forms.details import KEEP, NEW, NONE
from gateway.console.pages.beneficiaries.forms.faults import WithFaults
from gateway.console.pages.beneficiaries.forms.registering import PLACES, place_field
from gateway.console.pages.beneficiaries.words import CATEGORIES
from gateway.core.texts import _
from gateway.people.correcting import texts_of

STAYS = _("Stays: %(number)s")
_TYPED = ("name", "name_latin", "category", "edd", "child_dob")


class CorrectForm(WithFaults, EditForm):
    name = StringField(_("Name and family name, in Lao letters"), filters=[stripped])
    name_latin = StringField(_("Name in Latin letters"), filters=[stripped])
    village = place_field(_("Village"))
    health_centre = place_field(_("Health centre"))
    pay_point = place_field(_("Pay point"))
    category = RadioField(_("Pregnant, or with a child"))
    edd = StringField(_("Birth expected on"), filters=[stripped], widget=DateInput())
    child_dob = StringField(_("Child born on"), filters=[stripped], widget=DateInput())
    helper = RadioField(_("Helper's phone"))
    helper_msisdn = StringField(_("New phone number of the helper"), filters=[stripped])
    reason = StringField(_("Reason for the change"), [required(), at_most(200)], filters=[stripped])

    def texts(self, person: Any) -> dict[str, str]:
        """As `gateway.people.correcting` takes them."""
        typed = {name: str(self[name].data or "") for name in _TYPED}
        helpers = {KEEP: person.helper_msisdn or "", NONE: ""}
        return typed | {
            "helper_msisdn": helpers.get(self.helper.data, self.helper_msisdn.data or "")
        }

    def places(self) -> dict[str, int]:
        return {name: self[name].data for name in PLACES if self[name].data}


def correct_form(person: Any, places: Mapping[str, Mapping[str, str]]) -> CorrectForm:
    """As stored, where nothing was sent; `places` are {column: {id: name}} of one district."""
    form = CorrectForm()
    hers = {name: str(getattr(person, f"{name}_id")) for name in PLACES}
    for column, named in places.items():
        elsewhere = hers[column] not in named
        form[column].choices = ({"": gettext(_("Choose"))} if elsewhere else {}) | dict(named)
    form.category.choices = choices(CATEGORIES)
    stays = gettext(STAYS, number=masked(person.helper_msisdn))
    form.helper.choices = {KEEP: stays, NEW: gettext(_("Another number"))}
    if person.helper_msisdn:
        form.helper.choices[NONE] = gettext(_("There is nobody to call"))
    if not form.is_submitted():
        stored = {name: value for name, value in texts_of(person).items() if name in _TYPED}
        form.process(helper=KEEP, **stored, **{
            name: int(value) for name, value in hers.items() if value in places[name]
        })  # fmt: skip
        form.open(person.updated_at)
    return form
