"""The API's Flask app: a request is known, counted, read, handled once, and answered in JSON."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from flask import Flask, Request, Response, after_this_request, request
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from gateway.api import answers
from gateway.api.dependencies import ApiDependencies
from gateway.api.keys import NOBODY, ApiKey, find_key
from gateway.api.limits import Limits, Room
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import FieldFault, ProblemError, kind_of, told
from gateway.api.resources import PREFIX
from gateway.core.texts import _
from gateway.logs import where
from gateway.registry.api_tables import api_keys
from gateway.registry.deadlines import DeadlineError
from gateway.staff.audit import record

LARGEST_BODY = 4 * 1024 * 1024  # octets: a thousand rows with room to spare
JSON = "application/json"

NEEDS_KEY = _("Send an Idempotency-Key: a repetition then gets the same answer.")
NO_SUCH_KEY = _("An Idempotency-Key is 1 to 255 printable ASCII characters.")
NO_NUL = _("The sign NUL cannot be taken.")
NEEDS_SCOPE = _("The key needs the scope %(scope)s.")

log = logging.getLogger(__name__)


def create_api(dependencies: ApiDependencies, operations: Sequence[Operation]) -> Flask:
    """The app that serves `operations` below /api/v1: no session, no cookie, no page of the
    console."""
    app = Flask("gateway.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    limits = Limits(dependencies.redis)
    for one in operations:
        view = _view(dependencies, one, limits)
        address = PREFIX + one.path.replace("{", "<").replace("}", ">")
        app.add_url_rule(address, one.name, view, methods=[one.method])
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
        key = _known(dependencies, operation, now) if operation.scope else None
        room = limits.take(key.id) if key else None
        after_this_request(lambda response: _with_room(response, room))
        if room is not None and not room.allowed:
            raise ProblemError("too_many")
        return _handled(dependencies, operation, key, path, now=now)

    return view


def _with_room(response: Response, room: Room | None) -> Response:
    response.headers.update(room.headers() if room else {})
    return response


def _known(dependencies: ApiDependencies, operation: Operation, now: datetime) -> ApiKey:
    """The key of the request, with its line in the audit log. Raises ProblemError."""
    scheme, _blank, shown = request.headers.get("Authorization", "").partition(" ")
    pepper = dependencies.settings.key("api_keys")
    with dependencies.database.writing() as connection:
        key = None
        if scheme.lower() in {"bearer", "apitoken"}:
            key = find_key(connection, shown.strip(), now=now, pepper=pepper)
        if key is None:
            raise ProblemError("unauthorized")
        mine = api_keys.c.id == key.id
        connection.execute(update(api_keys).where(mine).values(last_used_at=now))
        record(
            connection, key.actor, "api.call", now=now, kind="api_key", object_id=key.id,
            district_id=key.district_id, changes={"operation": (None, operation.name)},
        )  # fmt: skip
    resource, access = operation.scope or ("reports", "read")
    if not key.may(resource, access):
        raise ProblemError("forbidden", NEEDS_SCOPE, scope=f"{resource}:{access}")
    return key


def _handled(
    dependencies: ApiDependencies, operation: Operation, key: ApiKey | None,
    path: dict[str, str], *, now: datetime,
) -> Response:  # fmt: skip
    octets = request.get_data(cache=True)
    _check_signs(path, octets)
    request_key = _request_key(operation)
    call = Call(
        key=key or NOBODY,
        dependencies=dependencies,
        now=now,
        locale=locale_of(request),
        path=path,
        query=_query(operation),
        body=_body(operation, octets),
        if_match=request.headers.get("If-Match"),
        request_key=request_key,
    )
    if key is None or request_key is None or not operation.writes:
        return _response(operation.handle(call), operation)
    return _once(operation, call, request_key, octets)


def _once(operation: Operation, call: Call, request_key: str, octets: bytes) -> Response:
    """Handled, or the answer that it got before."""
    secret, key_id = call.settings.key("answers"), call.key.id
    asked = answers.digest(
        secret, operation.method.encode(), request.full_path.encode(errors="surrogatepass"), octets
    )

    def before() -> Response | None:
        with call.database.reading() as connection:
            given = answers.given_before(
                connection, key_id, request_key, asked, now=call.now, secret=secret
            )
        return _repeated(given) if given else None

    if (repeated := before()) is not None:
        return repeated

    def remember(connection: Any, answer: Answer) -> None:
        answers.remember(
            connection, key_id, request_key, asked, answer, now=call.now, secret=secret
        )

    try:
        return _response(operation.handle(replace(call, remember=remember)), operation)
    except answers.DoneMeanwhileError:
        again = before()
        if again is None:
            raise ProblemError("conflict") from None
        return again


def _check_signs(path: Mapping[str, str], octets: bytes) -> None:
    """NUL is no sign of any text, and PostgreSQL keeps none."""
    if any("\x00" in value for value in path.values()):
        raise ProblemError("not_found")
    values = request.args.to_dict().values()
    if any("\x00" in value for value in values) or b"\\u0000" in octets or b"\x00" in octets:
        raise ProblemError("bad_request", NO_NUL)


def _request_key(operation: Operation) -> str | None:
    if not operation.writes:
        return None
    given = request.headers.get("Idempotency-Key")
    if given is None:
        if operation.needs_request_key:
            raise ProblemError("bad_request", NEEDS_KEY)
        return None
    given = given.strip().strip('"')
    if not 0 < len(given) <= answers.LONGEST_KEY or not (given.isascii() and given.isprintable()):
        raise ProblemError("bad_request", NO_SUCH_KEY)
    return given


def _body(operation: Operation, octets: bytes) -> Any:
    if operation.texts and request.mimetype in operation.texts:
        return octets
    if operation.takes is None:
        return None
    if request.mimetype not in {JSON, ""}:
        raise ProblemError("unsupported_media_type")
    try:
        return msgspec.json.decode(octets, type=operation.takes)
    except msgspec.ValidationError as error:
        raise ProblemError("unprocessable", errors=[_fault(error)]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProblemError("bad_request") from None


def _query(operation: Operation) -> Any:
    """Values in the address; one that is not known is a fault, or a misspelt filter shows all."""
    try:
        return msgspec.convert(request.args.to_dict(), operation.query or _NoQuery, strict=False)
    except msgspec.ValidationError as error:
        raise ProblemError("unprocessable", errors=[_fault(error)]) from None


def _fault(error: msgspec.ValidationError) -> FieldFault:
    """msgspec names the place behind its reason: "Expected `int`, got `str` - at `$.rows[0].x`"."""
    reason, _dash, place = str(error).partition(" - at `")
    name = place.rstrip("`").removeprefix("$").removeprefix(".")
    return FieldFault(field=name.encode(errors="replace").decode(), reason=reason)


def _response(answer: Answer, operation: Operation) -> Response:
    body = answers.encode(answer.body)
    status = answer.status if answer.status != 200 else operation.status
    return _json(status, body, answer.etag)


def _repeated(given: answers.Given) -> Response:
    return _json(given.status, given.body, given.etag)


def _json(status: int, body: bytes, etag: str | None) -> Response:
    response = Response(body, status, content_type=JSON if body else None)
    response.headers["Cache-Control"] = "no-store"
    if etag:
        response.headers["ETag"] = etag
    return response


class _NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    pass


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

    @app.errorhandler(Exception)
    def broke(error: Exception) -> Response:
        # No traceback: it may hold names.
        log.error("API: %s", where(error))
        return say(ProblemError("internal"))
