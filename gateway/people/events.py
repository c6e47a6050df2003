"""What happened in a woman's life, as it was entered: kept so that a slip can be taken back.

An entry holds each column it changed, before and after. It can be taken back on the day on which
it was entered, as long as it is her last and nobody has changed those columns since.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update
from uuid_utils.compat import uuid7

from gateway.core.learnt import Learnt
from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.messaging.learnt import move_and_learn
from gateway.messaging.ledger import state_is
from gateway.messaging.tables import messages
from gateway.people.desk import Desk
from gateway.people.faults import Fault, PersonError
from gateway.registry.learning import learn
from gateway.registry.tables import beneficiaries, life_events, visits

EventKind = Literal[
    "birth", "pregnancy_ended", "child_died", "one_child_died", "moved", "mother_died", "other"
]

NOT_TODAY = _("This was entered on another day: correct what is wrong by hand.")
CHANGED_SINCE = _("Something of this has been changed since: correct what is wrong by hand.")
VISITS_SINCE = _(
    "Visits of the child are on record, which no child would have then: take those back first."
)
NO_EVENT = _("There is nothing to take back.")

AnyRow = Row[Any]
_MARKS = "set_here"
_READ: Mapping[str, Callable[[str], Any]] = {
    "child_dob": date.fromisoformat,
    "course_ended_at": datetime.fromisoformat,
}


def events_of(connection: Connection, beneficiary_id: UUID) -> Sequence[AnyRow]:
    """Rows of `life_events`, the newest first."""
    hers = life_events.c.beneficiary_id == beneficiary_id
    return connection.execute(
        select(life_events).where(hers).order_by(life_events.c.at.desc(), life_events.c.id.desc())
    ).all()


def enter(
    connection: Connection, person: Any, kind: EventKind, values: Mapping[str, Any], desk: Desk
) -> UUID:
    """Writes `values` into her row, and what they were beside it. `person` is her locked row."""
    event_id = uuid7()
    changed = {name: value for name, value in values.items() if getattr(person, name) != value}
    connection.execute(
        insert(life_events).values(
            id=event_id,
            beneficiary_id=person.id,
            kind=kind,
            entered_on=desk.today,
            before={name: _plain(getattr(person, name)) for name in changed},
            after={name: _plain(value) for name, value in changed.items()},
            at=desk.now,
        )
    )
    _write(connection, person.id, changed, desk)
    learn(
        connection, Learnt.LIFE_EVENT_ENTERED, at=desk.now, beneficiary_id=person.id,
        district_id=person.district_id, data={"event": kind},
    )  # fmt: skip
    if changed.get("course_ended_at") is not None:
        learn(
            connection, Learnt.COURSE_ENDED, at=desk.now, beneficiary_id=person.id,
            district_id=person.district_id, data={"reason": values["course_ended_reason"]},
        )  # fmt: skip
    return event_id


def may_be_taken_back(event: AnyRow, today: date) -> bool:
    return event.taken_back_at is None and event.entered_on == today


def take_back(connection: Connection, person: Any, desk: Desk) -> EventKind:
    """Undoes her last entry; which it was. Raises PersonError where that is not possible.

    What was held back because of it stays held back: the next planning queues what is still due.
    """
    standing = [one for one in events_of(connection, person.id) if one.taken_back_at is None]
    if not standing:
        raise PersonError(Fault(NO_EVENT))
    event = standing[0]
    if not may_be_taken_back(event, desk.today):
        raise PersonError(Fault(NOT_TODAY))
    after = {name: value for name, value in event.after.items() if name != _MARKS}
    if any(_plain(getattr(person, name)) != value for name, value in after.items()):
        raise PersonError(Fault(CHANGED_SINCE))
    if event.kind == "birth" and _has_visits_since(connection, person):
        raise PersonError(Fault(VISITS_SINCE))
    before = {name: _typed(name, event.before[name]) for name in after}
    _write(connection, person.id, {**before, **_marks_before(person, event)}, desk)
    connection.execute(
        update(life_events).where(life_events.c.id == event.id).values(taken_back_at=desk.now)
    )
    learn(
        connection, Learnt.LIFE_EVENT_TAKEN_BACK, at=desk.now, beneficiary_id=person.id,
        district_id=person.district_id, data={"event": event.kind},
    )  # fmt: skip
    if before.get("course_ended_at", person) is None:
        learn(
            connection, Learnt.COURSE_RESUMED, at=desk.now, beneficiary_id=person.id,
            district_id=person.district_id,
        )  # fmt: skip
    changes = {"happened": (event.kind, None)}
    desk.record(connection, "beneficiary.take_back", person.id, person.district_id, changes)
    kind: EventKind = event.kind
    return kind


def _has_visits_since(connection: Connection, person: Any) -> bool:
    """Whether any was made of the course that her birth began: they would be the next child's."""
    made = select(visits.c.visit).where(
        visits.c.beneficiary_id == person.id, visits.c.done_on >= person.child_dob
    )
    found = [PROGRAMME.visit(key) for key in connection.execute(made).scalars()]
    return any(one.kind != "antenatal" for one in found)


def hold_back(
    connection: Connection,
    beneficiary_id: UUID,
    categories: Sequence[str],
    *,
    reason: str,
    event_id: UUID,
    desk: Desk,
) -> int:
    """What waits of these `categories` will not go out; how many.

    Their keys are let go: what is due after all, or of the next course, is planned under them.
    """
    waiting = (
        (messages.c.beneficiary_id == beneficiary_id)
        & messages.c.category.in_(categories)
        & state_is("queued")
    )
    key = messages.c.dedupe_key + f":{event_id.hex}"
    values = {"state": "suppressed", "reason": reason, "dedupe_key": key, "updated_at": desk.now}
    return move_and_learn(connection, update(messages).where(waiting).values(values), now=desk.now)


def _marks_before(person: Any, event: AnyRow) -> dict[str, list[str]]:
    """Without those that the entry set; those of others since stay."""
    if _MARKS not in event.after:
        return {}
    set_by_it = {*event.after[_MARKS]} - {*event.before[_MARKS]}
    return {_MARKS: sorted({*person.set_here} - set_by_it)}


def _write(
    connection: Connection, beneficiary_id: UUID, values: Mapping[str, Any], desk: Desk
) -> None:
    hers = beneficiaries.c.id == beneficiary_id
    written = {**values, "updated_at": desk.now}
    connection.execute(update(beneficiaries).where(hers).values(written))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _typed(name: str, value: Any) -> Any:
    read = _READ.get(name)
    return read(value) if read and value else value
