"""The URLs of a provider: what came in is told apart, answered, stored. USSD is never a 5xx."""

from dataclasses import replace

from flask import Blueprint, Request, Response
from flask.globals import request_ctx
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.callbacks.dependencies import CallbackDependencies
from gateway.callbacks.guard import answered, fault, stored, waited_in_vain
from gateway.callbacks.ussd import answer_hop
from gateway.metrics import CALLBACKS
from gateway.providers.base import BadCallback, UssdEnd, UssdReply, UssdRequest
from gateway.providers.callback import LARGEST_BODY, BodyTooLarge, Callback
from gateway.providers.provider import EMPTY, Answer, Hop, Provider, Record, Route, ToStore
from gateway.registry.deadlines import HOP, DeadlineError, within


def create_blueprint(provider: Provider, dependencies: CallbackDependencies) -> Blueprint:
    """Everything below /callbacks/<name>; raises SettingsError."""
    blueprint = Blueprint(provider.name, __name__, url_prefix=f"/callbacks/{provider.name}")
    for number, route in enumerate(provider.routes(dependencies.settings)):
        doorway = _Doorway(provider, route, dependencies)
        blueprint.add_url_rule(route.path, f"route{number}", doorway.enter, methods=[route.method])
    return blueprint


class _Doorway:
    """One URL."""

    def __init__(
        self, provider: Provider, route: Route, dependencies: CallbackDependencies
    ) -> None:
        self._provider = provider
        self._route = route
        self._dependencies = dependencies

    def enter(self, **path: str) -> Response:
        try:
            taken = self._route.take(_callback(request_ctx.request, path, self._dependencies))
        except BadCallback as error:
            CALLBACKS.labels(self._provider.name, error.field, "bad_request").inc()
            return answered(EMPTY)
        if isinstance(taken, Hop):
            return answered(self._page(taken))
        if isinstance(taken, ToStore):
            return stored(self._dependencies.patience, taken, self._store)
        CALLBACKS.labels(taken.provider, taken.kind, taken.outcome).inc()
        return answered(EMPTY)

    def _page(self, hop: Hop) -> Answer:
        """The page, and what is noted of it, within one deadline."""
        asked: list[UssdRequest] = []

        def read() -> UssdRequest:
            asked.append(self._of_its_dial(hop.read()))
            return asked[0]

        with within(self._dependencies.patience.callback, HOP):
            reply = answer_hop(self._dependencies, hop.provider, read)
            # An apology has no metadata, and ends nothing.
            if not self._provider.reports_ends and reply.closes and reply.hop_metadata:
                self._note_end(UssdEnd.of(asked[0], "success"))
        return self._rendered(hop, reply)

    def _of_its_dial(self, asked: UssdRequest) -> UssdRequest:
        return self._dependencies.dials.named(asked) if self._provider.session_ids_recur else asked

    def _note_end(self, end: UssdEnd) -> None:
        """The caller's page does not depend on it."""
        try:
            self._dependencies.store([end])
        except DeadlineError as error:
            waited_in_vain(error, "USSD end")
        except Exception as error:  # whatever broke, the page is drawn already
            fault(error, "USSD end")

    def _rendered(self, hop: Hop, reply: UssdReply) -> Answer:
        try:
            return hop.render(reply)
        except Exception as error:  # a session that hangs is better than an error page on a handset
            fault(error, "USSD page")
            return EMPTY

    def _store(self, records: list[Record]) -> None:
        self._dependencies.store(list(filter(None, map(self._with_its_dial, records))))

    def _with_its_dial(self, record: Record) -> Record | None:
        """An end under the id of its dial; None where that is not known any more."""
        if not isinstance(record, UssdEnd) or not self._provider.session_ids_recur:
            return record
        dial_id = self._dependencies.dials.find(record.provider, record.session_id)
        return None if dial_id is None else replace(record, session_id=dial_id)


def _callback(asked: Request, path: dict[str, str], dependencies: CallbackDependencies) -> Callback:
    return Callback(
        lambda: _body(asked),
        content_type=asked.environ.get("CONTENT_TYPE", ""),
        query=asked.query_string,
        headers=asked.headers,  # type: ignore[arg-type]  # has the `get` of a Mapping
        path=path,
        at=dependencies.now(),
    )


def _body(asked: Request) -> bytes:
    length = asked.content_length
    if length is None:  # in chunks
        try:
            return asked.get_data(cache=False)
        except RequestEntityTooLarge:
            raise BodyTooLarge from None
    if length > LARGEST_BODY:
        raise BodyTooLarge
    body: bytes = asked.environ["wsgi.input"].read(length)
    return body
