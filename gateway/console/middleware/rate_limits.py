"""How often a line (an IPv4 address, a /64) may try to sign in; accounts are locked in SQL, by
`gateway.staff.tries`."""

from typing import Any, cast

from flask import Flask, current_app, request
from flask_limiter import Limiter

from gateway.console.dependencies import ConsoleDependencies
from gateway.core.addresses import subscriber

SIGN_INS = "30 per 5 minutes"  # a whole office may share one address


def add_rate_limits(app: Flask, dependencies: ConsoleDependencies) -> None:
    """Counts in Redis; without it each process for itself: less exact, still a limit."""
    # The annotation of Flask-Limiter knows texts and numbers only; its storage takes a pool.
    options: Any = {"connection_pool": dependencies.redis.connection_pool}
    app.extensions["console.limiter"] = Limiter(
        app=app,
        key_func=lambda: subscriber(request.remote_addr),
        strategy="moving-window",
        key_prefix="console",
        storage_uri="redis://",
        storage_options=options,
        in_memory_fallback_enabled=True,
    )


def count_sign_in() -> None:
    """One more try from this address; raises 429 where there were too many."""
    limiter = cast("Limiter", current_app.extensions["console.limiter"])
    with limiter.limit(SIGN_INS):
        pass
