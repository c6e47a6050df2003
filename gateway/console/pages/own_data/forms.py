"""Asking for an erasure, and confirming it."""

from wtforms import StringField, TextAreaField

from gateway.console.kit.forms import ConsoleForm, at_most, required, stripped
from gateway.core.texts import _


class AskForm(ConsoleForm):
    reason = TextAreaField(_("Why"), [required(), at_most(500)], filters=[stripped])


class EraseForm(ConsoleForm):
    registration_no = StringField(
        _("Her registration number, typed again"), [required(), at_most(8)], filters=[stripped]
    )
