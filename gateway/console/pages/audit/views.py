"""The audit log: who did or looked at what, when, from where; filters and an export."""

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.audit_words import ACTIONS
from gateway.console.kit.context import audit, reading, writing
from gateway.console.kit.csv_files import csv_response
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.people import know
from gateway.console.pages.audit import blueprint
from gateway.console.pages.audit.forms import audit_filter
from gateway.console.pages.audit.queries.lines import filtered, in_words, lines
from gateway.console.pages.audit.queries.objects import about, names_for
from gateway.console.pages.audit.words import COLUMNS
from gateway.staff.tables import audit_log


@blueprint.get("/")
@needs("audit.see")
def index() -> ResponseReturnValue:
    form = audit_filter()
    with reading() as connection:
        statement = filtered(connection, form.given())
        page = read_page(connection, statement, (audit_log.c.at, audit_log.c.id), descending=True)
        names = names_for(connection, page.rows)
        know(connection, [row.who for row in page.rows])
    return render_template(
        "audit/index.html",
        form=form,
        page=page,
        actions=ACTIONS,
        about=lambda row: about(row, names),
        changes=lambda row: in_words(row.changes, names),
    )


@blueprint.get("/audit.csv")
@needs("audit.see")
def export() -> ResponseReturnValue:
    given = audit_filter().given()
    with writing() as connection:
        audit(connection, "audit.export", kind="audit")
    return csv_response("audit", [gettext(name) for name in COLUMNS], lines(given))
