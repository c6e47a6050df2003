"""The console of the programme's staff, under /console/."""

from flask import Blueprint, Flask, Response, request
from flask_wtf.csrf import CSRFProtect

from gateway.console import pages
from gateway.console.dependencies import ConsoleDependencies
from gateway.console.kit.filters import add_filters
from gateway.console.kit.guards import check_marks
from gateway.console.kit.language import LANGUAGES, gettext, language, pgettext
from gateway.console.kit.navigation import Entry, blueprint_of, entries_of, page_modules, visible
from gateway.console.kit.people import person, reset_of_mine, sign_in_alerts
from gateway.console.middleware import assets
from gateway.console.middleware.compression import add_compression
from gateway.console.middleware.error_pages import PREFIX, add_error_pages
from gateway.console.middleware.rate_limits import add_rate_limits
from gateway.console.middleware.request_checks import add_request_checks, bound_ids
from gateway.console.middleware.sessions import ASSETS, add_sessions
from gateway.console.middleware.single_sign_on import add_single_sign_on
from gateway.core.texts import plural

# Bootstrap's arrows and ticks are data: images in its style sheet.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


def create_console(app: Flask, dependencies: ConsoleDependencies) -> None:
    """Adds the console to `app`: sessions, pages, error pages; opens no connection."""
    app.extensions["console"] = dependencies
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the phone page has a rule of its own
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session
    csrf = CSRFProtect(app)
    add_sessions(app, dependencies)
    add_rate_limits(app, dependencies)
    add_single_sign_on(app, dependencies)
    bound_ids(app)
    modules = page_modules(pages.__name__, pages.PAGES)
    console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")
    console.before_request(csrf.protect)
    for blueprint in (assets.blueprint, *map(blueprint_of, modules)):
        console.register_blueprint(blueprint)
    _add_template_names(app, entries_of(modules))
    app.register_blueprint(console)
    add_request_checks(app, PREFIX)
    app.after_request(_secure)
    add_compression(app)
    add_error_pages(app)
    check_marks(app)


def _add_template_names(app: Flask, entries: list[Entry]) -> None:
    add_filters(app)
    app.jinja_env.filters["person"] = person
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=gettext,
        pgettext=pgettext,
        plural=plural,
        language=language,
        languages=LANGUAGES,
        menu=lambda: visible(entries),
        asset=assets.asset_url,
        present=_present,
        sign_in_alerts=sign_in_alerts,
        reset_of_mine=reset_of_mine,
        same_filters=_same_filters,
        has_page=lambda endpoint: endpoint in app.view_functions,
    )


def _present(attributes: dict[str, str | None]) -> dict[str, str]:
    """The attributes that have a value."""
    stripped = {name: str(value or "").strip() for name, value in attributes.items()}
    return {name: value for name, value in stripped.items() if value}


def _same_filters(url: str) -> str:
    """`url` with the query of this request: an export takes the filters of its list along."""
    query = request.query_string.decode("ascii", "ignore")
    return f"{url}?{query}" if query else url


def _secure(response: Response) -> Response:
    """For pages that are not found as well, which belong to no blueprint."""
    if not request.path.startswith(PREFIX):
        return response
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    if request.endpoint != ASSETS:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
