"""The web application: Flask apps behind one WSGI entry.

The callbacks have an app of their own, so that nothing of the console lies on a caller's path.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Flask, Request, Response, jsonify, redirect
from uuid_utils import uuid7
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter
from werkzeug.wrappers import Response as AnyResponse

from gateway.callbacks.dependencies import CallbackDependencies
from gateway.callbacks.doorway import create_blueprint
from gateway.callbacks.guard import guard
from gateway.health.readiness import Readiness
from gateway.logs import named_by_proxy, request_id
from gateway.metrics import exposition
from gateway.providers.provider import Provider
from gateway.registry.deadlines import CONSOLE, MACHINES, PROBE, Patience, within

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]

LARGEST_FORM = 1024 * 1024  # octets; the import page allows itself more
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True)
class AppDependencies:
    """What the composition root hands over; `extensions` reach the flask commands.

    `blueprints` are for people, `providers` have callbacks, `machines` are apps for other systems,
    by the beginning of their paths. `at_request` is called with every
    request, and must cost next to nothing.
    """

    callbacks: CallbackDependencies
    readiness: Readiness
    blueprints: tuple[Blueprint, ...] = ()
    providers: tuple[Provider, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)
    at_request: Callable[[], None] | None = None
    machines: Mapping[str, Flask] = field(default_factory=dict)


def create_app(dependencies: AppDependencies) -> Flask:
    """The application that serves every URL of the contract. Raises SettingsError."""
    app = Flask("gateway", static_folder=None)
    app.secret_key = dependencies.callbacks.settings.key("cookies")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    app.extensions.update(dependencies.extensions)
    for blueprint in dependencies.blueprints:
        app.register_blueprint(blueprint)
    settings = dependencies.callbacks.settings
    _add_probes(app, dependencies.readiness, dependencies.callbacks.patience)
    _add_front_door(app, "/phone/" if settings.demo else "/console/")
    app.after_request(_secure)
    callbacks = create_callbacks(dependencies.callbacks, dependencies.providers)
    app.extensions["callbacks"] = callbacks
    main, answering = _behind_a_proxy(dependencies, app, callbacks)
    machines = {
        path: one.wsgi_app if settings.demo else ProxyFix(one.wsgi_app)
        for path, one in dependencies.machines.items()
    }
    dispatcher = _dispatch(main, answering, machines, dependencies.callbacks.patience)
    if dependencies.at_request is not None:
        dispatcher = _calling(dependencies.at_request, dispatcher)
    app.wsgi_app = dispatcher  # type: ignore[method-assign, assignment]  # as Flask says to wrap it
    return app


class _Callbacks(Flask):
    """A callback is told by its path alone: its host is no part of it, and is not looked at."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is None:
            return super().create_url_adapter(None)
        return MapAdapter(
            self.url_map,
            server_name=request.environ.get("HTTP_HOST") or request.environ["SERVER_NAME"],
            script_name=request.root_path,
            subdomain=self.url_map.default_subdomain,
            url_scheme=request.scheme,
            path_info=request.path,
            default_method=request.method,
            query_args=request.query_string.decode("latin-1"),
        )


def create_callbacks(dependencies: CallbackDependencies, providers: Collection[Provider]) -> Flask:
    """The operators' app: no sessions, no templates, nothing but the blueprints."""
    app = _Callbacks("gateway.callbacks", static_folder=None)
    guard(app, dependencies.settings, providers)
    for provider in providers:
        app.register_blueprint(create_blueprint(provider, dependencies))
    return app


def _behind_a_proxy(
    dependencies: AppDependencies, app: Flask, callbacks: Flask
) -> tuple[WsgiApp, WsgiApp]:
    """The console wants its reader's address, which only a proxy of our own may tell; the demo has
    none. A callback is known by its key, and by its address only where that was asked for.
    """
    settings = dependencies.callbacks.settings
    if settings.demo:
        return app.wsgi_app, callbacks.wsgi_app
    limited = any(settings.callback_networks(one.name) for one in dependencies.providers)
    answering = ProxyFix(callbacks.wsgi_app) if limited else callbacks.wsgi_app
    return ProxyFix(app.wsgi_app), answering


def _dispatch(
    main: WsgiApp, callbacks: WsgiApp, machines: Mapping[str, WsgiApp], patience: Patience
) -> WsgiApp:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        own = named_by_proxy(environ.get("HTTP_X_REQUEST_ID", "")) or str(uuid7())
        request_id.set(own)
        if environ.get("PATH_INFO", "").startswith("/callbacks/"):
            # Each view knows how long it may take. A repetition is answered alike to the byte, so
            # an operator's answer does not name its request.
            return callbacks(environ, start_response)
        start_response = _naming(own, start_response)
        path = environ.get("PATH_INFO", "")
        for beginning, machine in machines.items():
            if path.startswith(beginning):
                with within(patience.console, MACHINES, each=True):
                    return machine(environ, start_response)
        with within(patience.console, CONSOLE, each=True):
            return main(environ, start_response)

    return application


def _naming(own: str, start_response: Any) -> Any:
    def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
        return start_response(status, [*headers, ("X-Request-Id", own)], *error)

    return start


def _calling(at_request: Callable[[], None], served: WsgiApp) -> WsgiApp:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        at_request()
        return served(environ, start_response)

    return application


def _add_probes(app: Flask, readiness: Readiness, patience: Patience) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="alive")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        with within(patience.probe, PROBE):
            states = readiness.states()
        return _told(states)

    @app.get("/readyz/web")
    def readyz_web() -> tuple[Response, int]:
        with within(patience.probe, PROBE):
            states = readiness.serving()
        return _told(states)

    @app.get("/metrics")
    def metrics() -> Response:
        with within(patience.probe, PROBE):
            told = exposition(readiness.readings)
        return Response(told, content_type="text/plain; version=0.0.4")


def _told(states: Mapping[str, str]) -> tuple[Response, int]:
    ready = all(state == "ok" for state in states.values())
    return jsonify(ready=ready, **states), 200 if ready else 503


def _add_front_door(app: Flask, to: str) -> None:
    @app.get("/")
    def front_door() -> AnyResponse:
        return redirect(to)


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
