"""What the person or staff set in the gateway, marked so that no import overrides it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.core.learnt import Learnt
from gateway.registry.learning import learn, learn_of
from gateway.registry.tables import beneficiaries, callers

CourseEnd = Literal["asked", "pregnancy_ended", "child_died", "moved", "mother_died", "other"]


def set_caller_locale(connection: Connection, msisdn: str, locale: str, now: datetime) -> None:
    """The language of a number, for its screens, and of the people it belongs to, for their SMS."""
    values = {"locale": locale, "updated_at": now}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(
        insert(callers)
        .values(msisdn=msisdn, **values)
        .on_conflict_do_update(index_elements=["msisdn"], set_=values)
    )
    hers = (beneficiaries.c.msisdn == msisdn) & beneficiaries.c.msisdn_disowned_at.is_(None)
    known, changed = _set(connection, hers, "locale", {"locale": locale}, now)
    if known:
        _learn_locale(connection, changed, locale, now)
    else:
        learn(connection, Learnt.LANGUAGE_CHOSEN, at=now, msisdn=msisdn, data={"locale": locale})


def set_locale(connection: Connection, beneficiary_id: UUID, locale: str, now: datetime) -> None:
    """The language of one person without a number of her own."""
    hers = beneficiaries.c.id == beneficiary_id
    _known, changed = _set(connection, hers, "locale", {"locale": locale}, now)
    _learn_locale(connection, changed, locale, now)


def _learn_locale(
    connection: Connection, changed: Sequence[UUID], locale: str, now: datetime
) -> None:
    learn_of(connection, Learnt.LANGUAGE_CHOSEN, changed, at=now, data={"locale": locale})


def set_consent(
    connection: Connection,
    beneficiary_ids: Sequence[UUID],
    category: Literal["payment", "health"],
    value: bool,
    now: datetime,
) -> None:
    """Reminders of a category on (True) or off, for every one of `beneficiary_ids`."""
    column = f"consent_{category}"
    whose = beneficiaries.c.id.in_(beneficiary_ids)
    _known, changed = _set(connection, whose, column, {column: value}, now)
    data = {"category": category, "given": value}
    learn_of(connection, Learnt.CONSENT_SET, changed, at=now, data=data)


def set_phone_owner(
    connection: Connection, beneficiary_id: UUID, owner: str | None, now: datetime
) -> None:
    """Staff learnt whose phone it is."""
    whose = beneficiaries.c.id == beneficiary_id
    _set(connection, whose, "phone_owner", {"phone_owner": owner}, now)


def end_course(
    connection: Connection, beneficiary_id: UUID, reason: CourseEnd, now: datetime
) -> None:
    """No more health messages of this pregnancy or child; the first reason given stays."""
    still_on = beneficiaries.c.course_ended_at.is_(None)
    values = {"course_ended_at": now, "course_ended_reason": reason}
    whose = (beneficiaries.c.id == beneficiary_id) & still_on
    _known, changed = _set(connection, whose, "course", values, now)
    learn_of(connection, Learnt.COURSE_ENDED, changed, at=now, data={"reason": reason})


def resume_course(connection: Connection, beneficiary_id: UUID, now: datetime) -> None:
    """Staff take back an end of course: entered by mistake, or a new pregnancy."""
    values = {"course_ended_at": None, "course_ended_reason": None}
    hers = beneficiaries.c.id == beneficiary_id
    _known, changed = _set(connection, hers, "course", values, now)
    learn_of(connection, Learnt.COURSE_RESUMED, changed, at=now)


def resume_own_courses(
    connection: Connection, beneficiary_ids: Sequence[UUID], now: datetime
) -> bool:
    """Takes back what she stopped herself, never what staff ended; False where there is nothing."""
    table = beneficiaries
    stopped = table.c.id.in_(beneficiary_ids) & (table.c.course_ended_reason == "asked")
    rows = list(connection.execute(select(table.c.id).where(stopped)).scalars())
    for beneficiary_id in rows:
        resume_course(connection, beneficiary_id, now)
    return bool(rows)


def disown_number(connection: Connection, msisdn: str, now: datetime) -> list[UUID]:
    """ "Not my number": nothing is sent to it until another one comes. Returns whose it was."""
    held = (beneficiaries.c.msisdn == msisdn) & beneficiaries.c.msisdn_disowned_at.is_(None)
    rows = connection.execute(
        update(beneficiaries)
        .where(held)
        .values(msisdn_disowned_at=now, updated_at=now)
        .returning(beneficiaries.c.id)
    )
    ids = list(rows.scalars())
    learn_of(connection, Learnt.NUMBER_DISOWNED, ids, at=now)
    return ids


def correct_number(
    connection: Connection,
    beneficiary_id: UUID,
    msisdn: str | None,
    owner: str | None,
    now: datetime,
) -> None:
    """Staff enter the number that is right (E.164) and whose phone it is, or that there is none."""
    whose = beneficiaries.c.id == beneficiary_id
    values = {"msisdn": msisdn, "msisdn_disowned_at": None}
    _known, changed = _set(connection, whose, "msisdn", values, now)
    learn_of(connection, Learnt.NUMBER_CORRECTED, changed, at=now)
    set_phone_owner(connection, beneficiary_id, owner, now)


def _set(
    connection: Connection,
    whose: ColumnElement[bool],
    mark: str,
    values: Mapping[str, object],
    now: datetime,
) -> tuple[list[UUID], list[UUID]]:
    """Changes each of `whose` and adds `mark` to what is set here; all of them, and those of whom
    something has become another."""
    table = beneficiaries
    wanted = select(table.c.id, table.c.set_here, *(table.c[name] for name in values))
    rows = connection.execute(wanted.where(whose).with_for_update()).all()
    for row in rows:
        connection.execute(
            update(table)
            .where(table.c.id == row.id)
            .values(set_here=sorted({*row.set_here, mark}), updated_at=now, **values)
        )
    changed = [
        row.id for row in rows if any(row._mapping[name] != new for name, new in values.items())
    ]
    return [row.id for row in rows], changed
