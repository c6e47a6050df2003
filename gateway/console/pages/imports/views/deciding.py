"""Decisions about a checked file: which places are new, whose paydays count."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import wakeups, writing
from gateway.console.kit.guards import needs
from gateway.console.pages.imports import blueprint
from gateway.console.pages.imports.actions.deciding import decide_places, take_from_file
from gateway.console.pages.imports.queries.found import one
from gateway.console.pages.imports.views.uploads import back_to
from gateway.core.texts import _

AGAIN = _("The file is checked again with what you have decided.")
_FIELD = "place-"


@blueprint.post("/<uuid:import_id>/places")
@needs("import.run")
def places(import_id: UUID) -> ResponseReturnValue:
    answers = {
        name.removeprefix(_FIELD): value
        for name, value in request.form.items()
        if name.startswith(_FIELD)
    }
    with writing() as connection:
        row = one(connection, import_id)
        # A form from before another check speaks of other lines.
        current = request.form.get("checked_at") == row.updated_at.isoformat()
        every_new = "every_new" in request.form
        moved = current and decide_places(connection, row, answers, every_new=every_new)
    return _checked_again(import_id, moved)


@blueprint.post("/<uuid:import_id>/take")
@needs("import.run")
def take(import_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        row = one(connection, import_id)
        moved = take_from_file(connection, row, request.form.getlist("take"))
    return _checked_again(import_id, moved)


def _checked_again(import_id: UUID, moved: bool) -> ResponseReturnValue:
    if moved:
        wakeups().run_import(import_id)
    return back_to(import_id, AGAIN if moved else None)
