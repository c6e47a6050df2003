"""What the console says when something cannot be shown; other parts of the app keep theirs."""

import logging

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError

from gateway.console.kit.language import gettext
from gateway.console.middleware.request_checks import BadText
from gateway.core.texts import _
from gateway.registry.database import reason_of
from gateway.registry.deadlines import DeadlineError, NotAskedError, Patience

PREFIX = "/console/"

SENTENCES: dict[int, tuple[str, str]] = {
    400: (
        _("That did not work"),
        _("Go back, check what you entered, and try again."),
    ),
    403: (
        _("You may not do this"),
        _("Your role does not include this page. Ask an administrator if you need it."),
    ),
    404: (
        _("Page not found"),
        _("The address is wrong, what it shows was removed, or it belongs to another district."),
    ),
    413: (
        _("The file is too large"),
        _("Split it into smaller files and try again."),
    ),
    414: (
        _("The address is too long"),
        _("Search for less at once, and try again."),
    ),
    429: (
        _("Too many tries"),
        _("Wait a few minutes, then try again."),
    ),
    500: (
        _("Something went wrong here"),
        _(
            "Nothing you stored before is lost. Try again; if it happens again, tell the "
            "administrator."
        ),
    ),
}
BAD_TEXT = (
    SENTENCES[400][0],
    _("The field \u201c%(field)s\u201d holds a sign that cannot be stored. Nothing was changed."),
)
EXPIRED = (
    _("This page was open for too long"),
    _("Nothing was changed. Go back, reload the page, and send it again."),
)
UNREACHABLE = (
    _("The service does not answer just now"),
    _("Nothing you stored before is lost. Wait a moment, then send it again."),
)

log = logging.getLogger("gateway.console")


def add_error_pages(app: Flask) -> None:
    """Below PREFIX; other parts of the app answer as they did."""
    app.register_error_handler(HTTPException, _show)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(BadText, _bad_text)
    app.register_error_handler(DeadlineError, _unreachable)
    app.register_error_handler(DBAPIError, _unreachable_or_broken)


def _show(error: HTTPException) -> ResponseReturnValue:
    if not request.path.startswith(PREFIX) or error.response is not None:
        return error
    code = error.code or InternalServerError.code
    heading, sentence = SENTENCES.get(code, SENTENCES[400 if code < 500 else 500])
    return render_template("kit/error.html", heading=heading, sentence=sentence), code


def _bad_text(error: BadText) -> ResponseReturnValue:
    heading, sentence = BAD_TEXT
    words = gettext(sentence, field=error.field)
    return render_template("kit/error.html", heading=heading, sentence=words), 400


def _expired(_error: CSRFError) -> ResponseReturnValue:
    heading, sentence = EXPIRED
    return render_template("kit/error.html", heading=heading, sentence=sentence), 400


def _unreachable(error: DeadlineError | DBAPIError) -> ResponseReturnValue:
    """Without a word from the database, so also without who is signed in."""
    if not isinstance(error, NotAskedError):
        log.error("%s failed: the database: %s", request.endpoint, reason_of(error))
    g.no_database = True
    heading, sentence = UNREACHABLE
    page = render_template("kit/error.html", heading=heading, sentence=sentence)
    return page, 503, {"Retry-After": str(int(Patience.pause))}


def _unreachable_or_broken(error: DBAPIError) -> ResponseReturnValue:
    """What never reached the database, or was cut off from it, is worth another try."""
    if error.statement is not None and not error.connection_invalidated:
        raise error
    return _unreachable(error)
