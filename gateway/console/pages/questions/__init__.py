"""Questions a manager asks: each a picture, a table and a file, by month and district."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("questions", __name__, url_prefix="/questions")
MENU = Entry(_("Questions"), "console.questions.index", "report.see")
