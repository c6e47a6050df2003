"""Who of a sheet was paid, ticked or typed."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, TextAreaField

from gateway.console.kit.forms import ConsoleForm, choices, stripped
from gateway.console.kit.language import gettext
from gateway.console.pages.payments.words import MARKS
from gateway.core.texts import _, plural
from gateway.paydays.marking import Became
from gateway.paydays.sheets import Woman
from gateway.paydays.typed_lists import ListFault, read_list

NOBODY_CHOSEN = _("Tick somebody, or type her number.")
FAULT = _("1 line names nobody for certain: see below the box.")
FAULTS = _("%(count)s lines name nobody for certain: see below the box.")


class MarkForm(ConsoleForm):
    women = SelectMultipleField(_("Women"), validate_choice=False)
    numbers = TextAreaField(_("Registration numbers, one a line"), filters=[stripped])
    became = RadioField(_("What became of their payments"))
    others_missed = BooleanField(_("Everybody else on this list who is still planned was not paid"))
    previewed = HiddenField()

    class Meta(ConsoleForm.Meta):
        longest = 100_000  # a sheet's numbers

    faults: Sequence[ListFault] = ()

    def offer(self) -> None:
        self.became.choices = choices(MARKS)
        if not self.is_submitted():
            self.became.data = "paid"

    def read(self, sheet: Sequence[Woman], on_screen: Sequence[Woman]) -> dict[UUID, Became]:
        """{payment: what it became} of those ticked and typed; with the form's errors, {}."""
        if not self.validate():
            return {}
        ticked = set(self.women.data or ())
        typed = read_list(self.numbers.data or "", sheet)
        self.faults = typed.faults
        if typed.faults:
            text = plural(FAULT, FAULTS, len(typed.faults))
            self.numbers.errors = [gettext(text, count=len(typed.faults))]
            return {}
        chosen = [one for one in sheet if one.beneficiary_id.hex in ticked or one in typed.women]
        if not chosen:
            self.form_errors.append(gettext(NOBODY_CHOSEN))
            return {}
        wanted: dict[UUID, Became] = {}
        if self.became.data == "paid" and self.others_missed.data:
            wanted |= {
                payment: "missed"
                for one in on_screen
                if one.status == "scheduled"
                for payment in one.payment_ids
            }
        became: Became = "paid" if self.became.data == "paid" else "missed"
        return wanted | {payment: became for one in chosen for payment in one.payment_ids}

    def is_confirmed(self, wanted: dict[UUID, Became]) -> bool:
        """What is confirmed is what was shown."""
        pressed: Any = request.form.get("confirmed")  # the button's own name
        return (pressed, self.previewed.data) == ("yes", _digest(wanted))

    def seen(self, wanted: dict[UUID, Became]) -> None:
        self.previewed.data = _digest(wanted)


def _digest(wanted: dict[UUID, Became]) -> str:
    plain = "".join(f"{one.hex}{became}" for one, became in sorted(wanted.items()))
    return hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()
