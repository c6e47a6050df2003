"""What staff do about a case: each step is a note of its own, and a line in the audit log."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from gateway.casework import due, mothers
from gateway.console.kit.context import audit, current_staff, now, settings
from gateway.console.kit.too_late import too_late
from gateway.console.pages.cases.queries.cases import Case
from gateway.core.errors import GatewayError
from gateway.core.message_states import FINAL
from gateway.core.texts import _
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import messages
from gateway.registry.tables import cases
from gateway.staff.audit import Changes
from gateway.staff.tables import case_assignments, case_notes, ready_answers, staff_users


class AnotherIsOpen(GatewayError):
    """A newer case of the same number, woman and kind is open: two there cannot be."""


class NotAnswered(GatewayError):
    """Nothing was sent; `reason` is a msgid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


ANSWER_VALID_FOR = timedelta(days=1)
SENT_TWICE_WITHIN = timedelta(minutes=10)  # a form sent again, not a second thought
SENT_ALREADY = _("The same SMS was written a moment ago: it goes out once.")
CLOSED_BY_NOW = _("No SMS was sent: this case is closed by now.")
_WENT_NOWHERE = FINAL - {"delivered"}
_CLOSED, _REOPENED = "case.close", "case.reopen"


def add_note(
    connection: Connection,
    case: Case,
    kind: str,
    text: str | None,
    message_id: UUID | None = None,
) -> None:
    """A line of the case's story by whoever is signed in."""
    connection.execute(
        insert(case_notes).values(
            id=uuid7(),
            case_number=case.number,
            staff_id=current_staff().id,
            kind=kind,
            text=text,
            message_id=message_id,
            at=now(),
        )
    )


def assign(connection: Connection, case: Case, staff_id: UUID | None) -> None:
    """To somebody, or to nobody again."""
    number = case.number
    connection.execute(delete(case_assignments).where(case_assignments.c.case_number == number))
    if staff_id is not None:
        connection.execute(
            insert(case_assignments).values(
                case_number=number, staff_id=staff_id, assigned_at=now()
            )
        )
    add_note(connection, case, "assigned", _email(connection, staff_id))
    _record(connection, case, "case.assign", {"assigned_to": (case.assigned_to, staff_id)})


def set_due(connection: Connection, case: Case, due_on: date | None) -> None:
    """A day of its own, or as every case."""
    due.set_due(connection, case.number, due_on)
    add_note(connection, case, "due", due_on.isoformat() if due_on else None)
    _record(connection, case, "case.due", {"due_on": (case.due_on, due_on)})


def say_whose(connection: Connection, case: Case, beneficiary_id: UUID | None) -> None:
    """Raises AlreadyOpen, and changes nothing."""
    mothers.say_whose(connection, case.number, beneficiary_id)
    add_note(connection, case, "whose" if beneficiary_id else "nobody's", None)
    _record(connection, case, "case.whose", {"whose": (case.beneficiary_id, beneficiary_id)})


def answer(connection: Connection, case: Case, text: str) -> None:
    """Queues the SMS; the ledger's rules do the rest. Raises NotAnswered, and changes nothing, for
    a case that is closed by now and for what was sent a moment ago."""
    held = select(cases.c.state).where(cases.c.number == case.number).with_for_update()
    if connection.execute(held).scalar_one() != "open":
        raise NotAnswered(CLOSED_BY_NOW)
    if _just_said(connection, case.number, text):
        raise NotAnswered(SENT_ALREADY)
    key = f"case:{case.number}:{uuid7().hex}"
    draft = Draft(
        dedupe_key=key,
        category="reply",
        template="staff_answer",
        msisdn=case.msisdn,
        locale=case.locale or settings().default_locale,
        params={"text": text},
        beneficiary_id=case.beneficiary_id,
        not_before_at=now(),
        expires_at=now() + ANSWER_VALID_FOR,
    )
    queue_messages(connection, [draft], now=now())
    queued = select(messages.c.id).where(messages.c.dedupe_key == key)
    add_note(connection, case, "answered", text, connection.execute(queued).scalar_one())
    _record(connection, case, "case.answer", {})


