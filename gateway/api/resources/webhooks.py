"""Webhooks: a key's own receivers, what was sent to them, and what is sent again."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import Connection, Row, and_, func, select

from gateway.api.cursors import Limit, cursor_of, position_of
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.core.learnt import Learnt
from gateway.core.texts import _
from gateway.webhooks import deliveries, endpoints
from gateway.webhooks.addresses import LONGEST_URL, UrlError, UrlFault, target_of
from gateway.webhooks.calling import Fault
from gateway.webhooks.deliveries import DeliveryState
from gateway.webhooks.desk import Desk
from gateway.webhooks.endpoints import EVERYTHING, EndpointState, NewEndpoint, PausedWhy
from gateway.webhooks.sealing import Seal
from gateway.webhooks.signing import SECRET_OCTETS, secret_of
from gateway.webhooks.tables import webhook_endpoints

MOST = 20  # receivers of a key
_LARGEST = 2**63 - 1
NO_EVENT = _("There is no such event.")
SOME_EVENT = _("Name at least one event, or * for all.")
TOO_MANY = _("A key has at most %(most)s receivers.")
URL_FAULTS: dict[UrlFault, str] = {
    "long": _("At most %(most)s characters."),
    "characters": _("An address has printable ASCII characters only."),
    "https": _("The address must begin with https://."),
    "userinfo": _("An address has no name and no password in it."),
    "fragment": _("An address has no part behind #."),
    "host": _("This is no address of a host."),
    "port": _("The port is 443, or from 1024 on."),
    "private": _("Webhooks do not go to this address: it is not a public one."),
}


class WebhookWanted(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`events`: kinds of the change feed, or `*` for all."""

    url: str
    events: list[str] = msgspec.field(default_factory=lambda: [EVERYTHING])


class WebhookChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is not given stays. `paused`: nothing is sent; what is of a day is kept as parked."""

    url: str | UnsetType = UNSET
    events: list[str] | UnsetType = UNSET
    paused: bool | UnsetType = UNSET


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """`paused_why`: `asked`, `gone` (it answered 410). `fault` and `status` are of the last call
    where that failed; `failures` how many have, in a row."""

    id: UUID
    url: str
    events: list[str]
    state: EndpointState
    paused_why: PausedWhy | None
    created_at: datetime
    delivered_at: datetime | None
    failures: int
    fault: Fault | None
    status: int | None
    waiting: int
    parked: int


class WebhookWithSecret(Webhook, frozen=True, kw_only=True):
    """`secret` is shown this once: what signatures are verified with."""

    secret: str


class WebhookList(msgspec.Struct, frozen=True, kw_only=True):
    """The key's own, the oldest first."""

    items: list[Webhook]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """`change`: the id of the change, null of a test. `ended`: nothing was left to tell."""

    id: int
    change: UUID | None
    event: str
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    fault: Fault | None
    status: int | None
    created_at: datetime


class DeliveryPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. `next` is the `after` of the next page; null: that was the last."""

    items: list[Delivery]
    next: str | None


class DeliveryQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    after: str | None = None
    limit: Limit = 100
    state: DeliveryState | None = None


class SentAgain(msgspec.Struct, frozen=True, kw_only=True):
    """How many."""

    deliveries: int


def _add(call: Call) -> Answer:
    wanted: WebhookWanted = call.body
    _check_url(call, wanted.url)
    events, secret = _events(call, wanted.events), secret_of(secrets.token_bytes(SECRET_OCTETS))
    new = NewEndpoint(
        url=wanted.url, events=events, api_key_id=call.key.id, district_id=call.key.district_id,
        secret=_seal(call).close(secret),
    )  # fmt: skip

    def act(connection: Connection) -> Any:
        own = webhook_endpoints.c.api_key_id == call.key.id
        counted = select(func.count()).select_from(webhook_endpoints).where(own)
        if connection.execute(counted).scalar_one() >= MOST:
            raise call.fault("url", TOO_MANY, most=MOST)
        endpoint_id = endpoints.add(connection, new, now=call.now)
        _desk(call).note(connection, "add", endpoint_id, url=(None, wanted.url))
        return _with_secret(connection, _row(call, connection, endpoint_id), secret)

    return _done(call, act, status=201)


def _list(call: Call) -> Answer:
    with call.database.reading() as connection:
        rows = endpoints.read(connection, webhook_endpoints.c.api_key_id == call.key.id)
        return Answer(body=WebhookList(items=[_told(connection, row) for row in rows]))


def _get(call: Call) -> Answer:
    with call.database.reading() as connection:
        return Answer(body=_told(connection, _found(call, connection)))


def _change(call: Call) -> Answer:
    wanted: WebhookChange = call.body
    if not isinstance(wanted.url, UnsetType):
        _check_url(call, wanted.url)
    events = None if isinstance(wanted.events, UnsetType) else _events(call, wanted.events)

    def act(connection: Connection) -> Any:
        row, desk = _found(call, connection), _desk(call)
        if not isinstance(wanted.url, UnsetType) and wanted.url != row.url:
            endpoints.move(connection, row.id, wanted.url, now=call.now)
            desk.note(connection, "change", row.id, url=(row.url, wanted.url))
        if events is not None:
            endpoints.subscribe(connection, row.id, events, now=call.now)
            desk.note(connection, "change", row.id, events=(None, " ".join(events)))
        if not isinstance(wanted.paused, UnsetType) and wanted.paused != (row.state == "paused"):
            (desk.pause if wanted.paused else desk.resume)(connection, row.id)
        return _told(connection, _found(call, connection))

    return _done(call, act)


def _rotate(call: Call) -> Answer:
    secret = secret_of(secrets.token_bytes(SECRET_OCTETS))

    def act(connection: Connection) -> Any:
        row = _found(call, connection)
        endpoints.rotate(connection, row.id, _seal(call).close(secret), now=call.now)
        _desk(call).note(connection, "rotate", row.id)
        return _with_secret(connection, row, secret)

    return _done(call, act)


def _remove(call: Call) -> Answer:
    def act(connection: Connection) -> Any:
        row = _found(call, connection)
        _desk(call).remove(connection, row.id, row.url)

    return _done(call, act, status=204)


def _test(call: Call) -> Answer:
    def act(connection: Connection) -> Any:
        row = _found(call, connection)
        number = deliveries.add_test(connection, row.id, now=call.now)
        _desk(call).note(connection, "test", row.id)
        return _delivery(deliveries.find(connection, row.id, number))

    return _done(call, act, status=202)


def _deliveries(call: Call) -> Answer:
    query: DeliveryQuery = call.query
    before = None if query.after is None else position_of(query.after, int)
    with call.database.reading() as connection:
        rows = deliveries.page_of(
            connection, _found(call, connection).id, state=query.state,
            before=None if before is None else min(max(before, 0), _LARGEST),
            at_most=query.limit + 1,
        )  # fmt: skip
    items = [_delivery(row) for row in rows[: query.limit]]
    more = cursor_of(items[-1].id) if len(rows) > query.limit else None
    return Answer(body=DeliveryPage(items=items, next=more))


def _send_again(call: Call) -> Answer:
    def act(connection: Connection) -> Any:
        again = _desk(call).send_again(connection, _found(call, connection).id)
        return SentAgain(deliveries=again)

    return _done(call, act)


def _redeliver(call: Call) -> Answer:
    number = call.number("delivery")

    def act(connection: Connection) -> Any:
        row = _found(call, connection)
        if not deliveries.send_again(connection, row.id, now=call.now, only=[number]):
            raise ProblemError("not_found")
        _desk(call).note(connection, "send_again", row.id, deliveries=(None, 1))
        return _delivery(deliveries.find(connection, row.id, number))

    return _done(call, act)


def _done(call: Call, act: Callable[[Connection], Any], status: int = 200) -> Answer:
    """In one transaction with what a repetition is answered; a key for tests changes nothing."""
    with call.database.writing() as connection:
        with connection.begin_nested() as changing:
            answer = Answer(body=act(connection), status=status)
            if call.key.kind == "test":
                changing.rollback()
        call.remember(connection, answer)
    return answer


def _found(call: Call, connection: Connection) -> Row[Any]:
    try:
        wanted = UUID(call.path["id"])
    except ValueError:
        raise ProblemError("not_found") from None
    return _row(call, connection, wanted)


def _row(call: Call, connection: Connection, endpoint_id: UUID) -> Row[Any]:
    """One of the key's own: another's may be told more."""
    own = and_(webhook_endpoints.c.id == endpoint_id, webhook_endpoints.c.api_key_id == call.key.id)
    found = endpoints.read(connection, own)
    if not found:
        raise ProblemError("not_found")
    return found[0]


def _told(connection: Connection, row: Row[Any]) -> Webhook:
    counts = deliveries.counts_of(connection, [row.id])[row.id]
    failing = row.failures > 0
    return Webhook(
        id=row.id, url=row.url, events=endpoints.events_of(connection, [row.id])[row.id],
        state=row.state, paused_why=row.paused_why, created_at=row.created_at,
        delivered_at=row.delivered_at, failures=row.failures,
        fault=row.fault if failing else None, status=row.status if failing else None,
        waiting=counts.waiting, parked=counts.parked,
    )  # fmt: skip


def _with_secret(connection: Connection, row: Row[Any], secret: str) -> WebhookWithSecret:
    return WebhookWithSecret(**msgspec.structs.asdict(_told(connection, row)), secret=secret)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id, change=row.change_id, event=row.event, state=row.state, attempts=row.attempts,
        next_at=row.next_at if row.state == "waiting" else None, fault=row.fault,
        status=row.status, created_at=row.created_at,
    )  # fmt: skip


def _check_url(call: Call, url: str) -> None:
    try:
        target_of(url, private=call.settings.calls_private)
    except UrlError as error:
        raise call.fault("url", URL_FAULTS[error.fault], most=LONGEST_URL) from None


def _events(call: Call, given: list[str]) -> list[str]:
    if not given:
        raise call.fault("events", SOME_EVENT)
    known = {EVERYTHING, *(kind.value for kind in Learnt)}
    for number, event in enumerate(given):
        if event not in known:
            raise call.fault(f"events[{number}]", NO_EVENT)
    return sorted(set(given))


def _seal(call: Call) -> Seal:
    return Seal(call.settings.keeping_keys("webhooks"))


def _desk(call: Call) -> Desk:
    return Desk(actor=call.actor, now=call.now)


_READ: tuple[Literal["webhooks"], Literal["read"]] = ("webhooks", "read")
_WRITE: tuple[Literal["webhooks"], Literal["write"]] = ("webhooks", "write")
_ONE = "/webhooks/{id}"
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="addWebhook", method="POST", path="/webhooks", handle=_add, scope=_WRITE, status=201,
        summary="Be told of what is learnt", takes=WebhookWanted, gives=WebhookWithSecret,
        description="Signed as Standard Webhooks. The secret is shown once.",
    ),
    Operation(
        name="listWebhooks", method="GET", path="/webhooks", handle=_list, scope=_READ,
        summary="The key's own receivers", gives=WebhookList,
    ),
    Operation(
        name="getWebhook", method="GET", path=_ONE, handle=_get, scope=_READ,
        summary="One receiver, and how it does", gives=Webhook,
    ),
    Operation(
        name="changeWebhook", method="PATCH", path=_ONE, handle=_change, scope=_WRITE,
        summary="Another address, other events, paused or not", takes=WebhookChange, gives=Webhook,
    ),
    Operation(
        name="removeWebhook", method="DELETE", path=_ONE, handle=_remove, scope=_WRITE,
        status=204, summary="Be told no more, and forget what waits",
    ),
    Operation(
        name="rotateWebhookSecret", method="POST", path=f"{_ONE}/secret", handle=_rotate,
        scope=_WRITE, summary="Another secret; the one before signs beside it for a day",
        gives=WebhookWithSecret,
    ),
    Operation(
        name="testWebhook", method="POST", path=f"{_ONE}/test", handle=_test, scope=_WRITE,
        status=202, summary="Have an event sent that tells of nothing", gives=Delivery,
    ),
    Operation(
        name="listDeliveries", method="GET", path=f"{_ONE}/deliveries", handle=_deliveries,
        scope=_READ, summary="What became of each event, the newest first", query=DeliveryQuery,
        gives=DeliveryPage, problems=("bad_request",),
    ),
    Operation(
        name="sendParkedAgain", method="POST", path=f"{_ONE}/send-again", handle=_send_again,
        scope=_WRITE, summary="Send again all that is parked", gives=SentAgain,
    ),
    Operation(
        name="redeliver", method="POST", path=f"{_ONE}/deliveries/{{delivery}}/send-again",
        handle=_redeliver, scope=_WRITE, summary="Send one again, whatever became of it",
        gives=Delivery,
    ),
)  # fmt: skip
