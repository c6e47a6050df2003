"""The list of people, how it is searched, and as a file."""

from dataclasses import asdict
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, select

from gateway.console.kit.context import audit, current_staff, reading, scope, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.places import names_of
from gateway.console.kit.table_files import Form, Sheet, table_response
from gateway.console.kit.words import STATUSES
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.forms.lists import PeopleFilter
from gateway.console.pages.beneficiaries.queries.files import LINES_AT_MOST, lines, too_many
from gateway.console.pages.beneficiaries.queries.people import found, hits, people
from gateway.console.pages.beneficiaries.words import CATEGORIES, PEOPLE_COLUMNS
from gateway.core.texts import _
from gateway.finding.people import MOST_COUNTED, Wanted
from gateway.registry.tables import beneficiaries, districts

TOO_LONG = _("A workbook holds %(most)s people at most: narrow the list down, or take the CSV.")


@blueprint.get("/")
@needs("beneficiary.see")
def index() -> ResponseReturnValue:
    form = PeopleFilter()
    with reading() as connection:
        served = _offered(connection, form)
        given = form.given()
        conditions = found(connection, form.wanted(given))
        page = read_page(
            connection, people().where(*conditions), (beneficiaries.c.registration_no,)
        )
        count = hits(connection, conditions)
    return render_template(
        "beneficiaries/index.html",
        form=form,
        page=page,
        given=given,
        count=count,
        most=MOST_COUNTED,
        one_district=len(served) < 2,
        statuses=STATUSES,
        categories=CATEGORIES,
        named=current_staff().may("beneficiary.unmask"),
    )


@blueprint.get("/people.<any(csv, xlsx):form>")
@needs("beneficiary.export")
def people_file(form: Form) -> ResponseReturnValue:
    filters = PeopleFilter()
    with reading() as connection:
        _offered(connection, filters)
        wanted = filters.wanted(filters.given())
        conditions = found(connection, wanted)
        if form == "xlsx" and too_many(connection, conditions):
            flash(gettext(TOO_LONG, most=LINES_AT_MOST), "error")
            return redirect(f"{url_for('.index')}?{urlencode(request.args)}")
    _record(wanted)
    heading = [gettext(title) for title in PEOPLE_COLUMNS]
    sheet = Sheet(gettext(_("Beneficiaries")), heading, lines(conditions))
    return table_response(form, "beneficiaries", [sheet])


def _offered(connection: Connection, form: PeopleFilter) -> dict[str, str]:
    served = names_of(connection, scope(select(districts), districts).order_by("name_latin"))
    form.offer(served)
    return served


def _record(wanted: Wanted) -> None:
    """By what the list was narrowed down; what was typed may be a name or a number."""
    picked = {key: value for key, value in asdict(wanted).items() if value}
    if "typed" in picked:
        picked["typed"] = "•••"
    with writing() as connection:
        audit(
            connection,
            "beneficiary.list",
            kind="beneficiary",
            district_id=picked.pop("district_id", None),
            changes={key: (None, value) for key, value in picked.items()},
        )
