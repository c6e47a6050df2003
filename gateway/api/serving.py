"""The API's Flask app: a request is known, counted, read, handled once, and answered in JSON."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask, Request, Response, request
from sqlalchemy.exc import DataError, OperationalError, StatementError
from werkzeug.exceptions import HTTPException

from gateway.api import answers
from gateway.api.admitting import admit
from gateway.api.dependencies import ApiDependencies
from gateway.api.keys import NOBODY, ApiKey
from gateway.api.limits import Limits
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError, kind_of, told
from gateway.api.reading_page import add_reading_page
from gateway.api.receiving import received
from gateway.api.repeating import handled_once, request_key_of
from gateway.api.requests import JSON, check_signs, query_of
from gateway.api.resources import PREFIX
from gateway.logs import where
from gateway.registry.deadlines import DeadlineError

LARGEST_BODY = 4 * 1024 * 1024  # octets: a thousand rows with room to spare

log = logging.getLogger(__name__)


def create_api(dependencies: ApiDependencies, operations: Sequence[Operation]) -> Flask:
    """The app that serves `operations` below /api/v1: no session, no cookie, no page of the
    console."""
    app = Flask("gateway.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.merge_slashes = False  # an address that is not there is 404, no redirect
    limits = Limits(dependencies.redis)
    for one in operations:
        view = _view(dependencies, one, limits)
        address = PREFIX + one.path.replace("{", "<").replace("}", ">")
        app.add_url_rule(
            address, one.name, view, methods=[one.method], provide_automatic_options=False
        )
    add_reading_page(app, operations, PREFIX)
    _add_faults(app, dependencies)
    return app


def locale_of(asked: Request) -> str:
    """Lao where that is asked for, else English: whoever reads faults is a developer."""
    return asked.accept_languages.best_match(["en", "lo"], "en")


def _view(
    dependencies: ApiDependencies, operation: Operation, limits: Limits
) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        now = dependencies.now()
        key = admit(dependencies, operation, limits, now) if operation.scope else None
        return _handled(dependencies, operation, key, path, now=now)

    return view


def _handled(
    dependencies: ApiDependencies, operation: Operation, key: ApiKey | None,
    path: dict[str, str], *, now: datetime,
) -> Response:  # fmt: skip
    check_signs(path)
    request_key = request_key_of(operation)
    with received(operation) as (octets, body):
        call = Call(
            key=key or NOBODY,
            dependencies=dependencies,
            now=now,
            locale=locale_of(request),
            path=path,
            query=query_of(operation),
            body=body,
            if_match=request.headers.get("If-Match"),
            request_key=request_key,
        )
        if key is None or request_key is None:
            return _response(operation.handle(call), operation)
        return _response(handled_once(operation, call, request_key, octets), operation)


def _response(answer: Answer | answers.Given, operation: Operation) -> Response:
    if isinstance(answer, answers.Given):
        return _json(answer.status, answer.body, answer.etag)
    return _json(operation.status_of(answer), answers.encode(answer.body), answer.etag)


def _json(status: int, body: bytes, etag: str | None) -> Response:
    response = Response(body, status, content_type=JSON if body else None)
    response.headers["Cache-Control"] = "no-store"
    if etag:
        response.headers["ETag"] = etag
    return response


def _add_faults(app: Flask, dependencies: ApiDependencies) -> None:
    def say(error: ProblemError) -> Response:
        return told(error, dependencies.gettext[locale_of(request)])

    @app.errorhandler(ProblemError)
    def problem(error: ProblemError) -> Response:
        response = say(error)
        if error.kind == "unauthorized":
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        response = say(ProblemError(kind_of(error.code or 500)))
        allowed = dict(error.get_headers()).get("Allow")
        if allowed:
            response.headers["Allow"] = allowed
        return response

    _add_failures(app, say)


def _add_failures(app: Flask, say: Callable[[ProblemError], Response]) -> None:
    @app.errorhandler(DeadlineError)
    @app.errorhandler(OperationalError)
    def away(error: Exception) -> Response:
        log.warning("API: the database is away: %s", where(error))
        response = say(ProblemError("unavailable"))
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(OverflowError)
    @app.errorhandler(DataError)
    @app.errorhandler(StatementError)
    def beyond(error: Exception) -> Response:
        """A value that no column holds (2^63, the year 1 east of Greenwich) changed nothing."""
        behind = getattr(error, "orig", None)
        if isinstance(error, OverflowError | DataError) or isinstance(behind, OverflowError):
            return say(ProblemError("unprocessable"))
        return broke(error)

    @app.errorhandler(Exception)
    def broke(error: Exception) -> Response:
        # No traceback: it may hold names.
        log.error("API: %s", where(error))
        return say(ProblemError("internal"))
