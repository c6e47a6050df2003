"""Who got a broadcast and who did not, on the page and as a file."""

from uuid import UUID

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, current_staff, reading
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.table_files import Form, Sheet, table_response
from gateway.console.kit.words import OUTCOMES
from gateway.console.pages.broadcasts import blueprint
from gateway.console.pages.broadcasts.forms.deciding import PeopleFilter
from gateway.console.pages.broadcasts.queries.broadcasts import one
from gateway.console.pages.broadcasts.queries.people import recipient_lines, recipients
from gateway.console.pages.broadcasts.words import PEOPLE_COLUMNS
from gateway.registry.tables import beneficiaries


@blueprint.get("/<uuid:broadcast_id>/people")
@needs("broadcast.see")
def people(broadcast_id: UUID) -> ResponseReturnValue:
    form = PeopleFilter()
    with reading() as connection:
        row = one(connection, broadcast_id)
        district_id, all_of_them = form.choose(connection, row.recipients or 0)
        found = recipients(connection, broadcast_id, district_id, all_of_them=all_of_them)
        page = read_page(connection, found, (beneficiaries.c.registration_no,))
    audit_look("broadcast.people", kind="broadcast", object_id=row.id, district_id=row.district_id)
    return render_template(
        "broadcasts/people.html",
        row=row,
        form=form,
        page=page,
        outcomes=OUTCOMES,
        named=current_staff().may("beneficiary.unmask"),
    )


@blueprint.get("/<uuid:broadcast_id>/people.<any(csv, xlsx):form>")
@needs("broadcast.see")
def people_file(broadcast_id: UUID, form: Form) -> ResponseReturnValue:
    """For those who may take lists of people away."""
    if not current_staff().may("beneficiary.export"):
        abort(403)
    asked = PeopleFilter()
    with reading() as connection:
        row = one(connection, broadcast_id)
        district_id, all_of_them = asked.choose(connection, row.recipients or 0)
    audit_look("broadcast.export", kind="broadcast", object_id=row.id, district_id=row.district_id)
    lines = recipient_lines(broadcast_id, district_id, all_of_them=all_of_them)
    heading = [gettext(words) for words in PEOPLE_COLUMNS]
    return table_response(form, "broadcast-people", [Sheet(row.name, heading, lines)])
