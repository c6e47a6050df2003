"""SMS to one person or number a request, many of a template, and what became of them."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, structs

from gateway.api.cursors import cursor_of, position_of
from gateway.api.messaging.asking import ask, check_may_write, fault_of, refused, sender_of, wake
from gateway.api.messaging.shapes import (
    BulkAnswer,
    BulkRequest,
    BulkResult,
    Message,
    MessagePage,
    MessageRequest,
    told,
)
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.core.message_states import MessageState
from gateway.messaging.requested.checking import registration_of
from gateway.messaging.requested.faults import RequestError
from gateway.messaging.requested.queueing import RefusedRowsError
from gateway.messaging.requested.reading import Seen, list_messages, see_message
from gateway.messaging.requested.wanted import Wanted
from gateway.registry.numbers import number_now

MOST = 200


class MessageQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`registration_no`, `state`: only those; `after`: the `next` of the page before."""

    after: str | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST)] = 100
    registration_no: str | None = None
    state: MessageState | None = None


def _post(call: Call) -> Answer:
    body: MessageRequest = call.body
    if body.text is not None:
        check_may_write(call)
    with call.database.writing() as connection:
        [asked] = ask(
            connection, call, [Wanted(**structs.asdict(body))], request=call.request_key or ""
        )
        if isinstance(asked, RequestError):
            raise refused(call, asked)
        seen = see_message(connection, asked, sender_of(call))
        if seen is None:  # she was given to another district in this very moment
            raise ProblemError("conflict")
        answer = Answer(
            body=_told(call, _as_asked(seen, call)),
            status=202,
            registration_no=seen.registration_no,
        )
        call.remember(connection, answer)
    wake(call)
    return answer


def _as_asked(seen: Seen, call: Call) -> Seen:
    """A test's outcome is there at once; it is answered like a live one."""
    if call.key.kind != "test":
        return seen
    return replace(seen, state="queued", reason=None, sent_at=None)


def _post_many(call: Call) -> Answer:
    body: BulkRequest = call.body
    rows = [Wanted(**structs.asdict(row)) for row in body.rows]
    whole = body.mode == "all"
    with call.database.writing() as connection:
        try:
            asked = ask(connection, call, rows, request=call.request_key or "", whole=whole)
        except RefusedRowsError as error:
            faults = [fault_of(call, one, at + 1) for at, one in error.refused.items()]
            raise ProblemError("unprocessable", errors=faults) from None
        results = [
            BulkResult(row=at, errors=[fault_of(call, one)])
            if isinstance(one, RequestError)
            else BulkResult(row=at, id=one)
            for at, one in enumerate(asked, start=1)
        ]
        gone = sum(one.id is None for one in results)
        answer = Answer(body=BulkAnswer(queued=len(results) - gone, refused=gone, rows=results))
        call.remember(connection, answer)
    wake(call)
    return answer


def _get(call: Call) -> Answer:
    try:
        message_id = UUID(call.path["id"])
    except ValueError:
        raise ProblemError("not_found") from None
    with call.database.reading() as connection:
        seen = see_message(connection, message_id, sender_of(call))
    if seen is None:
        raise ProblemError("not_found")
    return Answer(body=_told(call, seen))


def _list(call: Call) -> Answer:
    query: MessageQuery = call.query
    before = None if query.after is None else position_of(query.after, UUID)
    number = query.registration_no
    with call.database.reading() as connection:
        if number is not None:
            try:
                number = number_now(connection, registration_of(Wanted(registration_no=number)))
            except RequestError as error:
                raise refused(call, error) from None
        seen = list_messages(
            connection, sender_of(call), at_most=query.limit + 1, before=before,
            registration_no=number, state=query.state,
        )  # fmt: skip
    page = seen[: query.limit]
    after = cursor_of(page[-1].id) if len(seen) > query.limit else None
    return Answer(body=MessagePage(items=[_told(call, one) for one in page], next=after))


def _told(call: Call, seen: Seen) -> Message:
    return told(seen, with_text=call.key.may("messages:text", "read"))


OPERATIONS = (
    Operation(
        name="listMessages", method="GET", path="/messages", handle=_list,
        scope=("messages", "read"), summary="SMS, the newest first",
        description="What changes afterwards is in the change feed.",
        query=MessageQuery, gives=MessagePage, problems=("bad_request",),
    ),
    Operation(
        name="sendMessage", method="POST", path="/messages", handle=_post,
        scope=("messages", "write"), summary="An SMS to one person or number",
        description="A text needs the scope messages:text:write.",
        takes=MessageRequest, gives=Message, status=202,
    ),
    Operation(
        name="sendMessages", method="POST", path="/messages/bulk", handle=_post_many,
        scope=("messages", "write"), summary="An SMS of a template to each of up to 1,000 people",
        takes=BulkRequest, gives=BulkAnswer,
    ),
    Operation(
        name="getMessage", method="GET", path="/messages/{id}", handle=_get,
        scope=("messages", "read"), summary="What became of an SMS", gives=Message,
    ),
)  # fmt: skip
