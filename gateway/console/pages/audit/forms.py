"""The filters over the audit log."""

from wtforms import SelectField, StringField
from wtforms.validators import Optional

from gateway.console.kit.audit_words import ACTIONS, KINDS
from gateway.console.kit.dates import DayField
from gateway.console.kit.forms import FilterForm, stripped
from gateway.console.kit.language import gettext
from gateway.core.texts import _


class AuditFilter(FilterForm):
    who = StringField(_("Who (name or email)"), filters=[stripped])
    action = SelectField(_("What"))
    kind = SelectField(_("About"))
    object_id = StringField(_("Its number or id"), filters=[stripped])
    since = DayField(_("From day"), [Optional()])
    until = DayField(_("To day"), [Optional()])


def audit_filter() -> AuditFilter:
    """The filter with its choices, in the order of the alphabet."""
    form = AuditFilter()
    form.action.choices = _choices(ACTIONS)
    form.kind.choices = _choices(KINDS)
    return form


def _choices(words: dict[str, str]) -> dict[str, str]:
    named = sorted(((key, gettext(text)) for key, text in words.items()), key=lambda one: one[1])
    return {"": gettext(_("All"))} | dict(named)
