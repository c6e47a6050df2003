"""What every callback shares: the key, and an answer whatever happens."""

import hmac
import logging
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from gateway.callbacks.forms import LARGEST_BODY
from gateway.metrics import CALLBACKS
from gateway.providers.base import BadCallback
from gateway.settings import Settings

log = logging.getLogger("gateway.callbacks")


def guard(app: Flask, settings: Settings) -> None:
    """Check `?key=` on every callback, in constant time, before anything else is looked at."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    key = settings.callback_key.encode()
    only_the_key = urlencode({"key": settings.callback_key}).encode()

    @app.before_request
    def check_key() -> None:
        # Nearly every callback's query is the key alone: it need not be parsed to be compared.
        if not hmac.compare_digest(request.query_string, only_the_key):
            given = request.args.get("key", "").encode()
            if not hmac.compare_digest(given, key):
                abort(403)

    @app.errorhandler(403)
    def refuse(_error: Exception) -> Response:
        return _text("wrong or missing key", 403)


def stored(provider: str, kind: str, store: Callable[[], object]) -> Response:
    """200 once `store` has returned, and for what no repetition mends; 503 asks to repeat.

    Operators repeat until they get 200, some for ever: what is ill-formed is counted, the field
    logged, and the answer is empty, since a gateway may send its body on as an SMS.
    """
    try:
        store()
    except (BadCallback, RequestEntityTooLarge) as error:
        log.warning("%s of %s not stored: %s", kind, provider, _fault_of(error))
        outcome, response = "bad_request", _text("", 200)
    except HTTPException:
        raise
    except Exception as error:  # whatever broke, nothing was stored: ask again
        fault(error, kind)
        outcome, response = "fault", _text("not stored, please repeat", 503)
    else:
        outcome, response = "stored", _text("", 200)
    CALLBACKS.labels(provider, kind, outcome).inc()
    return response


def fault(error: Exception, what: str) -> None:
    """Log a fault; its line carries the request's id, and the traceback no values."""
    log.error("%s failed: %s", what, type(error).__name__, exc_info=error)


def _fault_of(error: BadCallback | RequestEntityTooLarge) -> str:
    """Names the field, never what stood in it."""
    return str(error) if isinstance(error, BadCallback) else "the body is too large"


def _text(body: str, status: int) -> Response:
    return Response(body, status, content_type="text/plain; charset=utf-8")
