"""The filters over who is not reached."""

from datetime import timedelta

from sqlalchemy import Connection, select
from wtforms import SelectField
from wtforms.validators import Optional

from gateway.console.kit.context import scope, today
from gateway.console.kit.dates import DayField
from gateway.console.kit.forms import FilterForm
from gateway.console.kit.language import gettext
from gateway.console.kit.places import names_of
from gateway.console.pages.reports.queries.unreached import Chosen
from gateway.core.texts import _
from gateway.registry.tables import districts, villages

AHEAD = timedelta(days=14)


class UnreachedFilter(FilterForm):
    district = SelectField(_("District"))
    village = SelectField(_("Village"))
    until = DayField(_("Paid until"), [Optional()])

    def choose(self, connection: Connection) -> Chosen:
        """What is filled in; at first the first district, all villages, two weeks."""
        listed = scope(select(districts), districts).order_by(districts.c.name)
        found = names_of(connection, listed)
        self.district.choices = found or {"": gettext(_("None"))}
        asked = self.district.data
        district = asked if asked in found else next(iter(found), "")
        self.district.data = district
        self.village.choices = {"": gettext(_("All"))} | _villages(connection, district)
        given = self.given()
        village = given.get("village")
        self.until.data = given.get("until") or today() + AHEAD
        return Chosen(
            district_id=int(district) if district else None,
            village_id=int(village) if village else None,
            until=self.until.data,
        )


def _villages(connection: Connection, district: str) -> dict[str, str]:
    if not district:
        return {}
    listed_villages = (
        select(villages).where(villages.c.district_id == int(district)).order_by(villages.c.name)
    )
    return names_of(connection, listed_villages)
