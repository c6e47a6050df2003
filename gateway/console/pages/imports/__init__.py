"""Importing files: upload, a check that writes nothing, then the import itself, all or nothing."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
MENU = Entry(_("Import"), "console.imports.index", "import.run")
