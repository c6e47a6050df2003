"""What is entered about a course, a visit, and why numbers are wanted."""

from datetime import date, timedelta
from typing import Any

from wtforms import Field, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from gateway.console.kit.context import today
from gateway.console.kit.dates import DayField
from gateway.console.kit.forms import ConsoleForm, at_most, choices, stripped
from gateway.console.kit.language import gettext
from gateway.console.kit.visit_names import visit_name
from gateway.console.pages.beneficiaries.words import COURSE_ENDS, ENTERED_BY_STAFF
from gateway.core.health_schedule import course_of, done_in
from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.registry.plausibility import wrong_with_visit


class EndForm(ConsoleForm):
    course_end = RadioField(_("What happened"))
    note = StringField(_("Note"), [at_most(200)], filters=[stripped])


def end_form() -> EndForm:
    """With the reasons that staff enter; the others are for her to choose."""
    form = EndForm()
    form.course_end.choices = choices({one: COURSE_ENDS[one] for one in ENTERED_BY_STAFF})
    return form


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
