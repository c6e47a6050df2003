"""The list of people, and how it is searched."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from gateway.console.kit.context import current_staff, reading, scope
from gateway.console.kit.guards import needs
from gateway.console.kit.listing import read_page
from gateway.console.kit.places import names_of
from gateway.console.kit.words import STATUSES
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.forms.lists import PeopleFilter
from gateway.console.pages.beneficiaries.queries.people import filtered
from gateway.console.pages.beneficiaries.words import CATEGORIES
from gateway.registry.tables import beneficiaries, districts


@blueprint.get("/")
@needs("beneficiary.see")
def index() -> ResponseReturnValue:
    form = PeopleFilter()
    with reading() as connection:
        served = names_of(connection, scope(select(districts), districts).order_by("name_latin"))
        form.offer(served)
        given = form.given()
        statement = filtered(given, connection.dialect.name)
        page = read_page(connection, statement, (beneficiaries.c.registration_no,))
    return render_template(
        "beneficiaries/index.html",
        form=form,
        page=page,
        given=given,
        one_district=len(served) < 2,
        statuses=STATUSES,
        categories=CATEGORIES,
        named=current_staff().may("beneficiary.unmask"),
    )
