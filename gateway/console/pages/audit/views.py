"""The audit log: who did or looked at what, when, from where; filters and an export."""

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.audit_words import ACTIONS, KINDS
from gateway.console.kit.context import audit, reading, writing
from gateway.console.kit.csv_files import csv_response
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.pages.audit import blueprint
from gateway.console.pages.audit.forms import audit_filter
from gateway.console.pages.audit.queries import filtered, in_words, lines
from gateway.console.pages.audit.words import COLUMNS
from gateway.staff.tables import audit_log


@blueprint.get("/")
@needs("audit.see")
def index() -> ResponseReturnValue:
    form = audit_filter()
    statement = filtered(form.given())
    with reading() as connection:
        page = read_page(connection, statement, (audit_log.c.at, audit_log.c.id), descending=True)
    return render_template(
        "audit/index.html", form=form, page=page, actions=ACTIONS, kinds=KINDS, changes=in_words
    )


@blueprint.get("/audit.csv")
@needs("audit.see")
def export() -> ResponseReturnValue:
    given = audit_filter().given()
    statement = filtered(given).order_by(audit_log.c.at, audit_log.c.id)
    with writing() as connection:
        audit(connection, "audit.export", kind="audit")
    return csv_response("audit", [gettext(name) for name in COLUMNS], lines(statement))
