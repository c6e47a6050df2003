"""What each URL does: answer at once, or keep, acknowledge and answer later."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
from uuid_utils.compat import uuid7

from gateway.core.dci.answers import acknowledged, answer_header, enveloped
from gateway.core.dci.envelope import (
    Enrolled,
    Notify,
    OnSearch,
    OnStatus,
    OnSubscribe,
    OnUnsubscribe,
    Search,
    Subscribe,
    TxnStatus,
    Unsubscribe,
    converted,
)
from gateway.core.dci.signatures import sign
from gateway.core.dci.words import Action, ErrorCode, MessageError, Status
from gateway.dci.answering import enrolled, searched, status_of
from gateway.dci.doorway import DciDependencies, Handle, Received
from gateway.dci.keeping import keep
from gateway.dci.partners import KnownPartner

CALLBACK_PATHS = {
    Action.SEARCH: "registry/on-search",
    Action.SUBSCRIBE: "registry/on-subscribe",
    Action.UNSUBSCRIBE: "registry/on-unsubscribe",
    Action.TXN_STATUS: "registry/txn/on-status",
    Action.NOTIFY: "registry/notify",
}
Answer = dict[str, Any]


def _search(it: DciDependencies, received: Received) -> Answer:
    search = converted(received.envelope.message, Search)
    with it.database.writing() as connection:
        message = searched(
            connection, search, received.partner, it.partners,
            correlation_id=received.correlation_id, now=received.now,
        )  # fmt: skip
    return _signed(it, received, Action.ON_SEARCH, message, message["search_response"])


def _enrolled(it: DciDependencies, received: Received) -> Answer:
    asked = converted(received.envelope.message, Enrolled)
    with it.database.writing() as connection:
        message = enrolled(
            connection, asked, received.partner, it.partners,
            correlation_id=received.correlation_id, now=received.now,
        )  # fmt: skip
    return _signed(it, received, Action.ON_SEARCH, message, message["enrolled_response"])


def _status(it: DciDependencies, received: Received) -> Answer:
    asked = converted(received.envelope.message, TxnStatus)
    with it.database.reading() as connection:
        message = status_of(
            connection, asked, received.partner, correlation_id=received.correlation_id
        )
    return _signed(it, received, Action.TXN_ON_STATUS, message, [])


def _later(kind: type[msgspec.Struct]) -> Handle:
    """Keeps a request whose answer is sent to the partner's callback."""

    def handle(it: DciDependencies, received: Received) -> Answer:
        message = converted(received.envelope.message, kind)
        action = Action(received.envelope.header.action)
        reply_to = callback_of(received.partner, received.envelope.header.sender_uri, action)
        return _kept(it, received, message, reply_to)

    return handle


def _told(kind: type[msgspec.Struct]) -> Handle:
    """Keeps what a partner tells."""

    def handle(it: DciDependencies, received: Received) -> Answer:
        message = converted(received.envelope.message, kind)
        tells_records = received.envelope.header.action in {Action.NOTIFY, Action.ON_SEARCH}
        if tells_records and _has_records(message) and not received.partner.about.columns:
            told = "message: no records are taken of this partner (it has no columns)"
            raise MessageError(ErrorCode.FORBIDDEN, told)
        return _kept(it, received, message, None)

    return handle


def callback_of(partner: KnownPartner, sender_uri: str, action: Action) -> str:
    """Where the answer goes: what the sender says, below what the file of connections says.

    Raises MessageError for any other place, and where the file names none.
    """
    base = partner.about.callbacks
    if not base:
        raise MessageError(ErrorCode.SENDER_URI, "no callbacks are known of this partner")
    if not sender_uri:
        return f"{base.rstrip('/')}/{CALLBACK_PATHS[action]}"
    try:
        given, known = urlsplit(sender_uri), urlsplit(base)
        same = (given.scheme, given.netloc) == (known.scheme, known.netloc)
        below = f"{given.path}/".startswith(f"{known.path.rstrip('/')}/")
    except ValueError:
        same = below = False
    if not same or not below or ".." in sender_uri or not sender_uri.isascii():
        raise MessageError(ErrorCode.SENDER_URI, "header.sender_uri is not of this partner")
    return sender_uri


def _kept(
    it: DciDependencies, received: Received, message: msgspec.Struct, reply_to: str | None
) -> Answer:
    with it.database.writing() as connection:
        correlation_id = keep(
            connection,
            received.partner.name,
            received.envelope,
            transaction_id=getattr(message, "transaction_id", ""),
            reference_ids=_references(message),
            reply_to=reply_to,
            now=received.now,
        )
    it.wake()
    return acknowledged(str(correlation_id), received.now)


def _references(message: msgspec.Struct) -> list[str]:
    for name in ("search_request", "subscribe_request", "search_response", "notify_event"):
        items: Sequence[Any] = getattr(message, name, ())
        if items:
            return [item.reference_id for item in items]
    return []


def _has_records(message: msgspec.Struct) -> bool:
    items: Sequence[Any] = getattr(message, "search_response", ())
    items = items or getattr(message, "notify_event", ())
    return any(item.data is not None and item.data.reg_records for item in items)


def _signed(
    it: DciDependencies,
    received: Received,
    action: Action,
    message: Answer,
    items: Sequence[Answer],
) -> Answer:
    ourselves, about = it.partners.ourselves, received.partner.about
    refused = bool(items) and all(item["status"] == "rjct" for item in items)
    status: Status = "rjct" if refused else "succ"
    header = answer_header(
        action, message_id=str(uuid7()), sender_id=ourselves.sender_id,
        receiver_id=about.sender_id, status=status, count=max(len(items), 1), now=received.now,
    )  # fmt: skip
    signature = sign(
        about.signature, {"header": header, "message": message}, it.partners.signing,
        sender_id=ourselves.sender_id, now=received.now,
    )  # fmt: skip
    return enveloped(signature, header, message)


OPERATIONS: dict[str, tuple[Action, Handle]] = {
    "sync/search": (Action.SEARCH, _search),
    "sync/enrolled": (Action.SEARCH, _enrolled),
    "sync/txn/status": (Action.TXN_STATUS, _status),
    "search": (Action.SEARCH, _later(Search)),
    "subscribe": (Action.SUBSCRIBE, _later(Subscribe)),
    "unsubscribe": (Action.UNSUBSCRIBE, _later(Unsubscribe)),
    "txn/status": (Action.TXN_STATUS, _later(TxnStatus)),
    "on-search": (Action.ON_SEARCH, _told(OnSearch)),
    "on-subscribe": (Action.ON_SUBSCRIBE, _told(OnSubscribe)),
    "on-unsubscribe": (Action.ON_UNSUBSCRIBE, _told(OnUnsubscribe)),
    "txn/on-status": (Action.TXN_ON_STATUS, _told(OnStatus)),
    "notify": (Action.NOTIFY, _told(Notify)),
}
