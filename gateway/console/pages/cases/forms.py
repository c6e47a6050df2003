"""The forms of a case."""

from typing import Any
from uuid import UUID

from wtforms import Field, SelectField, TextAreaField, ValidationError

from gateway.console.kit.forms import ConsoleForm, FilterForm, at_most, choices, required, stripped
from gateway.console.kit.language import gettext
from gateway.console.kit.words import CASE_KINDS
from gateway.core.segments import segment
from gateway.core.texts import _

MOST_SEGMENTS = 3
TOO_MANY = _("This is %(count)s SMS; write at most %(most)s.")
STATES = {"open": _("Open"), "closed": _("Closed"), "all": _("All")}
WHOSE = {"all": _("Everybody's"), "mine": _("Mine"), "nobody": _("Nobody's yet")}


class CaseFilter(FilterForm):
    state = SelectField(_("State"))
    kind = SelectField(_("What it is"))
    whose = SelectField(_("Whose"))

    def choose(self) -> dict[str, Any]:
        """{"state", "kind", "whose"} as chosen, or what the list begins with."""
        self.state.choices = choices(STATES)
        self.whose.choices = choices(WHOSE)
        self.kind.choices = choices(CASE_KINDS, unchosen=_("All"))
        return {"state": "open", "kind": None, "whose": "all"} | self.given()


class AssignForm(ConsoleForm):
    staff = SelectField(_("Who takes care of it"))

    def chosen(self) -> UUID | None:
        return UUID(self.staff.data) if self.staff.data else None


class NoteForm(ConsoleForm):
    text = TextAreaField(_("Note"), [required(), at_most(2000)], filters=[stripped])


class AnswerForm(ConsoleForm):
    answer = TextAreaField(_("SMS"), [required()], filters=[stripped])

    def validate_answer(self, field: Field) -> None:
        count = segment(field.data).count
        if count > MOST_SEGMENTS:
            raise ValidationError(gettext(TOO_MANY, count=count, most=MOST_SEGMENTS))


class CloseForm(ConsoleForm):
    outcome = TextAreaField(_("How it ended"), [required(), at_most(2000)], filters=[stripped])
