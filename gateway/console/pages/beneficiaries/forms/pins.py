"""A PIN set anew, removed, or its lock lifted."""

from typing import Any

from wtforms import PasswordField, RadioField, StringField

from gateway.console.kit.forms import at_most, choices, required, stripped
from gateway.console.pages.beneficiaries.forms.faults import WithFaults
from gateway.console.pages.beneficiaries.words import PIN_CHANGES
from gateway.core.texts import _
from gateway.people.pins import PinChange, possible_changes
from gateway.registry.pins import PinLock


class PinForm(WithFaults):
    what = RadioField(_("What is to be done"), validate_choice=False)
    pin = PasswordField(_("New PIN"), filters=[stripped])
    reason = StringField(_("Reason for the change"), [required(), at_most(200)], filters=[stripped])

    @property
    def change(self) -> PinChange | None:
        chosen: PinChange | None = self.what.data
        return chosen


def pin_form(person: Any, locks: PinLock) -> PinForm:
    form = PinForm()
    possible: tuple[str, ...] = possible_changes(person, locks)
    form.what.choices = choices({one: PIN_CHANGES[one] for one in possible})
    return form
