"""Health visits that were made, marked by the health worker."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete
from uuid_utils.compat import uuid7
from wtforms import Field, SelectField, ValidationError
from wtforms.validators import InputRequired

from gateway.console.kit.context import audit, now, today
from gateway.console.kit.dates import DayField
from gateway.console.kit.forms import ConsoleForm
from gateway.console.kit.language import gettext
from gateway.console.pages.beneficiaries.words import visit_name
from gateway.core.health import course_of, done_in
from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.registry.bulk import insert_new
from gateway.registry.plausibility import wrong_with_visit
from gateway.registry.tables import visits

IN_THE_FUTURE = _("The day lies in the future.")
TOO_LONG_AGO = _("The day lies more than two years back.")
_LONGEST_AGO = timedelta(days=730)


class VisitForm(ConsoleForm):
    visit = SelectField(_("Visit"))
    done_on = DayField(_("Made on"), [InputRequired(_("Fill this in."))])

    def validate_done_on(self, field: Field) -> None:
        if field.data > today():
            raise ValidationError(gettext(IN_THE_FUTURE))
        if field.data < today() - _LONGEST_AGO:
            raise ValidationError(gettext(TOO_LONG_AGO))
        if self.visit.data in self.visit.choices:
            self._must_be_plausible(field.data)

    def _must_be_plausible(self, done_on: date) -> None:
        rule = PROGRAMME.visit(self.visit.data)
        edd, child_dob = self.person.edd, self.person.child_dob
        wrong = wrong_with_visit(rule, done_on, edd=edd, child_dob=child_dob)
        if wrong:
            reason, params = wrong
            raise ValidationError(gettext(reason) % params)


def visit_form(person: Any, done: dict[str, date]) -> VisitForm:
    """Offers what is not on record yet and belongs to her pregnancy, or to her child."""
    form = VisitForm()
    form.person = person
    hers = course_of(person.category, person.edd, person.child_dob)
    open_ones = [
        rule.key
        for rule in (PROGRAMME.rules_on(today()).visits if hers else ())
        if hers and (rule.kind == "antenatal") == hers.antenatal
        if rule.key not in done_in(hers, done)
    ]
    form.visit.choices = {key: visit_name(key) for key in open_ones}
    if not form.is_submitted():
        form.done_on.data = today()
    return form


def mark(connection: Connection, person: Any, visit: str, done_on: date) -> bool:
    """False where somebody else has marked it meanwhile.

    A visit of the same name that was made before this pregnancy or birth gives way to it.
    """
    hers = course_of(person.category, person.edd, person.child_dob)
    if hers is not None and done_on >= hers.began_on:
        connection.execute(
            delete(visits).where(
                visits.c.beneficiary_id == person.id,
                visits.c.visit == visit,
                visits.c.done_on < hers.began_on,
            )
        )
    row = {
        "id": uuid7(),
        "beneficiary_id": person.id,
        "visit": visit,
        "done_on": done_on,
        "updated_at": now(),
    }
    added = insert_new(connection, visits, [row]) > 0
    if added:
        changes = {"visit": (None, visit), "done_on": (None, done_on)}
        _record(connection, "beneficiary.visit", person, changes)
    return added


def unmark(connection: Connection, person: Any, visit: str, done_on: date | None) -> None:
    """Takes back what was marked by mistake."""
    gone = delete(visits).where(visits.c.beneficiary_id == person.id, visits.c.visit == visit)
    if connection.execute(gone).rowcount:
        changes = {"visit": (visit, None), "done_on": (done_on, None)}
        _record(connection, "beneficiary.visit_removed", person, changes)


def _record(connection: Connection, action: str, person: Any, changes: Any) -> None:
    audit(
        connection,
        action,
        kind="beneficiary",
        object_id=person.id,
        district_id=person.district_id,
        changes=changes,
    )
