"""A call becomes messages of the ledger, and its faults the problem's."""

from collections.abc import Sequence

from sqlalchemy import Connection

from gateway.api.operations import Call
from gateway.api.problems import FieldFault, ProblemError
from gateway.core.texts import _
from gateway.messaging.requested.faults import RequestError
from gateway.messaging.requested.queueing import Asked, request_messages
from gateway.messaging.requested.wanted import Office, Sender, Wanted
from gateway.messaging.wakeups import Wakeups

NEEDS_SCOPE = _("The key needs the scope %(scope)s.")


def sender_of(call: Call) -> Sender:
    """The key as the ledger sees it."""
    key = call.key
    return Sender(
        key_id=key.id, kind=key.kind, district_id=key.district_id, listed=frozenset(key.numbers)
    )


def ask(
    connection: Connection,
    call: Call,
    rows: Sequence[Wanted],
    *,
    request: str,
    whole: bool = False,
) -> list[Asked]:
    """See `request_messages`."""
    office = Office(hours=call.dependencies.hours, default_locale=call.settings.default_locale)
    return request_messages(
        connection, rows, sender_of(call), office, request=request, now=call.now, whole=whole
    )


def fault_of(call: Call, error: RequestError, row: int | None = None) -> FieldFault:
    """In the caller's language."""
    return FieldFault(
        field=error.field, reason=call.gettext(error.sentence) % error.params, row=row
    )


def refused(call: Call, error: RequestError) -> ProblemError:
    """The problem of a request for one SMS."""
    return ProblemError("unprocessable", errors=[fault_of(call, error)])


def check_may_write(call: Call) -> None:
    """Free text needs a right of its own. Raises ProblemError."""
    if not call.key.may("messages:text", "write"):
        raise ProblemError("forbidden", NEEDS_SCOPE, scope="messages:text:write")


def wake(call: Call) -> None:
    """After the commit; a test's message waits for nobody."""
    if call.key.kind != "test":
        Wakeups(call.dependencies.redis).dispatch()
