"""The gateway that Kannel calls: its callbacks over HTTP, its ledger, and what sends from it."""

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from flask import Flask

from gateway.app import WsgiApp
from gateway.providers.kannel.sms import Smsbox
from gateway.registry.database import Database
from tests.providers.ledger import Ledger
from tests.serving import serving


class Gateway(Ledger):
    """Served on one port, and started and stopped on it as a deployment does.

    Every answer closes its connection: else a thread of a server that was stopped would go on
    answering smsbox with what it was.
    """

    def __init__(self, app: Flask, port: int, database: Database) -> None:
        super().__init__(database)
        self.url = f"http://127.0.0.1:{port}"
        app.wsgi_app = closing(app.wsgi_app)  # type: ignore[method-assign, assignment]
        self._app = app
        self._port = port
        self._serving = ExitStack()

    def start(self) -> None:
        self._serving.enter_context(serving(self._app, self._port))

    def stop(self) -> None:
        self._serving.close()


def closing(application: WsgiApp) -> WsgiApp:
    def closed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, ("Connection", "close")], *more)

        return application(environ, start)

    return closed


def smsbox(url: str, gateway_url: str, password: str, callback_key: str) -> Smsbox:
    return Smsbox(
        url=url,
        username="gateway",
        password=password,
        gateway_url=gateway_url,
        callback_key=callback_key,
    )