def _just_said(connection: Connection, number: int, text: str) -> bool:
    """Whether the same SMS went out, or waits to."""
    same = (
        select(case_notes.c.id)
        .join(messages, messages.c.id == case_notes.c.message_id)
        .where(
            case_notes.c.case_number == number,
            case_notes.c.at > now() - SENT_TWICE_WITHIN,
            case_notes.c.text == text,
            messages.c.state.not_in(_WENT_NOWHERE),
        )
    )
    return connection.execute(same.limit(1)).first() is not None


def close(connection: Connection, case: Case, outcome: str) -> bool:
    """False where it was closed already."""
    return _move(connection, case, "open", "closed", outcome)


def reopen(connection: Connection, case: Case) -> bool:
    """False where it was open already. Raises AnotherIsOpen, and changes nothing."""
    try:
        with connection.begin_nested():
            return _move(connection, case, "closed", "open", None)
    except IntegrityError:
        raise AnotherIsOpen from None


def too_late_for(connection: Connection, number: int) -> str:
    """Why a case could neither be closed nor opened: a msgid."""
    state = connection.execute(select(cases.c.state).where(cases.c.number == number)).scalar_one()
    return too_late(connection, "case", number, actions=(_CLOSED, _REOPENED), state=state)


def add_ready(connection: Connection, texts: Mapping[str, str]) -> None:
    """{locale: text}; of whoever is confined, for the cases of their district."""
    answer_id, district_id = uuid7(), current_staff().district_id
    connection.execute(
        insert(ready_answers).values(
            id=answer_id,
            district_id=district_id,
            texts=dict(texts),
            created_at=now(),
            updated_at=now(),
        )
    )
    _record_ready(connection, "answer.add", answer_id, district_id, _worded({}, texts))


def change_ready(connection: Connection, row: Row[Any], texts: Mapping[str, str]) -> None:
    """`row` as it is stored."""
    _write_ready(connection, row.id, texts=dict(texts))
    changes = _worded(row.texts, texts)
    _record_ready(connection, "answer.change", row.id, row.district_id, changes)


def retire_ready(connection: Connection, row: Row[Any]) -> None:
    """It is offered no more; what was sent of it stays."""
    _write_ready(connection, row.id, retired_at=now())
    _record_ready(connection, "answer.retire", row.id, row.district_id, _worded(row.texts, {}))


def _write_ready(connection: Connection, answer_id: UUID, **values: Any) -> None:
    chosen = update(ready_answers).where(ready_answers.c.id == answer_id)
    connection.execute(chosen.values(updated_at=now(), **values))


def _worded(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    both = before.keys() | after.keys()
    return {name: (before.get(name), after.get(name)) for name in sorted(both)}


def _record_ready(
    connection: Connection, action: str, answer_id: UUID, district_id: int | None, changes: Changes
) -> None:
    audit(
        connection,
        action,
        kind="answer",
        object_id=answer_id,
        district_id=district_id,
        changes=changes,
    )


def _move(connection: Connection, case: Case, old: str, new: str, text: str | None) -> bool:
    closed = new == "closed"
    moved = connection.execute(
        update(cases)
        .where(cases.c.number == case.number, cases.c.state == old)
        .values(state=new, closed_at=now() if closed else None)
    )
    if not moved.rowcount:
        return False
    add_note(connection, case, "closed" if closed else "reopened", text)
    _record(connection, case, _CLOSED if closed else _REOPENED, {"state": (old, new)})
    return True


def _record(connection: Connection, case: Case, action: str, changes: Changes) -> None:
    audit(
        connection,
        action,
        kind="case",
        object_id=case.number,
        district_id=case.district_id,
        changes=changes,
    )


def _email(connection: Connection, staff_id: UUID | None) -> str | None:
    if staff_id is None:
        return None
    chosen = select(staff_users.c.email).where(staff_users.c.id == staff_id)
    email: str = connection.execute(chosen).scalar_one()
    return email
