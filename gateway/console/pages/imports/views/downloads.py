"""What a check found, as files; and an empty file of each kind."""

from io import BytesIO
from uuid import UUID

from flask import send_file
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit_look, dependencies, reading, today
from gateway.console.kit.csv_files import csv_response
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.visit_names import VISITS, visit_name
from gateway.console.pages.imports import blueprint
from gateway.console.pages.imports.queries.found import change_lines, fault_lines, kept_lines, one
from gateway.console.pages.imports.queries.written import all_left, all_written, is_known
from gateway.core.texts import _
from gateway.registry.imports.examples import example
from gateway.registry.imports.template import write_template
from gateway.registry.imports.vocabulary import FILES

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_WHO = (_("Line"), _("Registration number"))


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
        lines = all_written(row) if is_known(connection, row) else change_lines(import_id)
    audit_look("import.changes", kind="import", object_id=import_id, district_id=row.district_id)
    words = (*_WHO, _("Column"), _("Before"), _("After"))
    return csv_response("changes", [gettext(word) for word in words], lines)


@blueprint.get("/<uuid:import_id>/left.csv")
@needs("import.run")
def left(import_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one(connection, import_id)
    audit_look("import.left", kind="import", object_id=import_id, district_id=row.district_id)
    words = (*_WHO, _("Why it stays"))
    return csv_response("left", [gettext(word) for word in words], all_left(row))


@blueprint.get("/<any(beneficiaries, payments, visits, payment_results):kind>.csv")
@needs("import.run")
def sample(kind: str) -> ResponseReturnValue:
    """The right columns, and rows that show what stands in them."""
    return csv_response(kind, FILES[kind], example(kind, today()))


@blueprint.get("/template/<any(beneficiaries, payments, visits, payment_results):kind>.xlsx")
@needs("import.run")
def template(kind: str) -> ResponseReturnValue:
    """A workbook to fill in: headings in two languages, an example, lists to choose from."""
    lao = dependencies().gettext["lo"]
    file = BytesIO()
    write_template(kind, today(), file, {key: visit_name(key, lao) for key in VISITS})
    file.seek(0)
    return send_file(file, _XLSX, as_attachment=True, download_name=f"{kind}.xlsx")
