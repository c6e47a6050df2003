"""What is entered about a birth, an end, a visit."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from gateway.console.kit.context import current_staff, today
from gateway.console.kit.dates import DayField
from gateway.console.kit.forms import ConsoleForm, at_most, choices, stripped
from gateway.console.kit.language import gettext
from gateway.console.kit.visit_names import visit_name
from gateway.console.pages.beneficiaries.forms.faults import WithFaults
from gateway.console.pages.beneficiaries.words import CHILDREN, COURSE_ENDS, NUMBERED
from gateway.core.children import MOST_CHILDREN, living
from gateway.core.health_schedule import course_of, done_in
from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.people.endings import endings_of
from gateway.registry.choices import CourseEnd
from gateway.registry.plausibility import wrong_with_visit

ALL_CHILDREN = ""
_ONE_DIED = "child_died:"  # and the number of the child
_NUMBERS = {str(number) for number in range(1, MOST_CHILDREN + 1)}


class BirthForm(WithFaults):
    born_on = DayField(_("Born on"), [InputRequired(_("Fill this in."))])
    children = RadioField(_("How many children live"), coerce=int, default=1)


def birth_form() -> BirthForm:
    form = BirthForm()
    form.children.choices = {
        count: gettext(CHILDREN[count - 1]) for count in range(1, MOST_CHILDREN + 1)
    }
    return form


class EndForm(WithFaults):
    course_end = RadioField(_("What happened"), validate_choice=False)
    grant_ends = BooleanField(_("The grant ends with it"))
    note = StringField(_("Note"), [at_most(200)], filters=[stripped])

    @property
    def what(self) -> CourseEnd:
        chosen: Any = str(self.course_end.data).split(":")[0]
        return chosen  # type: ignore[no-any-return]

    @property
    def child(self) -> int | None:
        """Which of twins has died; None where it is about none of them, or all."""
        chosen = str(self.course_end.data)
        if not chosen.startswith(_ONE_DIED):
            return None
        number = chosen.removeprefix(_ONE_DIED)
        return int(number) if number in _NUMBERS else 0


def end_form(person: Any) -> EndForm:
    """With what may still be entered of her; who may not change a status leaves the grant."""
    form = EndForm()
    numbers = living(person.category, person.children)
    form.course_end.choices = {}
    for one in endings_of(person):
        if one == "child_died" and len(numbers) > 1:
            form.course_end.choices |= {
                f"{_ONE_DIED}{number}": gettext(
                    _("One of the twins has died: %(child)s"), child=gettext(NUMBERED[number - 1])
                )
                for number in numbers
            }
            form.course_end.choices[one] = gettext(_("All of the children have died"))
        else:
            form.course_end.choices[one] = gettext(COURSE_ENDS[one])
    if not current_staff().may("beneficiary.edit"):
        del form.grant_ends
    return form


IN_THE_FUTURE = _("The day lies in the future.")
TOO_LONG_AGO = _("The day lies more than two years back.")
_LONGEST_AGO = timedelta(days=730)


class VisitForm(ConsoleForm):
    visit = SelectField(_("Visit"))
    child = SelectField(_("Which child"), default=ALL_CHILDREN)
    done_on = DayField(_("Made on"), [InputRequired(_("Fill this in."))])

    def validate_done_on(self, field: Field) -> None:
        if field.data > today():
            raise ValidationError(gettext(IN_THE_FUTURE))
        if field.data < today() - _LONGEST_AGO:
            raise ValidationError(gettext(TOO_LONG_AGO))
        if self.visit.data in self.visit.choices:
            self._must_be_plausible(field.data)

    def numbers(self) -> Sequence[int]:
        """Of which children it was."""
        chosen = self.child.data if "child" in self else ALL_CHILDREN
        hers = living(self.person.category, self.person.children)
        return hers if chosen in {ALL_CHILDREN, None} else (int(chosen),)

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
    numbers = living(person.category, person.children)
    if len(numbers) > 1:
        each = {str(number): NUMBERED[number - 1] for number in numbers}
        form.child.choices = choices(each, unchosen=_("All of the children"))
        if form.child.data is None:  # a button that says no child means all
            form.child.data = ALL_CHILDREN
    else:
        del form.child
    if not form.is_submitted():
        form.done_on.data = today()
    return form
