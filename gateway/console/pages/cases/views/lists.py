"""The list of cases, and as a file."""

from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.casework.due import due_day
from gateway.console.kit.context import audit_look, current_staff, reading, settings, today
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.table_files import Form, Sheet, table_response
from gateway.console.kit.words import CASE_KINDS
from gateway.console.pages.cases import blueprint
from gateway.console.pages.cases.forms import CaseFilter
from gateway.console.pages.cases.queries.cases import listed
from gateway.console.pages.cases.queries.files import LINES_AT_MOST, lines, too_many
from gateway.console.pages.cases.words import CASE_COLUMNS
from gateway.core.texts import _
from gateway.registry.tables import cases

TOO_LONG = _("A workbook holds %(most)s cases at most: narrow the list down, or take the CSV.")


@blueprint.get("/")
@needs("case.see")
def index() -> ResponseReturnValue:
    form = CaseFilter()
    given = form.choose()
    with reading() as connection:
        # Open ones: who has waited longest comes first.
        page = read_page(
            connection, listed(given), (cases.c.number,), descending=given["state"] != "open"
        )
    return render_template(
        "cases/index.html",
        form=form,
        page=page,
        case_kinds=CASE_KINDS,
        due_day=lambda row: due_day(row.opened_at, row.due_on, settings().zone),
        today=today(),
        named=current_staff().may("beneficiary.unmask"),
    )


@blueprint.get("/cases.<any(csv, xlsx):form>")
@needs("case.handle")
def file(form: Form) -> ResponseReturnValue:
    wanted = listed(CaseFilter().choose())
    if form == "xlsx":
        with reading() as connection:
            if too_many(connection, wanted):
                flash(gettext(TOO_LONG, most=LINES_AT_MOST), "error")
                return redirect(f"{url_for('.index')}?{urlencode(request.args)}")
    audit_look("case.export", kind="case")
    heading = [gettext(title) for title in CASE_COLUMNS]
    return table_response(form, "cases", [Sheet(gettext(_("Cases")), heading, lines(wanted))])
