"""The envelope of every message: read strictly, with errors that name field and value."""

import json
from typing import Annotated, Any, Never, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from gateway.core.dci.moments import moment_of
from gateway.core.dci.words import (
    LONGEST_ID,
    LONGEST_REASON,
    VERSION,
    Action,
    ErrorCode,
    MessageError,
    Reject,
    Status,
)

DEEPEST = 24  # objects and lists inside each other
MOST_REQUESTS = 100  # of one message
LARGEST_PAGE = 1000
LATEST_PAGE = 1_000_000

Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]
Text = Annotated[str, Meta(max_length=LONGEST_REASON)]
Locale = Annotated[str, Meta(pattern=r"^[a-z]{3}$")]


class Header(Struct, frozen=True):
    """Of a request or a callback: the latter has a status, and may leave out who it is from."""

    message_id: Id
    message_ts: str
    action: str
    version: Text = VERSION
    sender_id: Text = ""
    sender_uri: Text = ""
    receiver_id: Text = ""
    total_count: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    is_msg_encrypted: bool = False
    status: Status | None = None


class Envelope(Struct, frozen=True):
    """A message as it came; `signed` is header and message untouched, for the signature."""

    header: Header
    message: dict[str, Any]
    signature: str | None = None
    signed: dict[str, Any] = field(default_factory=dict)


class Pagination(Struct, frozen=True):
    page_size: Annotated[int, Meta(ge=1, le=LARGEST_PAGE)]
    page_number: Annotated[int, Meta(ge=1, le=LATEST_PAGE)] = 1


class Sort(Struct, frozen=True):
    attribute_name: Text
    sort_order: str = "asc"


class Criteria(Struct, frozen=True):
    """What is looked for; `query` is read by the query type."""

    query_type: Text
    query: Any
    reg_type: Text = ""
    reg_record_type: Text = ""
    sort: Annotated[list[Sort], Meta(max_length=5)] = field(default_factory=list)
    pagination: Pagination | None = None


class SearchItem(Struct, frozen=True):
    """One request of a search. Some senders put the page beside the criteria."""

    reference_id: Id
    timestamp: str
    search_criteria: Criteria
    locale: Locale = "eng"
    pagination: Pagination | None = None

    @property
    def page(self) -> Pagination | None:
        return self.search_criteria.pagination or self.pagination


class Search(Struct, frozen=True):
    transaction_id: Id
    search_request: Annotated[list[SearchItem], Meta(min_length=1, max_length=MOST_REQUESTS)]


class SubscribeCriteria(Struct, frozen=True):
    reg_event_type: Text
    filter: Any
    notify_record_type: Text
    filter_type: Text = ""


class SubscribeItem(Struct, frozen=True):
    reference_id: Id
    timestamp: str
    subscribe_criteria: SubscribeCriteria
    locale: Locale = "eng"


class Subscribe(Struct, frozen=True):
    transaction_id: Id
    subscribe_request: Annotated[list[SubscribeItem], Meta(min_length=1, max_length=MOST_REQUESTS)]


class Unsubscribe(Struct, frozen=True):
    transaction_id: Id
    timestamp: str
    subscription_codes: Annotated[list[Id], Meta(min_length=1, max_length=MOST_REQUESTS)]


class StatusItem(Struct, frozen=True):
    reference_id: Text
    txn_type: Text
    attribute_type: Text
    attribute_value: Id | Annotated[list[Id], Meta(max_length=MOST_REQUESTS)]


class TxnStatus(Struct, frozen=True):
    transaction_id: Id
    txnstatus_request: StatusItem


class EnrolledCriteria(Struct, frozen=True):
    query: dict[str, Any]
    query_type: Text = ""


class Enrolled(Struct, frozen=True):
    transaction_id: Id
    enrolled_criteria: EnrolledCriteria
    reference_id: Text = ""


class Page(Struct, frozen=True):
    """The page that an answer says it is."""

    page_size: int = 0
    page_number: int = 1
    total_count: int = 0


class Data(Struct, frozen=True):
    """Records of a registry: a list in answers, one object in notifications."""

    reg_records: list[dict[str, Any]] | dict[str, Any]
    reg_record_type: Text = ""
    reg_event_type: Text = ""


class SearchAnswer(Struct, frozen=True):
    reference_id: Id
    timestamp: str
    status: Status
    data: Data | None = None
    pagination: Page | None = None
    status_reason_code: Text = ""
    status_reason_message: Text = ""


class OnSearch(Struct, frozen=True):
    transaction_id: Id
    correlation_id: Id
    search_response: Annotated[list[SearchAnswer], Meta(max_length=MOST_REQUESTS)]


class NotifyItem(Struct, frozen=True):
    reference_id: Id
    timestamp: str
    data: Data
    locale: Locale = "eng"


