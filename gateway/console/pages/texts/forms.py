"""What a reader looks for, confirms and proposes."""

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)

from gateway.console.kit.context import today
from gateway.console.kit.dates import DayField
from gateway.console.kit.forms import ConsoleForm, FilterForm, at_most, choices, required, stripped
from gateway.console.kit.language import gettext
from gateway.console.pages.texts.words import CHANNELS, STATES
from gateway.core.texts import _
from gateway.text_cards.cards import SMS
from gateway.text_cards.results import MOST_PRESSED, is_pressed
from gateway.text_cards.trial import TASKS
from gateway.wordings.comments import LONGEST as LONGEST_COMMENT
from gateway.wordings.kinds import CAPACITIES

_LONGEST_NOTE = 500
TO_COME = _("This day is still to come.")
NO_KEYS = _("Write the keys alone, or a dash: 1 9 2.")


class CardFilter(FilterForm):
    state = SelectField(_("State"))
    branch = SelectField(_("Branch of the menu"))
    channel = SelectField(_("Where it is read"))
    capacity = SelectField(_("Confirmed as"))

    def choose(self, titles: Mapping[str, str]) -> dict[str, Any]:
        """What is looked for; `titles` are the branches of the menu."""
        named = dict(titles) | {SMS: "SMS"}
        self.capacity.choices = choices(CAPACITIES, unchosen=_("Anybody"))
        self.state.choices = choices(STATES, unchosen=_("All"))
        self.branch.choices = choices({}, unchosen=_("All")) | named
        self.channel.choices = choices(CHANNELS, unchosen=_("Everywhere"))
        return self.given()


class ConfirmForm(ConsoleForm):
    wording = HiddenField()  # what its reader saw
    capacity = SelectField(_("I confirm it as"))

    def choose(self) -> None:
        self.capacity.choices = choices(CAPACITIES)


class TakeForm(ConsoleForm):
    file = FileField(_("File"), [FileRequired(_("Choose a file."))])
    capacity = SelectField(_("I confirm it as"))

    def choose(self) -> None:
        self.capacity.choices = choices(CAPACITIES)


class ProposeForm(ConsoleForm):
    """`latin` goes with a Lao wording; the seen ones are the revisions of what waits."""

    wording = TextAreaField(_("Better so"), [required()], filters=[stripped])
    latin = TextAreaField(_("In Latin letters"), filters=[stripped])
    note = StringField(_("Why"), [at_most(_LONGEST_NOTE)], filters=[stripped])
    seen = HiddenField()
    seen_twin = HiddenField()


class CommentForm(ConsoleForm):
    comment = StringField(
        _("What is not right"), [required(), at_most(LONGEST_COMMENT)], filters=[stripped]
    )
    said_as = SelectField(_("I say it as"))

    def choose(self) -> None:
        self.said_as.choices = choices(CAPACITIES)


def _not_to_come(_form: Any, field: Any) -> None:
    if field.data and field.data > today():
        raise ValidationError(gettext(TO_COME))


def _pressed(_form: Any, field: Any) -> None:
    if field.data and not is_pressed(field.data):
        raise ValidationError(gettext(NO_KEYS))


class TrialForm(ConsoleForm):
    """A field for each task is added below."""

    tried_on = DayField(_("Tried on"), [required(), _not_to_come])


def task_fields() -> dict[str, str]:
    """{task: its field}."""
    return {task.name: f"task_{task.name}" for task in TASKS}


for _task in TASKS:
    setattr(
        TrialForm,
        task_fields()[_task.name],
        StringField(_task.asked, [at_most(MOST_PRESSED), _pressed], filters=[stripped]),
    )


class RejectForm(ConsoleForm):
    reason = StringField(_("Why not"), [required(), at_most(_LONGEST_NOTE)], filters=[stripped])
