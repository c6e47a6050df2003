"""The list of people, and how it is searched."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from wtforms import SelectField, StringField

from gateway.console.kit.context import current_staff, now, reading, scope
from gateway.console.kit.filters import place
from gateway.console.kit.forms import FilterForm, stripped
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.words import STATUSES
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.queries.people import people
from gateway.console.pages.beneficiaries.queries.search import matching
from gateway.console.pages.beneficiaries.words import CATEGORIES
from gateway.core.texts import _
from gateway.registry.pins import GUESSES_SHOWN, guessed_since
from gateway.registry.tables import beneficiaries, districts

GUESSED = _("Strangers tried to guess it in the last 7 days")


class PeopleFilter(FilterForm):
    q = StringField(_("Name, phone or registration number"), filters=[stripped])
    district = SelectField(_("District"), coerce=lambda value: int(value) if value else None)
    status = SelectField(_("Status"))
    pin = SelectField(_("PIN"))

    def offer(self, served: dict[str, str]) -> None:
        everything = {"": gettext(_("All"))}
        states = {key: gettext(text) for key, (text, _tone) in STATUSES.items()}
        self.district.choices, self.status.choices = everything | served, everything | states


@blueprint.get("/")
@needs("beneficiary.see")
def index() -> ResponseReturnValue:
    form = PeopleFilter()
    with reading() as connection:
        served = connection.execute(
            scope(select(districts), districts).order_by("name_latin")
        ).all()
        form.district.choices = {"": gettext(_("All"))} | {
            str(row.id): place(row) for row in served
        }
        states = {key: gettext(text) for key, (text, _tone) in STATUSES.items()}
        form.status.choices = {"": gettext(_("All"))} | states
        form.pin.choices = {"": gettext(_("All")), "guessed": gettext(GUESSED)}
        given = form.given()
        statement = _filtered(given, connection.dialect.name)
        page = read_page(connection, statement, (beneficiaries.c.registration_no,))
    return render_template(
        "beneficiaries/index.html",
        form=form,
        page=page,
        given=given,
        one_district=len(served) < 2,
        states=STATUSES,
        categories=CATEGORIES,
        named=current_staff().may("beneficiary.unmask"),
    )


def _filtered(given: dict[str, object], dialect: str) -> Select[tuple[object, ...]]:
    statement = people()
    if "q" in given:
        in_part = current_staff().may("beneficiary.unmask")
        statement = statement.where(matching(str(given["q"]), dialect, in_part=in_part))
    if "district" in given:
        statement = statement.where(beneficiaries.c.district_id == given["district"])
    if "status" in given:
        statement = statement.where(beneficiaries.c.status == given["status"])
    if "pin" in given:
        guessed = guessed_since(now() - GUESSES_SHOWN)
        statement = statement.where(beneficiaries.c.registration_no.in_(guessed))
    return statement
