"""What every callback shares: the key, and an answer whatever happens."""

import hmac
import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Request, Response, abort
from flask.globals import request_ctx
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from gateway.core.addresses import Network, lies_in
from gateway.metrics import CALLBACKS
from gateway.providers.base import BadCallback
from gateway.providers.callback import LARGEST_BODY
from gateway.providers.provider import Answer, Provider, Record, ToStore
from gateway.registry.database import reason_of
from gateway.registry.deadlines import DeadlineError, NotAskedError, Patience, within
from gateway.settings import Settings

log = logging.getLogger("gateway.callbacks")


def guard(app: Flask, settings: Settings, providers: Iterable[Provider]) -> None:
    """Check address and `?key=` of every callback before anything else is looked at.

    The blueprint of a provider has the name that its settings have.
    """
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    doors = {one.name: _Door.of(settings, one.name) for one in providers}
    elsewhere = _Door(settings.callback_keys(None), ())

    @app.before_request
    def check() -> None:
        asked = request_ctx.request
        door = doors.get(asked.blueprint or "", elsewhere)
        if not door.opens_to(asked):
            abort(403)

    @app.errorhandler(403)
    def refuse(_error: Exception) -> Response:
        return _text("wrong or missing key", 403)


class _Door:
    """The keys that open it, compared in constant time, and where one must stand."""

    def __init__(self, keys: Iterable[str], networks: Collection[Network]) -> None:
        self._keys = [key.encode() for key in keys]
        self._queries = [urlencode({"key": key}).encode() for key in keys]
        self._networks = networks

    @classmethod
    def of(cls, settings: Settings, name: str) -> "_Door":
        return cls(settings.callback_keys(name), settings.callback_networks(name))

    def opens_to(self, asked: Request) -> bool:
        if self._networks and not lies_in(asked.remote_addr, self._networks):
            return False
        # Nearly every callback's query is the key alone: it need not be parsed to be compared.
        if _is_one_of(asked.query_string, self._queries):
            return True
        return _is_one_of(asked.args.get("key", "").encode(), self._keys)


def _is_one_of(given: bytes, wanted: Iterable[bytes]) -> bool:
    """Compares with each, so that the time taken does not tell which."""
    return True in [hmac.compare_digest(given, one) for one in wanted]


def stored(patience: Patience, taken: ToStore, store: Callable[[list[Record]], object]) -> Response:
    """200 once `store` has returned, and for what no repetition mends; 503 asks to repeat.

    Operators repeat until they get 200, some for ever: what is ill-formed is counted, the field
    logged, and what came beside it is stored.
    """
    try:
        with within(patience.callback, taken.kind):
            records, unreadable = _read(taken)
            if records:
                store(records)
    except HTTPException:
        raise
    except DeadlineError as error:
        waited_in_vain(error, taken.kind)
        return _unstored(taken, "busy")
    except Exception as error:  # whatever broke, nothing was stored: ask again
        fault(error, taken.kind)
        return _unstored(taken, "fault")
    for lacking in unreadable:
        log.warning("%s of %s not stored: %s", taken.kind, taken.provider, lacking)
        CALLBACKS.labels(taken.provider, taken.kind, "bad_request").inc()
    if records or not unreadable:
        CALLBACKS.labels(taken.provider, taken.kind, "stored").inc()
    return answered(taken.answer)


def _read(taken: ToStore) -> tuple[list[Record], list[BadCallback]]:
    """What can be stored, and a fault for each record that cannot."""
    try:
        read = list(taken.read())
    except BadCallback as error:
        return [], [error]
    records = [one for one in read if not isinstance(one, BadCallback)]
    return records, [one for one in read if isinstance(one, BadCallback)]


def _unstored(taken: ToStore, outcome: str) -> Response:
    CALLBACKS.labels(taken.provider, taken.kind, outcome).inc()
    return _text("not stored, please repeat", 503) if taken.repeats else answered(taken.answer)


class _Answered(Response):
    """200 with a body of known length, and nowhere to go: there is nothing to look for in it."""

    def get_wsgi_headers(self, environ: Any) -> Headers:  # noqa: ARG002 - as the base class has it
        return self.headers


def answered(answer: Answer) -> Response:
    """200, with a provider's body and headers."""
    body, headers = answer
    return _Answered(body, 200, dict(headers))


def fault(error: Exception, what: str) -> None:
    """Log a fault; its line carries the request's id, and the traceback no values.

    Of a database that is away or refuses there is no traceback: each would be the same.
    """
    if isinstance(error, OperationalError):
        log.error("%s failed: the database: %s", what, reason_of(error))
        return
    log.error("%s failed: %s", what, type(error).__name__, exc_info=error)


def waited_in_vain(error: DeadlineError, what: str) -> None:
    """The one that waited has a line in the log, without a traceback: it would only say where
    each thread stood. Those that were refused meanwhile are only counted.
    """
    if not isinstance(error, NotAskedError):
        log.error("%s failed: the database: %s", what, error)


def _text(body: str, status: int) -> Response:
    return Response(body, status, content_type="text/plain; charset=utf-8")
