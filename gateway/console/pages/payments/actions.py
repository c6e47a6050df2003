"""Another day or place for the payments of a village: whom it affects, and the change itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request
from sqlalchemy import Connection, Row, Select, and_, case, exists, func, or_, select, update
from wtforms import Field, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from gateway.console.kit.context import audit, current_staff, hours, now, scope, settings, today
from gateway.console.kit.dates import DayField
from gateway.console.kit.filters import place
from gateway.console.kit.forms import MISSING, ConsoleForm, at_most, required, stripped
from gateway.console.kit.language import gettext
from gateway.core.reminder_records import Told
from gateway.core.texts import _
from gateway.figures.spans import day_start
from gateway.messaging.ledger import queue_messages
from gateway.messaging.planning.reminders import HAS_TOLD, corrections, last_told
from gateway.messaging.tables import messages
from gateway.registry.bulk import one_of
from gateway.registry.tables import beneficiaries, districts, pay_points, payments, villages
from gateway.staff.confinement import conditions

LONGEST_AHEAD = timedelta(days=366)
IN_THE_PAST = _("The day has passed.")
TOO_FAR = _("The day lies more than a year ahead.")
THE_SAME = _("Day and place are as they were: change one of them.")
WHO_IS_TOLD: dict[str, str] = {
    "told": _("Those who were told the old day or place"),
    "all": _("Everybody affected who has a phone"),
}


@dataclass(frozen=True)
class Slice:
    """The payments of one village and cycle on one day at one place."""

    due_on: date
    cycle: str
    village_id: int
    pay_point_id: int

    def planned(self) -> Select[Any]:
        """The ids of those that are still to be paid, as far as the reader may see them."""
        return (
            select(payments.c.id)
            .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
            .where(
                payments.c.due_on == self.due_on,
                payments.c.cycle == self.cycle,
                payments.c.pay_point_id == self.pay_point_id,
                payments.c.status == "scheduled",
                beneficiaries.c.village_id == self.village_id,
                *conditions(beneficiaries, current_staff()),
            )
        )

    def about(self) -> Select[Any]:
        """Village, district and pay point by their names."""
        return scope(
            select(
                villages.c.district_id,
                villages.c.name.label("village"),
                villages.c.name_latin.label("village_latin"),
                districts.c.name.label("district"),
                districts.c.name_latin.label("district_latin"),
                pay_points.c.name.label("pay_point"),
                pay_points.c.name_latin.label("pay_point_latin"),
            )
            .join(districts, districts.c.id == villages.c.district_id)
            .join(pay_points, pay_points.c.id == self.pay_point_id)
            .where(villages.c.id == self.village_id),
            villages,
        )


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
        self.tell.choices = [(key, gettext(text)) for key, text in WHO_IS_TOLD.items()]
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


@dataclass(frozen=True, kw_only=True)
class Affected:
    """Whom a change affects: `told` were sent the old day, `silent` get no SMS whatever is done."""

    planned: int
    told: int
    told_silent: int
    silent: int

    @property
    def corrected(self) -> int:
        return self.told - self.told_silent


def affected(connection: Connection, which: Slice) -> Affected:
    told = exists().where(messages.c.payment_id == payments.c.id, HAS_TOLD)
    silent = or_(
        beneficiaries.c.msisdn.is_(None),
        beneficiaries.c.msisdn_disowned_at.is_not(None),
        ~beneficiaries.c.consent_payment,
        beneficiaries.c.status != "enrolled",
        districts.c.paused_at.is_not(None),
    )
    row = connection.execute(
        select(
            func.count().label("planned"),
            func.count(case((told, 1))).label("told"),
            func.count(case((and_(told, silent), 1))).label("told_silent"),
            func.count(case((silent, 1))).label("silent"),
        )
        .select_from(payments)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(payments.c.id.in_(which.planned()))
    ).one()
    return Affected(**row._mapping)


def pay_points_of(connection: Connection, district_id: int) -> Sequence[Row[Any]]:
    there = select(pay_points).where(pay_points.c.district_id == district_id)
    return connection.execute(there.order_by(pay_points.c.name_latin)).all()


def change(connection: Connection, which: Slice, about: Any, form: ChangeForm) -> tuple[int, int]:
    """(payments changed, correction SMS queued), in the transaction of `connection`."""
    ids = connection.execute(which.planned().with_for_update(of=payments)).scalars().all()
    if not ids:
        return 0, 0
    told = last_told(connection, ids, today_from=day_start(today(), settings().zone))
    connection.execute(
        update(payments)
        .where(one_of(connection, payments.c.id, ids))
        .values(**_set_here(which, form), updated_at=now())
    )
    changed = connection.execute(select(payments).where(one_of(connection, payments.c.id, ids)))
    old = Told(due_on=which.due_on, place=str(which.pay_point_id))
    owed = [
        (row, told.get(row.id, old)) for row in changed if row.id in told or form.tell.data == "all"
    ]
    drafts = corrections(
        connection, owed, hours=hours(), default_locale=settings().default_locale, now=now()
    )
    queued = queue_messages(connection, drafts, now=now())
    _record(connection, which, about, form, len(ids))
    return len(ids), queued


def _set_here(which: Slice, form: ChangeForm) -> dict[str, Any]:
    """Day and place; that of the two which is another one now, no import takes back."""
    marks = {
        "due_on_set_here": form.due_on.data != which.due_on,
        "pay_point_set_here": form.pay_point.data != which.pay_point_id,
    }
    values = {"due_on": form.due_on.data, "pay_point_id": form.pay_point.data}
    return {**values, **{name: True for name, moved in marks.items() if moved}}


def _record(connection: Connection, which: Slice, about: Any, form: ChangeForm, count: int) -> None:
    new_place = connection.execute(
        select(pay_points.c.name).where(pay_points.c.id == form.pay_point.data)
    ).scalar_one()
    changes = {
        "village": (about.village, about.village),
        "due_on": (which.due_on, form.due_on.data),
        "pay_point": (about.pay_point, new_place),
        "payments": (None, count),
        "reason": (None, form.reason.data),
    }
    audit(
        connection,
        "payment.change",
        kind="payment",
        object_id=f"{which.cycle} {which.village_id}",
        district_id=about.district_id,
        changes=changes,
    )
