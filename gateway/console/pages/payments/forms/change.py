"""Another day or place for payments."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from sqlalchemy import Row
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, ValidationError

from gateway.console.kit.context import today
from gateway.console.kit.dates import DayField
from gateway.console.kit.filters import place
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
from gateway.console.pages.payments.queries.slices import Slice
from gateway.console.pages.payments.words import WHERE, WHO_IS_TOLD
from gateway.core.texts import _
from gateway.paydays.moving import Becomes, Order, Which
from gateway.paydays.new_days import WrongDayError, check_day

THE_SAME = _("Day and place are as they were: change one of them.")
THE_SAME_DAY = _("This is the day as it was: give another one.")
NO_PAY_POINT = _("Tick at least one pay point.")


class NewDayForm(ConsoleForm):
    """What every move asks; it is shown before it is confirmed."""

    due_on = DayField(_("New day"), [InputRequired(MISSING)])
    tell = RadioField(_("Who gets an SMS about it"))
    reason = StringField(_("Reason for the change"), [required(), at_most(200)], filters=[stripped])
    previewed = HiddenField()
    cycles: Sequence[str] = ()  # whose payments are planned; of them arrears may lie far back

    def validate_due_on(self, field: Field) -> None:
        try:
            check_day(field.data, today=today(), cycles=self.cycles)
        except WrongDayError as error:
            raise ValidationError(gettext(error.reason, **error.params)) from None

    def is_confirmed(self) -> bool:
        """What is confirmed is what was shown: somebody may have typed on after that."""
        pressed = request.form.get("confirmed")  # the button's own name
        return (pressed, self.previewed.data) == ("yes", self._choice())

    def seen(self) -> None:
        self.previewed.data = self._choice()

    def _choice(self) -> str:
        raise NotImplementedError


class ChangeForm(NewDayForm):
    pay_point = SelectField(_("New place"), coerce=int)

    def offer(self, which: Slice, places: Sequence[Row[Any]]) -> None:
        """Sets the choices, and what is stored where nothing was sent."""
        self._which, self.cycles = which, (which.cycle,)
        self.pay_point.choices = {row.id: place(row) for row in places}
        self.tell.choices = choices(WHO_IS_TOLD)
        if not self.is_submitted():
            self.due_on.data, self.pay_point.data = which.due_on, which.pay_point_id
            self.tell.data = "told"

    def validate_due_on(self, field: Field) -> None:
        super().validate_due_on(field)
        if (field.data, self.pay_point.data) == (self._which.due_on, self._which.pay_point_id):
            raise ValidationError(gettext(THE_SAME))

    def chosen_place(self, places: Sequence[Row[Any]]) -> Row[Any]:
        return next(row for row in places if row.id == self.pay_point.data)

    def order(self) -> Order:
        return Order(
            which=self._which.which(),
            becomes=Becomes(self.due_on.data, self.pay_point.data),
            tell=self.tell.data,
            reason=self.reason.data,
        )

    def _choice(self) -> str:
        return f"{self.due_on.data}|{self.pay_point.data}|{self.tell.data}"


class MoveForm(NewDayForm):
    """The payday of everybody, of a district, or of some pay points."""

    where = RadioField(_("Whose payday moves"))
    district = SelectField(_("District"), validate_choice=False)
    pay_points = SelectMultipleBoxes(_("Pay points"))

    def offer(
        self,
        due_on: date,
        districts: dict[str, str],
        pay_points: dict[str, str],
        cycles: Sequence[str],
    ) -> None:
        """The choices are places where something is planned on that day."""
        self._was, self.cycles = due_on, cycles
        self.district.choices, self.pay_points.choices = districts, pay_points
        offered = {
            name: text
            for name, text in WHERE.items()
            if (name != "district" or len(districts) > 1) and (name != "pay_points" or pay_points)
        }
        self.where.choices = choices(offered)
        self.tell.choices = choices(WHO_IS_TOLD)
        if not self.is_submitted():
            self.where.data = "all"
            self.tell.data = "told"

    def validate_due_on(self, field: Field) -> None:
        super().validate_due_on(field)
        if field.data == self._was:
            raise ValidationError(gettext(THE_SAME_DAY))

    def validate_pay_points(self, field: Field) -> None:
        if self.where.data == "pay_points" and not field.data:
            raise ValidationError(gettext(NO_PAY_POINT))

    def validate_district(self, field: Field) -> None:
        if self.where.data == "district" and field.data not in self.district.choices:
            raise ValidationError(gettext(MISSING))

    def which(self) -> Which:
        """What was chosen; of an invalid form everything."""
        if self.where.data == "district" and self.district.data in self.district.choices:
            return Which(due_on=self._was, district_ids=(int(self.district.data),))
        if self.where.data == "pay_points" and self.pay_points.data and not self.pay_points.errors:
            ids = tuple(sorted(map(int, self.pay_points.data)))
            return Which(due_on=self._was, pay_point_ids=ids)
        return Which(due_on=self._was)

    def order(self) -> Order:
        return Order(
            which=self.which(),
            becomes=Becomes(self.due_on.data),
            tell=self.tell.data,
            reason=self.reason.data,
        )

    def _choice(self) -> str:
        which = self.which()
        chosen = f"{list(which.district_ids)}{list(which.pay_point_ids)}"
        return f"{self.due_on.data}|{chosen}|{self.tell.data}"
