"""Importing files: upload, a check that writes nothing, then the import itself, all or nothing."""

from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import Connection, select
from wtforms import RadioField, ValidationError

from gateway.console.kit.context import (
    audit,
    audit_look,
    current_staff,
    now,
    ports,
    reading,
    scope,
    signed_in,
    writing,
)
from gateway.console.kit.csv_files import csv_response
from gateway.console.kit.forms import ConsoleForm
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.pages.imports import blueprint
from gateway.console.pages.imports.queries import (
    change_lines,
    changes,
    fault_lines,
    first_kept,
    groups,
    kept_lines,
    new_places,
    one,
)
from gateway.console.pages.imports.words import KINDS, STATES
from gateway.core.texts import _
from gateway.messaging.wakeups import Wakeups
from gateway.registry.deadlines import Patience, more_time
from gateway.registry.imports.limits import LARGEST
from gateway.registry.imports.vocabulary import FILES
from gateway.staff.audit import Changes
from gateway.uploads import store
from gateway.uploads.tables import imports

LARGEST_UPLOAD = LARGEST + 64 * 1024  # what surrounds the file in the form
EMPTY = _("The file is empty.")
ENDINGS = (".csv", ".xlsx")
NOT_A_TABLE = _("Choose a .csv or an .xlsx file.")
CONFIRMED = _("The import has started.")
CANCELLED = _("Nothing was imported. The file is deleted.")
_WHO = (_("Line"), _("Registration number"))
TOO_LATE = _("Somebody else was faster: see below.")


class UploadForm(ConsoleForm):
    kind = RadioField(_("What the file holds"))
    file = FileField(_("File"), [FileRequired(_("Choose a file."))])

    def validate_file(self, field: FileField) -> None:
        if not field.data.filename.lower().endswith(ENDINGS):
            raise ValidationError(gettext(NOT_A_TABLE))
        if not field.data.stream.read(1):
            raise ValidationError(gettext(EMPTY))
        field.data.stream.seek(0)


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
    return _overview(UploadForm())


@blueprint.post("/")
@needs("import.run")
def upload() -> ResponseReturnValue:
    staff = current_staff()
    if staff.health_centre_id is not None:
        abort(403)  # a file is about a district at least
    form = _with_kinds(UploadForm())
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
        _record("import.upload", connection, import_id, {"kind": (None, form.kind.data)})
    Wakeups(ports().redis).run_import(import_id)
    return redirect(url_for(".show", import_id=import_id))


@blueprint.get("/<uuid:import_id>")
@needs("import.run")
def show(import_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one(connection, import_id)
        found = {
            "faults": groups(connection, import_id, "fault"),
            "warnings": groups(connection, import_id, "warning"),
            "kept": first_kept(connection, import_id),
            "places": new_places(connection, import_id),
            "changes": changes(connection, import_id),
            "faulty_rows": store.faulty_rows(connection, import_id) if row.faults else 0,
        }
    return render_template("imports/show.html", row=row, kinds=KINDS, states=STATES, **found)


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
            _record("import.confirm", connection, import_id)
    if moved:
        Wakeups(ports().redis).run_import(import_id)
    return _back(import_id, CONFIRMED if moved else None)


@blueprint.post("/<uuid:import_id>/cancel")
@needs("import.run")
def cancel(import_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        one(connection, import_id)
        moved = store.cancel(connection, import_id, now=now())
        if moved:
            _record("import.cancel", connection, import_id)
    return _back(import_id, CANCELLED if moved else None)


@blueprint.get("/<uuid:import_id>/faults.csv")
@needs("import.run")
def faults(import_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        one(connection, import_id)
    words = (_("Line"), _("Column"), _("What is wrong"), _("What the file says"))
    return csv_response("faults", [gettext(word) for word in words], fault_lines(import_id))


@blueprint.get("/<uuid:import_id>/kept.csv")
@needs("import.run")
def kept(import_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one(connection, import_id)
    audit_look("import.kept", kind="import", object_id=import_id, district_id=row.district_id)
    words = (*_WHO, _("Stays as it is"), _("What the file says"))
    return csv_response("kept", [gettext(word) for word in words], kept_lines(import_id))


@blueprint.get("/<uuid:import_id>/changes.csv")
@needs("import.run")
def changed(import_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one(connection, import_id)
    audit_look("import.changes", kind="import", object_id=import_id, district_id=row.district_id)
    words = (*_WHO, _("Column"), _("Before"), _("After"))
    return csv_response("changes", [gettext(word) for word in words], change_lines(import_id))


@blueprint.get("/<any(beneficiaries, payments, visits):kind>.csv")
@needs("import.run")
def sample(kind: str) -> ResponseReturnValue:
    """An empty file with the right columns."""
    return csv_response(kind, FILES[kind], ())


def _with_kinds(form: UploadForm) -> UploadForm:
    form.kind.choices = [(key, gettext(text)) for key, text in KINDS.items()]
    return form


def _overview(form: UploadForm) -> ResponseReturnValue:
    listed = scope(select(imports), imports)
    with reading() as connection:
        page = read_page(
            connection, listed, (imports.c.created_at, imports.c.id), descending=True, size=20
        )
    return render_template(
        "imports/index.html",
        form=_with_kinds(form),
        page=page,
        kinds=KINDS,
        states=STATES,
        megabytes=LARGEST // 1024**2,
    )


def _back(import_id: UUID, done: str | None) -> ResponseReturnValue:
    flash(gettext(done or TOO_LATE), "done" if done else "warning")
    return redirect(url_for(".show", import_id=import_id))


def _record(
    action: str, connection: Connection, import_id: UUID, changes: Changes | None = None
) -> None:
    audit(
        connection,
        action,
        kind="import",
        object_id=import_id,
        district_id=current_staff().district_id,
        changes=changes,
    )
