"""Writing a broadcast: its texts in three languages, and whom it is for."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select
from wtforms import (
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import Optional

from gateway.catalogues import LOCALES
from gateway.console.kit.context import current_staff, now, scope, settings, today
from gateway.console.kit.dates import DayField
from gateway.console.kit.filters import moment, month
from gateway.console.kit.forms import (
    ConsoleForm,
    EditForm,
    SelectMultipleBoxes,
    at_most,
    choices,
    required,
    stripped,
)
from gateway.console.kit.language import gettext
from gateway.console.kit.places import names_of
from gateway.console.pages.broadcasts.words import CATEGORIES, FAULTS, PERSON_STATES
from gateway.core.lao_text import is_blank
from gateway.core.open_words import tells_too_much
from gateway.core.programme import PROGRAMME
from gateway.core.programme_file import add_months
from gateway.core.segments import segment
from gateway.core.texts import _
from gateway.messaging.audience import Audience
from gateway.messaging.broadcasts.lifecycle import LONGEST_NAME, MOST_SEGMENTS
from gateway.messaging.broadcasts.placeholders import placeholder_in
from gateway.messaging.wordings import fit
from gateway.registry.tables import districts, health_centres, villages

MISSING_DEFAULT = _("Write the Lao text: it goes to everybody who chose no other language.")
TEXT_FIELDS = {locale: f"text_{locale.lower()}" for locale in LOCALES}
# Villages are offered once the district is chosen: a country has thousands.
DISTRICTS_FOR_VILLAGES = 3
_CYCLES_BACK, _CYCLES_AHEAD = 2, 2


class Place(SelectMultipleBoxes):
    """Ids of places; those that are not offered are passed over, not refused."""

    data: list[str] | None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        chosen: list[str] = self.data or []
        self.data = [one for one in chosen if one in self.choices]


def _few(_form: Any, field: Field) -> None:
    locale = next(locale for locale, name in TEXT_FIELDS.items() if name == field.name)
    count = segment(fit(field.data or "", locale)).count
    if count > MOST_SEGMENTS:
        raise ValidationError(gettext(FAULTS["too_many_segments"], count=count, most=MOST_SEGMENTS))
    found = placeholder_in(field.data or "")
    if found is not None:
        raise ValidationError(gettext(FAULTS["placeholder"], found=found))
    fault = tells_too_much(field.data or "")
    if fault is not None:
        raise ValidationError(gettext(FAULTS[fault[0]], word=fault[1]))


class BroadcastForm(EditForm):
    name = StringField(_("Name"), [required(), at_most(LONGEST_NAME)], filters=[stripped])
    text_lo = TextAreaField(_("Lao"), [_few])
    text_lo_latn = TextAreaField(_("Lao in Latin letters"), [_few])
    text_en = TextAreaField(_("English"), [_few])
    district = Place(_("Districts"))
    village = Place(_("Villages"))
    health_centre = Place(_("Health centres"))
    category = SelectMultipleBoxes(_("Who"))
    status = SelectMultipleBoxes(_("Status"))
    cycle = SelectField(_("Paid in"), default="")
    missed = HiddenField()  # the earlier broadcast that it follows up

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field, and the text that stands in for those that are missing."""
        valid = bool(super().validate(extra_validators))
        default = self[TEXT_FIELDS[settings().default_locale]]
        if not is_blank(default.data or ""):
            return valid
        default.errors = [*default.errors, gettext(MISSING_DEFAULT)]
        return False

    def offer(self, connection: Connection, district_id: int | None) -> None:
        """Fills in what can be chosen; `district_id` is the one the broadcast is confined to."""
        self.category.choices = choices(CATEGORIES)
        self.status.choices = choices(PERSON_STATES)
        self.cycle.choices = {"": gettext(_("Does not matter"))} | _cycles(today())
        listed = scope(select(districts), districts).order_by(districts.c.name)
        if district_id is not None:
            listed = listed.where(districts.c.id == district_id)
            self.district.data = [str(district_id)]
        self.district.choices = names_of(connection, listed)
        self.village.choices = self._within(connection, villages)
        self.health_centre.choices = self._within(connection, health_centres)

    def texts(self) -> dict[str, str]:
        """{locale: text} of those that are written."""
        found = {locale: self[name].data or "" for locale, name in TEXT_FIELDS.items()}
        # A browser sends every line break as two characters.
        tidy = {locale: text.replace("\r\n", "\n").strip() for locale, text in found.items()}
        return {locale: text for locale, text in tidy.items() if text}

    def audience(self) -> Audience:
        """As gateway.messaging.audience wants it."""
        places = {
            name: [int(value) for value in self[name].data or [] if value in self[name].choices]
            for name in ("district", "village", "health_centre")
        }
        words = {name: list(self[name].data or []) for name in ("category", "status")}
        cycle = [self.cycle.data] if self.cycle.data else []
        missed = [str(self.follows())] if self.follows() else []
        wanted: dict[str, list[Any]] = {**places, **words, "cycle": cycle, "missed": missed}
        return {name: values for name, values in wanted.items() if values}

    def follows(self) -> UUID | None:
        """The earlier broadcast, of whose audience it is for those who got nothing."""
        try:
            return UUID(self.missed.data or "")
        except ValueError:
            return None

    def fill(self, row: Any) -> None:
        """Draws the form from a row of `broadcasts`."""
        self.name.data = row.name
        for locale, name in TEXT_FIELDS.items():
            self[name].data = row.texts.get(locale, "")
        self.fill_audience(row.audience)

    def fill_audience(self, audience: Mapping[str, Any]) -> None:
        for name in ("district", "village", "health_centre", "category", "status"):
            self[name].data = [str(value) for value in audience.get(name, ())]
        self.cycle.data = next(iter(audience.get("cycle", ())), "")
        self.missed.data = next(iter(audience.get("missed", ())), "")

    def _within(self, connection: Connection, table: Table) -> dict[str, str]:
        chosen = [int(one) for one in self.district.data or [] if one in self.district.choices]
        if not 0 < len(chosen) <= DISTRICTS_FOR_VILLAGES:
            return {}
        listed = scope(select(table).where(table.c.district_id.in_(chosen)), table)
        return names_of(connection, listed.order_by(table.c.name))


