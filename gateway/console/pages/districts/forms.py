"""Why a district is paused."""

from wtforms import StringField

from gateway.console.kit.forms import ConsoleForm, at_most, required, stripped
from gateway.core.texts import _


class PauseForm(ConsoleForm):
    reason = StringField(_("Reason"), [required(), at_most(200)], filters=[stripped])
