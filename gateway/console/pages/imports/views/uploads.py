"""Importing files: upload, a check that writes nothing, then the import itself, all or nothing."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from gateway.console.kit.context import (
    current_staff,
    now,
    reading,
    scope,
    signed_in,
    wakeups,
    writing,
)
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.pages.imports import blueprint
from gateway.console.pages.imports.actions.recording import record, too_late_for
from gateway.console.pages.imports.forms import UploadForm, with_kinds
from gateway.console.pages.imports.queries.found import (
    changes,
    corrections,
    first_kept,
    groups,
    new_places,
    one,
    other_kind,
    possible_duplicates,
)
from gateway.console.pages.imports.queries.written import first_left, first_written, is_known
from gateway.console.pages.imports.words import KEPT, KINDS, STATES, titled_counts, worded
from gateway.core.texts import _
from gateway.registry.deadlines import Patience, more_time
from gateway.registry.imports.limits import LARGEST
from gateway.uploads import store
from gateway.uploads.deciding import TAKEABLE, decisions_of
from gateway.uploads.found import faulty_rows
from gateway.uploads.tables import imports

LARGEST_UPLOAD = LARGEST + 64 * 1024  # what surrounds the file in the form
MERGED = ("done", "undoing", "undone")
CONFIRMED = _("The import has started.")
CANCELLED = _("Nothing was imported. The file is deleted.")


@blueprint.before_app_request
def _set_size() -> None:
    """Before anything reads the form: only who may import may send a large one."""
    if request.endpoint == "console.imports.upload":
        staff = signed_in()
        allowed = staff is not None and staff.may("import.run")
        request.max_content_length = LARGEST_UPLOAD if allowed else 64 * 1024


@blueprint.get("/")
@needs("import.run")
def index() -> ResponseReturnValue:
    """`?kind=` chooses what the file holds beforehand."""
    kind = request.args.get("kind")
    return _overview(UploadForm(kind=kind if kind in KINDS else None))


@blueprint.post("/")
@needs("import.run")
def upload() -> ResponseReturnValue:
    staff = current_staff()
    if staff.health_centre_id is not None:
        abort(403)  # a file is about a district at least
    form = with_kinds(UploadForm())
    if not form.validate():
        return _overview(form)
    wanted = store.Upload(
        kind=form.kind.data,
        file_name=form.file.data.filename,
        district_id=staff.district_id,
        staff_id=staff.id,
        who=staff.email,
    )
    with more_time(Patience.upload), writing() as connection:
        import_id = store.keep(connection, wanted, form.file.data.stream, now=now())
        record("import.upload", connection, import_id, {"kind": (None, form.kind.data)})
    wakeups().run_import(import_id)
    return redirect(url_for(".show", import_id=import_id))


@blueprint.get("/<uuid:import_id>")
@needs("import.run")
def show(import_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one(connection, import_id)
        found: dict[str, Any] = {
            "faults": groups(connection, import_id, "fault"),
            "warnings": groups(connection, import_id, "warning"),
            "kept": first_kept(connection, import_id, row.kind),
            "places": new_places(connection, import_id),
            "changes": changes(connection, import_id),
            "alike": possible_duplicates(connection, import_id),
            "corrections": corrections(connection, import_id),
            "known": row.state in MERGED and is_known(connection, row),
            "left": first_left(connection, row) if row.left else [],
            "faulty_rows": faulty_rows(connection, import_id) if row.faults else 0,
        }
        found["other_kind"] = other_kind(found["faults"])
        found["takeable"] = TAKEABLE.get(row.kind, ()) if row.state == "ready" else ()
        found["taken"] = decisions_of(row.decisions).take
        if found["known"]:
            found["changes"] = found["changes"][0], first_written(connection, row)
        counts, lines = found["changes"]
        found["changes"] = titled_counts(counts), worded(row.kind, lines)
    return render_template(
        "imports/show.html", row=row, kinds=KINDS, states=STATES, kept_words=KEPT, **found
    )


@blueprint.get("/<uuid:import_id>/progress")
@needs("import.run")
def progress(import_id: UUID) -> ResponseReturnValue:
    """The bar alone; 204 when there is something new to read on the page."""
    with reading() as connection:
        row = one(connection, import_id)
    if row.state not in store.IN_WORK:
        return Response(status=204)
    return render_template("imports/_progress.html", row=row)


@blueprint.post("/<uuid:import_id>/confirm")
@needs("import.run")
def confirm(import_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        one(connection, import_id)
        moved = store.confirm(connection, import_id, now=now())
        if moved:
            record("import.confirm", connection, import_id)
    if moved:
        wakeups().run_import(import_id)
    return back_to(import_id, CONFIRMED if moved else None)


@blueprint.post("/<uuid:import_id>/cancel")
@needs("import.run")
def cancel(import_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        one(connection, import_id)
        moved = store.cancel(connection, import_id, now=now())
        if moved:
            record("import.cancel", connection, import_id)
    return back_to(import_id, CANCELLED if moved else None)


def _overview(form: UploadForm) -> ResponseReturnValue:
    listed = scope(select(imports), imports)
    with reading() as connection:
        page = read_page(
            connection, listed, (imports.c.created_at, imports.c.id), descending=True, size=20
        )
    return render_template(
        "imports/index.html",
        form=with_kinds(form),
        page=page,
        kinds=KINDS,
        states=STATES,
        megabytes=LARGEST // 1024**2,
    )


def back_to(import_id: UUID, done: str | None) -> ResponseReturnValue:
    """The import's page, with what was `done`, a msgid, or why it was too late."""
    if done:
        flash(gettext(done), "done")
    else:
        with reading() as connection:
            flash(gettext(too_late_for(connection, import_id)), "warning")
    return redirect(url_for(".show", import_id=import_id))
