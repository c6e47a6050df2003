"""The forms of a case."""

from typing import Any
from uuid import UUID

from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Optional

from gateway.casework.handling import LONGEST_NOTE
from gateway.console.kit.dates import DayField
from gateway.console.kit.forms import (
    ConsoleForm,
    EditForm,
    FilterForm,
    at_most,
    choices,
    required,
    stripped,
)
from gateway.console.kit.language import gettext
from gateway.console.kit.text_costs import counted
from gateway.console.kit.words import CASE_KINDS, LOCALES
from gateway.console.pages.cases.words import DUE, STATES, WHOSE
from gateway.core.segments import segment
from gateway.core.texts import _
from gateway.core.written_sms import fault_of

NOBODY_THERE = _("No woman that you may see has this registration number.")


class CaseFilter(FilterForm):
    state = SelectField(_("State"))
    kind = SelectField(_("What it is"))
    whose = SelectField(_("Whose"))
    due = SelectField(_("Due"))

    def choose(self) -> dict[str, Any]:
        """{"state", "kind", "whose", "due"} as chosen, or what the list begins with."""
        self.state.choices = choices(STATES)
        self.whose.choices = choices(WHOSE)
        self.kind.choices = choices(CASE_KINDS, unchosen=_("All"))
        self.due.choices = choices(DUE)
        return {"state": "open", "kind": None, "whose": "all", "due": "all"} | self.given()


class AssignForm(ConsoleForm):
    staff = SelectField(_("Who takes care of it"))

    def chosen(self) -> UUID | None:
        return UUID(self.staff.data) if self.staff.data else None


class DueForm(ConsoleForm):
    due_on = DayField(_("Done by"), [Optional()])


class WhoseForm(ConsoleForm):
    woman = RadioField(_("Whose number it is"), validate_choice=False)
    registration_no = StringField(_("Or by registration number"), filters=[stripped])


class NoteForm(ConsoleForm):
    text = TextAreaField(_("Note"), [required(), at_most(LONGEST_NOTE)], filters=[stripped])


class AnswerForm(ConsoleForm):
    answer = TextAreaField(_("SMS"), [required()], filters=[stripped])
    stands = HiddenField()  # how her payments stood when the page was opened

    def validate_answer(self, field: Field) -> None:
        _check(field.data, segment(field.data).count)


def _check(text: str, segments: int) -> None:
    """Raises ValidationError for what no SMS of staff may be or say."""
    fault = fault_of(text, segments=segments)
    if fault is not None:
        raise ValidationError(gettext(fault.sentence, **fault.params))


def _may_stand_ready(_form: Any, field: Field) -> None:
    """The field is named after the language of its text."""
    _check(field.data, counted(field.data, field.name).segments)


class ReadyAnswerForm(EditForm):
    """A text in every language: a caller may have chosen any."""

    lo = TextAreaField(LOCALES["lo"], [required(), _may_stand_ready], filters=[stripped])
    lo_Latn = TextAreaField(  # noqa: N815 - as the language is called
        LOCALES["lo_Latn"], [required(), _may_stand_ready], filters=[stripped]
    )
    en = TextAreaField(LOCALES["en"], [required(), _may_stand_ready], filters=[stripped])

    def texts(self) -> dict[str, str]:
        """{locale: text}"""
        return {locale: self[locale].data for locale in LOCALES}


class CloseForm(ConsoleForm):
    outcome = TextAreaField(
        _("How it ended"), [required(), at_most(LONGEST_NOTE)], filters=[stripped]
    )
