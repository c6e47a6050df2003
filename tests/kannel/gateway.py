"""The gateway that Kannel calls: its callbacks over HTTP, its ledger, and what sends from it."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime

from flask import Flask

from gateway.callbacks.guard import guard
from gateway.callbacks.kannel import create_blueprint
from gateway.callbacks.kannel_dials import Dials
from gateway.callbacks.ports import CallbackPorts
from gateway.catalogues import load_gettext
from gateway.messaging.wakeups import Wakeups
from gateway.providers.kannel_operators import KannelOperators
from gateway.providers.kannel_sms import Smsbox
from gateway.registry.database import Database
from gateway.sessions import SessionStore, connect
from gateway.settings import Settings
from tests.providers.ledger import Ledger
from tests.serving import serving


def callbacks_of(
    settings: Settings,
    application: Flask,
    operators: KannelOperators,
    clock: Callable[[], datetime],
) -> Flask:
    """The callbacks of `application`, a composed gateway, with Kannel's among them."""
    redis = connect(settings.redis_url)
    ttl = settings.ussd_session_seconds + 60
    ports = CallbackPorts(
        settings=settings,
        database=application.extensions["ports"].database,
        sessions=SessionStore(redis, ttl_seconds=ttl),
        dialogue=application.extensions["dialogue"],
        wakeups=Wakeups(redis),
        gettext=load_gettext(),
        now=clock,
    )
    app = Flask("gateway.callbacks", static_folder=None)
    guard(app, settings)
    app.register_blueprint(create_blueprint(ports, operators, Dials(redis, ttl_seconds=ttl)))
    app.extensions["close"] = redis.close
    return app


class Gateway(Ledger):
    """Served on one port, and started and stopped on it as a deployment does."""

    def __init__(self, app: Flask, port: int, database: Database) -> None:
        super().__init__(database)
        self.url = f"http://127.0.0.1:{port}"
        self._app = app
        self._port = port
        self._serving = ExitStack()

    def start(self) -> None:
        self._serving.enter_context(serving(self._app, self._port))

    def stop(self) -> None:
        self._serving.close()


def smsbox(url: str, gateway_url: str, password: str, callback_key: str) -> Smsbox:
    return Smsbox(
        url=url,
        username="gateway",
        password=password,
        gateway_url=gateway_url,
        callback_key=callback_key,
    )
