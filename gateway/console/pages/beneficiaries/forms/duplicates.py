"""What stays of two people who are one."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from gateway.console.kit.forms import FilterForm, required, stripped
from gateway.console.kit.language import gettext
from gateway.console.pages.beneficiaries.forms.faults import WithFaults
from gateway.console.pages.beneficiaries.words import MERGED_FIELDS, side_values
from gateway.core.texts import _
from gateway.people.comparing import SIDES, Comparison, Field, Side

NOT_SURE = _("Tick this if it is so.")
OF_CYCLE = _("Payment of the cycle %(cycle)s: which one stays")
_CYCLE = "cycle_"


class DuplicatesFilter(FilterForm):
    district = SelectField(_("District"), coerce=lambda value: int(value) if value else None)


class SameAsForm(WithFaults):
    other_number = StringField(
        _("Registration number of the other one"), [required()], filters=[stripped]
    )


class MergeForm(WithFaults):
    """Beside these fields one for each that differs, and one for each cycle with two payments."""

    seen = HiddenField()  # what was compared
    keeps = RadioField(_("Which registration number stays"), default="one")
    sure = BooleanField(_("The two are one woman. This cannot be undone."))

    def take(self, found: Comparison) -> Mapping[Field, Side]:
        return {field: self[field].data for field in found.defaults}

    def cycles(self, found: Comparison) -> Mapping[str, Side]:
        return {cycle: self[f"{_CYCLE}{cycle}"].data for cycle in found.conflicts}

    def is_sure(self) -> bool:
        if not self.sure.data:
            self.sure.errors = (gettext(NOT_SURE),)
        return bool(self.sure.data)

    def differing(self) -> list[Any]:
        """The fields that are made for these two."""
        own = {"seen", "keeps", "sure", "csrf_token"}
        return [field for field in self if field.name not in own]


def merge_form(found: Comparison) -> MergeForm:
    """As proposed, where nothing was sent."""
    chosen = [InputRequired(_("Fill this in."))]
    fields: dict[str, Any] = {
        field: RadioField(
            MERGED_FIELDS[field], chosen, default=side, choices=side_values(found, field)
        )
        for field, side in found.defaults.items()
    } | {
        f"{_CYCLE}{cycle}": RadioField(
            gettext(OF_CYCLE, cycle=cycle), chosen, default=found.stays[cycle],
            choices=side_values(found, cycle),
        )
        for cycle in found.conflicts
    }  # fmt: skip
    form: MergeForm = type("MergeOfTwo", (MergeForm,), fields)()
    form.keeps.choices = side_values(found, "registration_no")
    return form


def state_of(found: Comparison) -> str:
    """Another one where either was changed since."""
    return "|".join(found.row(side).updated_at.isoformat() for side in SIDES)
