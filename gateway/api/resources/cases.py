"""Cases: read, noted, answered by SMS and closed, by the rules that bind staff."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select

from gateway.api.cursors import Limit, cursor_of, position_of
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.casework import handling
from gateway.casework.reading import Case, case_of, find, selected
from gateway.core.kinds import CaseKind
from gateway.core.message_words import REASONS
from gateway.core.segments import segment
from gateway.core.texts import _
from gateway.core.written_sms import fault_of
from gateway.messaging.tables import messages
from gateway.messaging.wakeups import Wakeups
from gateway.registry.tables import cases
from gateway.staff.names import CALLED
from gateway.staff.tables import case_notes, staff_users

NO_ANSWER = _("A case like this is not answered by SMS: nobody knows who reads it.")
NO_TEXT = _("Write something.")
TOO_LONG = _("At most %(most)s characters.")
CLOSED_ALREADY = _("This case is closed already.")

State = Literal["open", "closed"]


class CaseNote(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: note, assigned, due, whose, answered, closed, reopened. `message_id`: the SMS of an
    answer, with its state."""

    kind: str
    text: str | None
    by: str | None
    at: datetime
    message_id: UUID | None
    message_state: str | None


class CaseTold(msgspec.Struct, frozen=True, kw_only=True):
    """`text`: what was said, the newest last. `times`: how often it was said. `due_on`: null: a
    week after it was opened."""

    number: int
    kind: CaseKind
    state: State
    text: str | None
    msisdn: str
    registration_no: str | None
    opened_at: datetime
    closed_at: datetime | None
    times: int
    again_at: datetime | None
    due_on: date | None
    may_be_answered: bool


class CaseWithNotes(CaseTold, frozen=True, kw_only=True):
    """`notes`: what was done about it, oldest first."""

    notes: list[CaseNote]


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """The oldest number first. `next` is the `after` of the next page; null: that was the last."""

    items: list[CaseTold]
    next: str | None


class CaseQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    after: str | None = None
    limit: Limit = 100
    state: State | None = None
    kind: CaseKind | None = None


