"""DHIS2 sends its notifications through the gateway: bound by the rules of free text."""

from zoneinfo import ZoneInfo

import msgspec

from gateway.api.messaging.asking import ask, fault_of, wake
from gateway.api.messaging.dhis2 import (
    FORM,
    MOST_RECIPIENTS,
    PLAIN,
    Notification,
    read,
    recipients_of,
    text_of,
)
from gateway.api.messaging.shapes import BulkAnswer, BulkResult
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.core.texts import _
from gateway.messaging.requested.faults import RequestError
from gateway.messaging.requested.wanted import About, Wanted

NO_RECIPIENT = _("Name at least one phone number.")
TOO_MANY = _("At most %(most)s phone numbers in a request.")


class Dhis2Query(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`category`: which consent the text needs."""

    category: About = "health"


def _post(call: Call) -> Answer:
    """DHIS2 never sends an Idempotency-Key. The same text to the same phone counts once a local
    day: what a handset gets once a day anyway, a request that is repeated may not ask for twice.
    """
    notification = _notification(call)
    recipients, text = recipients_of(notification), text_of(notification)
    if not recipients:
        raise call.fault("to", NO_RECIPIENT)
    if len(recipients) > MOST_RECIPIENTS:
        raise call.fault("to", TOO_MANY, most=MOST_RECIPIENTS)
    rows = [Wanted(msisdn=one, text=text, category=call.query.category) for one in recipients]
    zone: ZoneInfo = call.settings.zone
    with call.database.writing() as connection:
        asked = ask(connection, call, rows, request=f"dhis2:{call.now.astimezone(zone).date()}")
        refused = {
            at: fault_of(call, one, at)
            for at, one in enumerate(asked, start=1)
            if isinstance(one, RequestError)
        }
        if len(refused) == len(asked):
            raise ProblemError("unprocessable", errors=[*refused.values()])
        results = [
            BulkResult(row=at, errors=[refused[at]])
            if isinstance(one, RequestError)
            else BulkResult(row=at, id=one)
            for at, one in enumerate(asked, start=1)
        ]
        body = BulkAnswer(queued=len(asked) - len(refused), refused=len(refused), rows=results)
        answer = Answer(body=body, status=202)
        call.remember(connection, answer)
    wake(call)
    return answer


def _notification(call: Call) -> Notification:
    if isinstance(call.body, Notification):
        return call.body
    found = read(call.body)
    if found is None:
        raise ProblemError("bad_request")
    return found


OPERATIONS = (
    Operation(
        name="sendFromDhis2", method="POST", path="/dhis2/messages", handle=_post,
        scope=("messages:text", "write"), summary="A notification of DHIS2's to up to 200 numbers",
        description="What DHIS2's generic HTTP gateway sends. Phones that may not be written to "
        "are refused singly; where none may, the answer is 422.",
        query=Dhis2Query, takes=Notification, gives=BulkAnswer, status=202, repeats_safely=True,
        texts=(FORM, PLAIN),
    ),
)  # fmt: skip
