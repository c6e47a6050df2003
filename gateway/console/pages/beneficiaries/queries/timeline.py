"""One line of time about a person: dials, SMS both ways, what staff did, and what files changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, or_, select

from gateway.console.kit.context import settings
from gateway.console.kit.cursors import seal, unseal
from gateway.console.kit.dates import read_moment
from gateway.console.kit.places import name_columns
from gateway.console.pages.beneficiaries.queries.imported import Changed, changed_by
from gateway.messaging.tables import messages, mo_messages
from gateway.paydays.tables import moved_payments, payment_lists, payment_marks, payment_moves
from gateway.registry.numbers import former_ids
from gateway.registry.tables import cases, events, pay_points, payments, ussd_sessions
from gateway.staff.tables import audit_log
from gateway.uploads.recording import written_of
from gateway.uploads.tables import import_changes, imports

AT_ONCE = 25
# A look is in the audit log; between calls and messages it would bury them.
_LOOKS = ("beneficiary.see", "beneficiary.unmask")


@dataclass(frozen=True)
class Entry:
    """`kind` says which table `row` is of: dial, event, sms, mo, case, change, file, mark, move.
    `lines` are what a file changed."""

    at: datetime
    kind: str
    row: Row[Any]
    lines: Sequence[Changed] = ()


@dataclass(frozen=True)
class Stretch:
    """Newest first; `older` is where the next one starts, None at the end."""

    entries: Sequence[Entry]
    older: str | None


def timeline(connection: Connection, person: Any, before: str | None) -> Stretch:
    """What happened before the moment `before` (as a Stretch says it), or up to now."""
    key, about = settings().key("cursors"), f"timeline of {person.id}"
    until = read_moment(unseal(key, before or "", about))
    found: list[Entry] = []
    for kind, (source, column) in _sources(person, former_ids(connection, person.id)).items():
        statement = source if until is None else source.where(column < until)
        rows = connection.execute(statement.order_by(column.desc()).limit(AT_ONCE + 1))
        found += [Entry(row._mapping[column.name], kind, row) for row in rows]
    found.sort(key=lambda entry: entry.at, reverse=True)
    entries = _with_lines(connection, person.id, _whole_moments(found))
    if len(found) == len(entries):
        return Stretch(entries, None)
    return Stretch(entries, seal(key, entries[-1].at.isoformat(), about))


def _whole_moments(found: list[Entry]) -> list[Entry]:
    """At least AT_ONCE, and never part of what happened in one moment: the next stretch starts
    before it."""
    cut = found[:AT_ONCE]
    return cut + [entry for entry in found[AT_ONCE:] if cut and entry.at == cut[-1].at]


def _with_lines(connection: Connection, person_id: UUID, entries: list[Entry]) -> list[Entry]:
    files = [entry.row.id for entry in entries if entry.kind == "file"]
    lines = changed_by(connection, person_id, files) if files else {}
    return [
        replace(entry, lines=lines.get(entry.row.id, ())) if entry.kind == "file" else entry
        for entry in entries
    ]


def _sources(person: Any, former: Sequence[UUID]) -> dict[str, tuple[Select[Any], Any]]:
    mine = person.id
    rows = [str(one) for one in (mine, *former)]
    return {
        "dial": (
            select(ussd_sessions).where(_of_number(person, ussd_sessions, "ended_at")),
            ussd_sessions.c.ended_at,
        ),
        "event": (
            select(events).where(
                or_(
                    events.c.beneficiary_id == mine,
                    and_(events.c.beneficiary_id.is_(None), _of_number(person, events, "at")),
                )
            ),
            events.c.at,
        ),
        "sms": (select(messages).where(messages.c.beneficiary_id == mine), messages.c.created_at),
        "mo": (
            select(mo_messages).where(_of_number(person, mo_messages, "received_at")),
            mo_messages.c.received_at,
        ),
        "case": (select(cases).where(cases.c.beneficiary_id == mine), cases.c.opened_at),
        "change": (
            select(audit_log).where(
                audit_log.c.kind == "beneficiary",
                audit_log.c.object_id.in_(rows),
                audit_log.c.action.not_in(_LOOKS),
            ),
            audit_log.c.at,
        ),
        "file": (
            select(imports).where(
                imports.c.id.in_(select(import_changes.c.import_id).where(written_of(mine))),
                imports.c.merged_at.is_not(None),
            ),
            imports.c.merged_at,
        ),
        "mark": (
            select(payment_marks, payment_lists.c.who, payment_lists.c.at, payments.c.cycle)
            .join(payment_lists, payment_lists.c.id == payment_marks.c.list_id)
            .join(payments, payments.c.id == payment_marks.c.payment_id)
            .where(payments.c.beneficiary_id == mine),
            payment_lists.c.at,
        ),
        "move": (
            select(
                payment_moves,
                payments.c.id.label("payment_id"),
                payments.c.cycle,
                *name_columns(pay_point=pay_points),
            )
            .select_from(moved_payments)
            .join(payment_moves, payment_moves.c.id == moved_payments.c.move_id)
            .join(payments, payments.c.id == moved_payments.c.payment_id)
            .outerjoin(pay_points, pay_points.c.id == payment_moves.c.pay_point_id)
            .where(payments.c.beneficiary_id == mine),
            payment_moves.c.at,
        ),
    }


def _of_number(person: Any, table: Any, column: str) -> Any:
    """Of her number, for as long as it was hers: who answers a disowned one is a stranger."""
    hers = table.c.msisdn == person.msisdn
    if person.msisdn_disowned_at is None:
        return hers
    return and_(hers, table.c[column] <= person.msisdn_disowned_at)
