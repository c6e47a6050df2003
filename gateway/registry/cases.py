"""Cases for staff: opened by callers, by SMS and by the gateway itself."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, case, func, literal, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.core.errors import GatewayError
from gateway.core.kinds import CaseKind
from gateway.core.learnt import Learnt
from gateway.registry.complaints import last_cycle
from gateway.registry.learning import change, learn_rows
from gateway.registry.tables import cases

LONGEST_CASE = 4000  # characters; what does not fit is among the number's SMS
_TRIES = 5  # staff may close the open one between our two statements


def open_case(
    connection: Connection,
    *,
    event_key: str,
    kind: CaseKind,
    msisdn: str,
    now: datetime,
    beneficiary_id: UUID | None = None,
    text: str | None = None,
    today: date | None = None,
) -> int:
    """The number of the one open case of this kind, number and woman; opened where there is none.

    What is said again is added to it. The database keeps it at one, however many say it at once;
    the caller of this has made sure of `event_key`. `today`, where the caller lives, tells which
    payment "I was not paid" is about. Raises MenuError for a kind that is none.
    """
    kind = CaseKind(kind)
    same = (
        (cases.c.state == "open")
        & (cases.c.msisdn == msisdn)
        & (cases.c.kind == kind)
        & cases.c.beneficiary_id.is_not_distinct_from(beneficiary_id)
    )
    opened = {
        "event_key": event_key,
        "kind": kind,
        "msisdn": msisdn,
        "beneficiary_id": beneficiary_id,
        "state": "open",
        "text": text,
        "opened_at": now,
        "times": 1,
    }
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(cases).values(opened).on_conflict_do_nothing()
    for _try in range(_TRIES):
        # First the UPDATE: an INSERT that finds a conflict uses up a number, on PostgreSQL.
        for learnt, statement in (
            (Learnt.CASE_REPEATED, _add_to(same, text, now)),
            (Learnt.CASE_OPENED, insert.returning(cases.c.number)),
        ):
            number: int | None = connection.execute(statement).scalar_one_or_none()
            if number is not None:
                _learn(connection, learnt, number, opened, today or now.date())
                return number
    raise GatewayError("a case was closed as often as it was opened")


def _learn(
    connection: Connection, learnt: Learnt, number: int, opened: Mapping[str, Any], today: date
) -> None:
    kind, whose, at = opened["kind"], opened["beneficiary_id"], opened["opened_at"]
    said = {"at": at, "beneficiary_id": whose, "msisdn": opened["msisdn"]}
    rows = [change(learnt, data={"case": number, "about": kind.value}, **said)]
    if kind is CaseKind.NOT_PAID:
        data = {"case": number, "cycle": last_cycle(connection, whose, today) if whose else None}
        rows.append(change(Learnt.PAYMENT_COMPLAINED, data=data, **said))
    learn_rows(connection, rows)


def _add_to(same: ColumnElement[bool], text: str | None, now: datetime):  # type: ignore[no-untyped-def]
    changed = {"times": cases.c.times + 1, "again_at": now}
    if text:
        longer = func.substr(cases.c.text + literal("\n" + text), 1, LONGEST_CASE)
        changed["text"] = case((cases.c.text.is_(None), text[:LONGEST_CASE]), else_=longer)
    return update(cases).where(same).values(changed).returning(cases.c.number)