class Notify(Struct, frozen=True):
    transaction_id: Id
    notify_event: Annotated[list[NotifyItem], Meta(min_length=1, max_length=MOST_REQUESTS)]


class OnSubscribe(Struct, frozen=True):
    transaction_id: Id
    correlation_id: Id
    subscribe_response: Annotated[list[dict[str, Any]], Meta(max_length=MOST_REQUESTS)]


class OnUnsubscribe(Struct, frozen=True):
    transaction_id: Id
    correlation_id: Id
    timestamp: str
    status: Status


class OnStatus(Struct, frozen=True):
    transaction_id: Id
    correlation_id: Id
    txnstatus_response: dict[str, Any]


Message = TypeVar("Message", bound=Struct)


def envelope_of(body: bytes) -> Envelope:
    """The message in `body`. Raises MessageError, which says what is wrong and where."""
    parsed = json_of(body)
    envelope = converted(parsed, Envelope)
    signed = {name: parsed[name] for name in ("header", "message")}
    return msgspec.structs.replace(envelope, signed=signed)


def json_of(body: bytes) -> dict[str, Any]:
    """An object of JSON, of sane depth and of text that can be kept. Raises MessageError."""
    try:
        parsed = json.loads(body.decode(), parse_constant=_no_number)
        _check(parsed, DEEPEST)
    except (ValueError, RecursionError) as error:
        told = isinstance(error, _RefusedError)
        reason = str(error) if told else "the body is no JSON in UTF-8"
        raise MessageError(ErrorCode.BAD, reason) from None
    if not isinstance(parsed, dict):
        raise MessageError(ErrorCode.BAD, "the body is no JSON object")
    return parsed


def converted(value: object, kind: type[Message]) -> Message:
    """`value` as `kind`, each of its `timestamp` a moment. Raises MessageError."""
    try:
        message = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise MessageError(ErrorCode.BAD, _told(str(error), value)) from None
    _check_moments(msgspec.to_builtins(message), "$")
    return message


def check_header(header: Header, action: Action) -> None:
    """Raises MessageError for another action, another version, a moment without a zone."""
    if header.action != action:
        told = f"header.action: {header.action[:40]!r} is not {action.value!r} ({Reject.ACTION})"
        raise MessageError(ErrorCode.BAD, told)
    if header.version.split(".")[0] != VERSION.split(".")[0]:
        raise MessageError(ErrorCode.VERSION, f"header.version: {header.version[:40]!r} is not 1")
    if header.is_msg_encrypted:
        raise MessageError(ErrorCode.ENCRYPTION, "header.is_msg_encrypted: encryption is not taken")
    try:
        moment_of(header.message_ts)
    except ValueError as error:
        raise MessageError(
            ErrorCode.BAD, f"header.message_ts: {error} ({Reject.MESSAGE_TS})"
        ) from None
    if header.total_count > MOST_REQUESTS:
        told = f"header.total_count: {header.total_count} is more than {MOST_REQUESTS}"
        raise MessageError(ErrorCode.BAD, f"{told} ({Reject.TOO_MANY})")


class _RefusedError(ValueError):
    """JSON that no message needs."""


def _no_number(text: str) -> Never:
    raise _RefusedError(f"{text} is no number")


def _check(value: object, depth: int) -> None:
    if depth == 0:
        raise _RefusedError(f"the body is deeper than {DEEPEST} levels")
    if isinstance(value, str):
        if "\0" in value or (not value.isascii() and _lone_surrogate(value)):
            raise _RefusedError("the body holds NUL or half a character (a lone surrogate)")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check(key, depth)
            _check(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth - 1)


def _lone_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _told(error: str, value: object) -> str:
    """msgspec's sentence, with the path in front and what stands there."""
    reason, _, path = error.partition(" - at `$")
    place = path.rstrip("`").lstrip(".")
    found = _at(value, place)
    shown = f": {json.dumps(found)[:60]}" if isinstance(found, str | int | float) else ""
    return f"{place or 'body'}{shown}: {reason}"[:LONGEST_REASON]


def _at(value: object, place: str) -> object:
    for step in place.replace("[", ".").replace("]", "").split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _check_moments(value: object, place: str) -> None:
    """Of what this module's types name `timestamp`; a record's own fields are the registry's."""
    if isinstance(value, list):
        for number, inner in enumerate(value):
            _check_moments(inner, f"{place}[{number}]")
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key == "timestamp" and isinstance(inner, str):
            try:
                moment_of(inner)
            except ValueError as error:
                where = f"{place}.timestamp".removeprefix("$.")
                raise MessageError(
                    ErrorCode.BAD, f"{where}: {error} ({Reject.TIMESTAMP})"
                ) from None
        elif key not in {"data", "query", "filter", "message", "signed"}:
            _check_moments(inner, f"{place}.{key}")
