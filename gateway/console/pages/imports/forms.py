"""The form of an upload."""

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, ValidationError

from gateway.console.kit.forms import ConsoleForm, choices
from gateway.console.kit.language import gettext
from gateway.console.pages.imports.words import KINDS
from gateway.core.texts import _

EMPTY = _("The file is empty.")
ENDINGS = (".csv", ".xlsx")
NOT_A_TABLE = _("Choose a .csv or an .xlsx file.")


class UploadForm(ConsoleForm):
    kind = RadioField(_("What the file holds"))
    file = FileField(_("File"), [FileRequired(_("Choose a file."))])

    def validate_file(self, field: FileField) -> None:
        if not field.data.filename.lower().endswith(ENDINGS):
            raise ValidationError(gettext(NOT_A_TABLE))
        if not field.data.stream.read(1):
            raise ValidationError(gettext(EMPTY))
        field.data.stream.seek(0)


def with_kinds(form: UploadForm) -> UploadForm:
    """The same form, with its choices."""
    form.kind.choices = choices(KINDS)
    return form
