"""Another day or place for payments."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import request
from sqlalchemy import Row
from wtforms import Field, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from gateway.console.kit.context import today
from gateway.console.kit.dates import DayField
from gateway.console.kit.filters import place
from gateway.console.kit.forms import MISSING, ConsoleForm, at_most, choices, required, stripped
from gateway.console.kit.language import gettext
from gateway.console.pages.payments.queries.slices import Slice
from gateway.console.pages.payments.words import WHO_IS_TOLD
from gateway.core.texts import _

LONGEST_AHEAD = timedelta(days=366)
IN_THE_PAST = _("The day has passed.")
TOO_FAR = _("The day lies more than a year ahead.")
THE_SAME = _("Day and place are as they were: change one of them.")


class ChangeForm(ConsoleForm):
    due_on = DayField(_("New day"), [InputRequired(MISSING)])
    pay_point = SelectField(_("New place"), coerce=int)
    tell = RadioField(_("Who gets an SMS about it"))
    reason = StringField(_("Reason for the change"), [required(), at_most(200)], filters=[stripped])
    previewed = HiddenField()

    def offer(self, which: Slice, places: Sequence[Row[Any]]) -> None:
        """Sets the choices, and what is stored where nothing was sent."""
        self._which = which
        self.pay_point.choices = {row.id: place(row) for row in places}
        self.tell.choices = choices(WHO_IS_TOLD)
        if not self.is_submitted():
            self.due_on.data, self.pay_point.data = which.due_on, which.pay_point_id
            self.tell.data = "told"

    def validate_due_on(self, field: Field) -> None:
        if field.data < today():
            raise ValidationError(gettext(IN_THE_PAST))
        if field.data > today() + LONGEST_AHEAD:
            raise ValidationError(gettext(TOO_FAR))
        if (field.data, self.pay_point.data) == (self._which.due_on, self._which.pay_point_id):
            raise ValidationError(gettext(THE_SAME))

    def chosen_place(self, places: Sequence[Row[Any]]) -> Row[Any]:
        return next(row for row in places if row.id == self.pay_point.data)

    def is_confirmed(self) -> bool:
        """What is confirmed is what was shown: somebody may have typed on after that."""
        pressed = request.form.get("confirmed")  # the button's own name
        return (pressed, self.previewed.data) == ("yes", self._choice())

    def seen(self) -> None:
        self.previewed.data = self._choice()

    def _choice(self) -> str:
        return f"{self.due_on.data}|{self.pay_point.data}|{self.tell.data}"
