"""How often an address may try to sign in; the lock of an account is in SQL, in `accounts`."""

from typing import Any, cast

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from gateway.console.ports import ConsolePorts

# The annotation of Flask-Limiter knows whole seconds only; redis-py takes parts of one.
_IMPATIENT: dict[str, Any] = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}
SIGN_INS = "30 per 5 minutes"  # a whole office may share one address


def add_limits(app: Flask, ports: ConsolePorts) -> None:
    """Counts in Redis; without it each process for itself: less exact, still a limit."""
    app.extensions["console.limiter"] = Limiter(
        app=app,
        key_func=get_remote_address,
        strategy="moving-window",
        key_prefix="console",
        storage_uri=ports.settings.redis_url,
        storage_options=_IMPATIENT,
        in_memory_fallback_enabled=True,
    )


def count_sign_in() -> None:
    """One more try from this address; raises 429 where there were too many."""
    limiter = cast("Limiter", current_app.extensions["console.limiter"])
    with limiter.limit(SIGN_INS):
        pass
