"""What is asked about: a month, a district, a payday, a broadcast."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection, Row, select
from wtforms import SelectField

from gateway.console.kit.context import current_staff, scope, today
from gateway.console.kit.dates import read_day, read_month
from gateway.console.kit.filters import day, month
from gateway.console.kit.forms import FilterForm, choices
from gateway.console.kit.language import gettext
from gateway.console.kit.places import names_of
from gateway.console.pages.questions.queries.counted import Chosen
from gateway.console.pages.questions.words import EVERY_PAYDAY, WHO
from gateway.core.programme_file import add_months
from gateway.core.texts import _
from gateway.registry.tables import districts

MONTHS = 13


class QuestionFilter(FilterForm):
    asked: ClassVar[tuple[str, ...]] = ("month", "district")
    month = SelectField(_("Month"))
    district = SelectField(_("District"))

    def choose(self, connection: Connection, *, ahead: int = 0) -> Chosen:
        """What is filled in; at first this month and all that the reader may see."""
        this = today().replace(day=1)
        months = [add_months(this, ahead - back) for back in range(MONTHS + ahead)]
        self.month.choices = {f"{one:%Y-%m}": month(one) for one in months}
        listed = scope(select(districts), districts).order_by(districts.c.name)
        every = {} if current_staff().district_id else {"": gettext(_("All"))}
        self.district.choices = every | names_of(connection, listed)
        given = self.given()
        asked = read_month(given.get("month")) or this
        self.month.data = f"{asked:%Y-%m}"
        district = given.get("district") or (current_staff().district_id or "")
        self.district.data = str(district)
        return Chosen(asked, int(district) if district else None)


class PaydayFilter(QuestionFilter):
    asked: ClassVar = ("month", "on", "district")
    on = SelectField(_("Payday"), validate_choice=False)

    def choose_day(self, paydays: list[date]) -> date | None:
        """One of `paydays`, or None for all."""
        self.on.choices = {"": gettext(EVERY_PAYDAY)} | {
            one.isoformat(): day(one, "full") for one in paydays
        }
        asked = read_day(self.given().get("on"))
        return asked if asked in paydays else None


class BroadcastFilter(QuestionFilter):
    asked: ClassVar = ("broadcast", "district")
    broadcast = SelectField(_("Broadcast"), validate_choice=False)

    def choose_broadcast(self, sent: list[Row[Any]]) -> UUID | None:
        """One of `sent`; at first the newest."""
        self.broadcast.choices = {
            str(one.id): f"{one.name}, {day(one.start_at.date())}" for one in sent
        } or {"": gettext(_("None"))}
        mine = {str(one.id): one.id for one in sent}
        newest = next(iter(mine), "")
        asked = self.given().get("broadcast", newest)
        self.broadcast.data = asked if asked in mine else newest
        return mine.get(self.broadcast.data)


class WhoFilter(FilterForm):
    """Over the people of a village; what it is about stays in the address."""

    who = SelectField(_("Show"))

    def all_of_them(self) -> bool:
        self.who.choices = choices(WHO)
        self.who.data = self.given().get("who") or "not"
        return bool(self.who.data == "all")
