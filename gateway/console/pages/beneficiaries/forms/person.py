"""Why numbers are wanted in full."""

from wtforms import StringField

from gateway.console.kit.forms import ConsoleForm, at_most, required, stripped
from gateway.core.texts import _


class UnmaskForm(ConsoleForm):
    why = StringField(_("Why you need the numbers"), [required(), at_most(200)], filters=[stripped])
