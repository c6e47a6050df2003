"""The villages, the sheet of each, and the download of those who are not reached."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, now, reading
from gateway.console.kit.csv_files import csv_response
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.visit_names import visit_name
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.forms.lists import VillageFilter
from gateway.console.pages.beneficiaries.queries.villages import (
    sheet,
    unreachable_lines,
    villages_with_people,
)
from gateway.console.pages.beneficiaries.words import (
    PHONE_OWNERS,
    UNREACHABLE_COLUMNS,
    WHY_UNREACHABLE,
)
from gateway.registry.tables import villages


@blueprint.get("/villages/")
@needs("beneficiary.export")
def village_index() -> ResponseReturnValue:
    form = VillageFilter()
    listed = villages_with_people(form.given().get("q"))
    with reading() as connection:
        page = read_page(connection, listed, (villages.c.name_latin, villages.c.id))
    return render_template("beneficiaries/villages.html", form=form, page=page)


@blueprint.get("/villages/<int:village_id>")
@needs("beneficiary.export")
def village(village_id: int) -> ResponseReturnValue:
    with reading() as connection:
        lines = sheet(connection, village_id)
    if not lines:
        abort(404)
    first = lines[0].person
    audit_look(
        "beneficiary.village_list",
        kind="beneficiary",
        object_id=f"village {village_id}",
        district_id=first.district_id,
    )
    only = request.args.get("only") == "unreachable"
    return render_template(
        "beneficiaries/village.html",
        village=first,
        lines=[line for line in lines if line.why or not only],
        everybody=len(lines),
        unreached=sum(line.why is not None for line in lines),
        only=only,
        now=now(),
        owners=PHONE_OWNERS,
        why=WHY_UNREACHABLE,
        visit_name=visit_name,
    )


@blueprint.get("/unreachable.csv")
@needs("beneficiary.export")
def unreachable_csv() -> ResponseReturnValue:
    audit_look("beneficiary.export", kind="beneficiary")
    heading = [gettext(one) for one in UNREACHABLE_COLUMNS]
    return csv_response("unreachable", heading, unreachable_lines())