OPENS = time(8)  # of a day without a time


class SubmitForm(ConsoleForm):
    on = DayField(_("Day"), [Optional()])
    at = TimeField(_("Time"), [Optional()])

    def start_at(self) -> datetime | None:
        """When it is to start; None: as soon as it is approved. A time alone is one of today."""
        if self.on.data is None and self.at.data is None:
            return None
        return datetime.combine(self.on.data or today(), self.at.data or OPENS, settings().zone)

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field, and that the two together have not passed."""
        if not super().validate(extra_validators):
            return False
        start_at = self.start_at()
        if start_at is None or start_at >= now():
            return True
        passed = gettext(FAULTS["in_the_past"], at=moment(start_at))
        self.at.errors = [*self.at.errors, passed]
        return False

    def validate_on(self, field: Field) -> None:
        if field.data and not today() <= field.data <= today() + timedelta(days=90):
            raise ValidationError(gettext(_("Choose a day within the next 90 days.")))


def confined_to(row_district_id: int | None = None) -> int | None:
    """The district a broadcast is bound to: of the row, else of whoever writes it."""
    return row_district_id or current_staff().district_id


def _cycles(on: date) -> dict[str, str]:
    return {f"{first:%Y-%m}": month(first) for first in _first_months(on)}


def _first_months(on: date) -> Iterator[date]:
    """The first months of the payment cycles around `on`."""
    months = PROGRAMME.rules_on(on).cycle_months
    this = on.replace(day=1, month=on.month - (on.month - 1) % months)
    for count in range(-_CYCLES_BACK, _CYCLES_AHEAD + 1):
        yield add_months(this, count * months)
