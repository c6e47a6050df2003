"""What is done about a case, by staff or by another system: each step is a note of its own, a line
in the audit log, and a change for the feed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from gateway.casework.reading import Case
from gateway.core.errors import GatewayError
from gateway.core.learnt import Learnt
from gateway.core.message_states import FINAL
from gateway.core.texts import _
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import messages
from gateway.registry.learning import learn
from gateway.registry.tables import cases
from gateway.staff.audit import Actor, Changes, record
from gateway.staff.tables import case_notes

ANSWER_VALID_FOR = timedelta(days=1)
SENT_TWICE_WITHIN = timedelta(minutes=10)  # a form sent again, not a second thought
LONGEST_NOTE = 2000
SENT_ALREADY = _("The same SMS was written a moment ago: it goes out once.")
CLOSED_BY_NOW = _("No SMS was sent: this case is closed by now.")
CLOSED, REOPENED = "case.close", "case.reopen"
_WENT_NOWHERE = FINAL - {"delivered"}


class AnotherIsOpen(GatewayError):
    """A newer case of the same number, woman and kind is open: two there cannot be."""


class NotAnswered(GatewayError):
    """Nothing was sent; `reason` is a msgid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who does it and when; `default_locale` is that of a caller who chose none."""

    actor: Actor
    now: datetime
    default_locale: str


def add_note(
    connection: Connection,
    case: Case,
    kind: str,
    text: str | None,
    desk: Desk,
    *,
    message_id: UUID | None = None,
) -> None:
    """A line of the case's story."""
    staff = desk.actor.staff
    connection.execute(
        insert(case_notes).values(
            id=uuid7(),
            case_number=case.number,
            staff_id=staff.id if staff else None,
            who=None if staff else desk.actor.name,
            kind=kind,
            text=text,
            message_id=message_id,
            at=desk.now,
        )
    )


def note(connection: Connection, case: Case, text: str, desk: Desk) -> None:
    """Something that is known about it."""
    add_note(connection, case, "note", text, desk)
    log(connection, case, "case.note", {}, desk)
    _learn(connection, Learnt.CASE_NOTED, case, desk)


def answer(connection: Connection, case: Case, text: str, desk: Desk) -> UUID:
    """Queues the SMS; the ledger's rules do the rest. Its id. The text was checked before, by
    `fault_of` of `gateway.core.written_sms`.

    Raises NotAnswered, and changes nothing, for a case that is closed by now and for what was sent
    a moment ago.
    """
    held = select(cases.c.state).where(cases.c.number == case.number).with_for_update()
    if connection.execute(held).scalar_one() != "open":
        raise NotAnswered(CLOSED_BY_NOW)
    if _just_said(connection, case.number, text, desk.now):
        raise NotAnswered(SENT_ALREADY)
    key = f"case:{case.number}:{uuid7().hex}"
    draft = Draft(
        dedupe_key=key,
        category="reply",
        template="staff_answer",
        msisdn=case.msisdn,
        locale=case.locale or desk.default_locale,
        params={"text": text},
        beneficiary_id=case.beneficiary_id,
        not_before_at=desk.now,
        expires_at=desk.now + ANSWER_VALID_FOR,
    )
    queue_messages(connection, [draft], now=desk.now)
    queued = select(messages.c.id).where(messages.c.dedupe_key == key)
    message_id: UUID = connection.execute(queued).scalar_one()
    add_note(connection, case, "answered", text, desk, message_id=message_id)
    log(connection, case, "case.answer", {}, desk)
    _learn(connection, Learnt.CASE_ANSWERED, case, desk, message_id=str(message_id))
    return message_id


def close(connection: Connection, case: Case, outcome: str, desk: Desk) -> bool:
    """False where it was closed already."""
    if not _move(connection, case, "closed", outcome, desk):
        return False
    _learn(connection, Learnt.CASE_CLOSED, case, desk)
    return True


def reopen(connection: Connection, case: Case, desk: Desk) -> bool:
    """False where it was open already. Raises AnotherIsOpen, and changes nothing."""
    try:
        with connection.begin_nested():
            if not _move(connection, case, "open", None, desk):
                return False
    except IntegrityError:
        raise AnotherIsOpen from None
    _learn(connection, Learnt.CASE_REOPENED, case, desk)
    return True


def log(connection: Connection, case: Case, action: str, changes: Changes, desk: Desk) -> None:
    """A line in the audit log."""
    record(
        connection, desk.actor, action, now=desk.now, kind="case", object_id=case.number,
        district_id=case.district_id, changes=changes,
    )  # fmt: skip


def _just_said(connection: Connection, number: int, text: str, now: datetime) -> bool:
    """Whether the same SMS went out, or waits to."""
    same = (
        select(case_notes.c.id)
        .join(messages, messages.c.id == case_notes.c.message_id)
        .where(
            case_notes.c.case_number == number,
            case_notes.c.at > now - SENT_TWICE_WITHIN,
            case_notes.c.text == text,
            messages.c.state.not_in(_WENT_NOWHERE),
        )
    )
    return connection.execute(same.limit(1)).first() is not None


def _move(connection: Connection, case: Case, new: str, text: str | None, desk: Desk) -> bool:
    closed = new == "closed"
    old = "open" if closed else "closed"
    moved = connection.execute(
        update(cases)
        .where(cases.c.number == case.number, cases.c.state == old)
        .values(state=new, closed_at=desk.now if closed else None)
    )
    if not moved.rowcount:
        return False
    add_note(connection, case, "closed" if closed else "reopened", text, desk)
    log(connection, case, CLOSED if closed else REOPENED, {"state": (old, new)}, desk)
    return True


def _learn(connection: Connection, kind: Learnt, case: Case, desk: Desk, **more: str) -> None:
    learn(
        connection, kind, at=desk.now, beneficiary_id=case.beneficiary_id, msisdn=case.msisdn,
        data={"case": case.number, "about": case.kind, **more},
    )  # fmt: skip
