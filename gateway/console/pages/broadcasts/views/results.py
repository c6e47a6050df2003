"""What became of a broadcast: progress, chart, table, and a file of every message."""

from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.charts import Series, bar_chart, svg_response
from gateway.console.kit.context import audit_look, reading
from gateway.console.kit.csv_files import csv_response
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.words import MESSAGE_STATES, REASONS
from gateway.console.pages.broadcasts import blueprint
from gateway.console.pages.broadcasts.queries.broadcasts import one
from gateway.console.pages.broadcasts.queries.outcomes import lines, outcome
from gateway.console.pages.broadcasts.words import RESULT_COLUMNS
from gateway.core.texts import _


@blueprint.get("/<uuid:broadcast_id>/progress")
@needs("broadcast.see")
def progress(broadcast_id: UUID) -> ResponseReturnValue:
    """The part of the page that moves while it goes out."""
    with reading() as connection:
        row = one(connection, broadcast_id)
    found = outcome(row)
    if found is None:
        return Response(status=204)
    return render_template(
        "broadcasts/_progress.html",
        row=row,
        outcome=found,
        message_states=MESSAGE_STATES,
        message_reasons=REASONS,
    )


@blueprint.get("/<uuid:broadcast_id>/results.svg")
@needs("broadcast.see")
def results_svg(broadcast_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        found = outcome(one(connection, broadcast_id))
    bars = {
        gettext(_("Delivered")): found.delivered if found else 0,
        gettext(_("With the operator")): found.with_operator if found else 0,
        gettext(_("Waiting")): found.waiting if found else 0,
        gettext(_("Not delivered")): found.lost if found else 0,
    }
    series = [Series(gettext(_("Messages")), list(bars.values()))]
    return svg_response(bar_chart(list(bars), series, title=gettext(_("What became of it"))))


@blueprint.get("/<uuid:broadcast_id>/results.csv")
@needs("broadcast.see")
def results_csv(broadcast_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one(connection, broadcast_id)
    audit_look("broadcast.export", kind="broadcast", object_id=row.id, district_id=row.district_id)
    heading = [gettext(text) for text in RESULT_COLUMNS]
    return csv_response("broadcast", heading, lines(broadcast_id))
