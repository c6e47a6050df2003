"""Taking an import back: what that would do, then the work of a worker."""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import now, reading, wakeups, writing
from gateway.console.kit.guards import needs
from gateway.console.pages.imports import blueprint
from gateway.console.pages.imports.actions.recording import record
from gateway.console.pages.imports.queries.found import one
from gateway.console.pages.imports.queries.written import forecast
from gateway.console.pages.imports.views.uploads import back_to
from gateway.core.texts import _
from gateway.uploads import store

STARTED = _("The import is being taken back.")


@blueprint.get("/<uuid:import_id>/undo")
@needs("import.run")
def undo_preview(import_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one(connection, import_id)
        if row.state != "done":
            return redirect(url_for(".show", import_id=import_id))
        taken, left = forecast(connection, row)
    return render_template("imports/undo.html", row=row, taken=taken, left=left)


@blueprint.post("/<uuid:import_id>/undo")
@needs("import.run")
def undo(import_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        one(connection, import_id)
        moved = store.undo(connection, import_id, now=now())
        if moved:
            record("import.undo", connection, import_id)
    if moved:
        wakeups().run_import(import_id)
    return back_to(import_id, STARTED if moved else None)