class CaseText(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A note, or an answer by SMS: no amount and nothing about health, three SMS at most."""

    text: str


class CaseOutcome(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`outcome`: how it ended."""

    outcome: str


def _list(call: Call) -> Answer:
    query: CaseQuery = call.query
    where = [*call.within(cases)]
    if query.state is not None:
        where.append(cases.c.state == query.state)
    if query.kind is not None:
        where.append(cases.c.kind == query.kind.value)
    if query.after is not None:
        where.append(cases.c.number > position_of(query.after, int))
    found = selected().where(*where).order_by(cases.c.number).limit(query.limit + 1)
    with call.database.reading() as connection:
        rows = [case_of(row) for row in connection.execute(found)]
    items, more = rows[: query.limit], len(rows) > query.limit
    after = cursor_of(items[-1].number) if more else None
    return Answer(body=CasePage(items=[CaseTold(**_fields(one)) for one in items], next=after))


def _get(call: Call) -> Answer:
    with call.database.reading() as connection:
        return Answer(body=_told(connection, _found(call, connection)))


def _found(call: Call, connection: Connection) -> Case:
    case = find(connection, call.number("number"), *call.within(cases))
    if case is None:
        raise ProblemError("not_found")
    return case


def _fields(case: Case) -> dict[str, Any]:
    values = {name: getattr(case, name) for name in CaseTold.__struct_fields__}
    return values | {"kind": CaseKind(case.kind)}


def _told(connection: Connection, case: Case) -> CaseWithNotes:
    joined = case_notes.outerjoin(staff_users, staff_users.c.id == case_notes.c.staff_id)
    rows = connection.execute(
        select(
            case_notes.c.kind, case_notes.c.text, case_notes.c.at, case_notes.c.message_id,
            func.coalesce(CALLED, case_notes.c.who).label("by"),
            messages.c.state.label("message_state"),
        )
        .select_from(joined.outerjoin(messages, messages.c.id == case_notes.c.message_id))
        .where(case_notes.c.case_number == case.number)
        .order_by(case_notes.c.id)
    )  # fmt: skip
    notes = [CaseNote(**row._mapping) for row in rows]
    return CaseWithNotes(**_fields(case), notes=notes)


Act = Callable[[Call, Connection, Case, handling.Desk], None]


def _does(act: Act) -> Callable[[Call], Answer]:
    """Done in one transaction with what a repetition is answered; a key for tests changes
    nothing."""

    def answer(call: Call) -> Answer:
        with call.database.writing() as connection:
            case = _found(call, connection)
            with connection.begin_nested() as changing:
                act(call, connection, case, _desk(call))
                body = _told(connection, _found(call, connection))
                if call.key.kind == "test":
                    changing.rollback()
            given = Answer(body=body, registration_no=case.registration_no)
            call.remember(connection, given)
        return given

    return answer


def _desk(call: Call) -> handling.Desk:
    return handling.Desk(
        actor=call.actor, now=call.now, default_locale=call.settings.default_locale
    )  # fmt: skip


def _note(call: Call, connection: Connection, case: Case, desk: handling.Desk) -> None:
    handling.note(connection, case, _written(call, "text", call.body.text), desk)


def _answer(call: Call, connection: Connection, case: Case, desk: handling.Desk) -> None:
    text = _written(call, "text", call.body.text)
    fault = fault_of(text, segments=segment(text).count)
    if fault is not None:
        raise call.fault("text", fault.sentence, value=None, **fault.params)
    if not case.may_be_answered:
        raise call.fault("number", NO_ANSWER, value=str(case.number))
    if call.key.kind == "team" and case.msisdn not in call.key.numbers:
        raise call.fault("number", REASONS["not_listed"], value=str(case.number))
    try:
        handling.answer(connection, case, text, desk)
    except handling.NotAnswered as refused:
        raise call.fault("number", refused.reason, value=str(case.number)) from None


def _answered(call: Call) -> Answer:
    given = _does(_answer)(call)
    if call.key.kind != "test":
        Wakeups(call.dependencies.redis).dispatch()
    return given


def _close(call: Call, connection: Connection, case: Case, desk: handling.Desk) -> None:
    outcome = _written(call, "outcome", call.body.outcome)
    if not handling.close(connection, case, outcome, desk):
        raise call.fault("number", CLOSED_ALREADY, value=str(case.number))


def _written(call: Call, name: str, given: str) -> str:
    text = given.strip()
    if not text or len(text) > handling.LONGEST_NOTE:
        raise call.fault(name, NO_TEXT if not text else TOO_LONG, most=handling.LONGEST_NOTE)
    return text


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="listCases", method="GET", path="/cases", handle=_list, scope=("cases", "read"),
        summary="Cases, the oldest first", query=CaseQuery, gives=CasePage,
        description="What became of them since, the change feed tells: kinds `case.…`.",
        problems=("bad_request",),
    ),
    Operation(
        name="getCase", method="GET", path="/cases/{number}", handle=_get, scope=("cases", "read"),
        summary="One case, and what was done about it", gives=CaseWithNotes,
    ),
    Operation(
        name="noteCase", method="POST", path="/cases/{number}/notes", handle=_does(_note),
        scope=("cases", "write"), summary="Note something about a case", takes=CaseText,
        gives=CaseWithNotes,
    ),
    Operation(
        name="answerCase", method="POST", path="/cases/{number}/answer", handle=_answered,
        scope=("cases", "write"), summary="Answer a case by SMS", takes=CaseText,
        gives=CaseWithNotes,
    ),
    Operation(
        name="closeCase", method="POST", path="/cases/{number}/close", handle=_does(_close),
        scope=("cases", "write"), summary="Close a case", takes=CaseOutcome, gives=CaseWithNotes,
    ),
)  # fmt: skip
