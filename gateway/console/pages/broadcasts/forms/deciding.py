"""What is asked beside a broadcast: why it is sent back, where it is tried, who got it."""

from collections.abc import Mapping

from sqlalchemy import Connection, select
from wtforms import RadioField, SelectField, StringField, TextAreaField

from gateway.catalogues import LOCALES
from gateway.console.kit.context import current_staff, scope
from gateway.console.kit.forms import (
    ConsoleForm,
    FilterForm,
    at_most,
    choices,
    phone_number,
    required,
    stripped,
)
from gateway.console.kit.places import names_of
from gateway.console.kit.words import LOCALES as LANGUAGES
from gateway.console.pages.broadcasts.words import WHO
from gateway.core.texts import _
from gateway.messaging.broadcasts.lifecycle import LONGEST_REASON
from gateway.registry.tables import districts

MOST_AT_ONCE = 50_000  # recipients: a list over all of them takes a quarter of a second


class SendBackForm(ConsoleForm):
    reason = TextAreaField(_("Why"), [required(), at_most(LONGEST_REASON)], filters=[stripped])


class TrialForm(ConsoleForm):
    locale = RadioField(_("Language"))
    number = StringField(
        _("Your phone number"), [required(), at_most(30), phone_number], filters=[stripped]
    )

    def offer(self, texts: Mapping[str, str]) -> None:
        """The languages in which it is written."""
        written = {locale: LANGUAGES[locale] for locale in LOCALES if locale in texts}
        self.locale.choices = choices(written)
        if self.locale.data not in written:
            self.locale.data = next(iter(written), None)


class PeopleFilter(FilterForm):
    district = SelectField(_("District"))
    who = SelectField(_("Show"))

    def choose(self, connection: Connection, recipients: int) -> tuple[int | None, bool]:
        """(the district or None for all that the reader may see, whether everybody is shown)

        Of more than MOST_AT_ONCE `recipients` it is one district after the other.
        """
        listed = scope(select(districts), districts).order_by(districts.c.name)
        one_each = current_staff().district_id is not None or recipients > MOST_AT_ONCE
        every = {} if one_each else {"": _("All")}
        self.district.choices = choices(every) | names_of(connection, listed)
        self.who.choices = choices(WHO)
        given = self.given()
        first = next(iter(self.district.choices), "")
        district = given.get("district") or str(current_staff().district_id or first)
        self.district.data, self.who.data = district, given.get("who") or "not"
        return (int(district) if district else None), self.who.data == "all"
