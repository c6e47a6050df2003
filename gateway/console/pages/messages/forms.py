"""The filters over the ledger, and how a message of unknown outcome is settled."""

from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import Optional

from gateway.console.kit.dates import DayField
from gateway.console.kit.forms import (
    ConsoleForm,
    FilterForm,
    choices,
    msisdn_of,
    phone_number,
    required,
    stripped,
)
from gateway.console.kit.words import CATEGORIES, MESSAGE_STATES
from gateway.console.pages.messages.words import RESOLUTIONS
from gateway.core.texts import _


class MessageFilter(FilterForm):
    state = SelectField(_("State"))
    category = SelectField(_("Kind"))
    number = StringField(_("Phone number"), [phone_number], filters=[stripped])
    since = DayField(_("From"), [Optional()])
    until = DayField(_("To"), [Optional()])

    def choose(self) -> dict[str, Any]:
        """What is filled in: `state`, `category`, `msisdn` (E.164), `since`, `until` (days)."""
        self.state.choices = choices(MESSAGE_STATES, unchosen=_("All"))
        self.category.choices = choices(CATEGORIES, unchosen=_("All"))
        given = self.given()
        if "number" in given:
            msisdn = msisdn_of(self.number)
            given["msisdn"] = msisdn.e164 if msisdn else None
        return given


class ResolveForm(ConsoleForm):
    outcome = RadioField(_("What happened"), [required()])
    batch = BooleanField(_("For all messages of this call whose outcome is unknown"))

    @classmethod
    def drawn(cls) -> "ResolveForm":
        form = cls()
        form.outcome.choices = choices(RESOLUTIONS)
        return form
