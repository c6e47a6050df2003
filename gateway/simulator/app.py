"""The simulator's Flask app, and the server that plays it.

Werkzeug's threaded server, not Granian: it can close a connection without any answer, which is
the fault a gateway must survive above all.
"""

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from gateway.simulator import control, messaging
from gateway.simulator.world import Config, World


def create_simulator(config: Config) -> Flask:
    """The operator and its handsets; state is this process's memory. The World in
    `extensions["simulator"]` is to be closed when done."""
    app = Flask("gateway.simulator", static_folder=None, template_folder=None)
    app.extensions["simulator"] = World(config)
    app.register_blueprint(messaging.blueprint)
    app.register_blueprint(control.blueprint)
    return app


class Handler(WSGIRequestHandler):
    """Writes no access log, whose paths hold phone numbers; closes what an app drops."""

    def log_request(self, *_: object) -> None:
        pass

    def connection_dropped(self, *_: object) -> None:
        # Werkzeug leaves it open for a next request, and the client would wait for an answer.
        self.close_connection = True


def serve(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """A bound server; `serve_forever` runs it."""
    return make_server(host, port, app, threaded=True, request_handler=Handler)
