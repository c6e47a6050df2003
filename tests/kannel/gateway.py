"""The gateway that Kannel calls: its callbacks over HTTP, its ledger, and what sends from it."""

from contextlib import ExitStack

from flask import Flask

from gateway.providers.kannel_sms import Smsbox
from gateway.registry.database import Database
from tests.providers.ledger import Ledger
from tests.serving import serving


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
