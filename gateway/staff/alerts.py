"""Sign-ins and links that may not have been the person's own: told to them, and written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from uuid_utils.compat import uuid7

from gateway.staff.accounts import StaffUser
from gateway.staff.audit import Actor, record
from gateway.staff.tables import audit_log, sign_in_alerts, staff_sessions
from gateway.staff.tries import LINE_KNOWN_FOR, Origin

LEAST_FAILURES = 3  # whoever mistypes once or twice knows of it
_FAILED = ("staff.sign_in_failed", "staff.factor_failed")
_MOST_COUNTED = 99
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is odd about a sign-in; `failures` are wrong passwords since the one before."""

    new_device: bool = False
    new_address: bool = False
    failures: int = 0

    def __bool__(self) -> bool:
        return self.new_device or self.new_address or self.failures >= LEAST_FAILURES


def oddity_of(connection: Connection, staff: StaffUser, origin: Origin, now: datetime) -> Oddity:
    """Asked before the session is opened. Of a first sign-in everything is new: nothing is odd."""
    mine = staff_sessions.c.staff_id == staff.id
    if connection.execute(select(staff_sessions.c.id).where(mine).limit(1)).first() is None:
        return Oddity(failures=_failures(connection, staff))
    from_there = select(staff_sessions.c.id).where(
        mine,
        staff_sessions.c.subscriber == origin.subscriber,
        staff_sessions.c.started_at > now - LINE_KNOWN_FOR,
    )
    return Oddity(
        new_device=staff.id not in origin.known_to,
        new_address=connection.execute(from_there.limit(1)).first() is None,
        failures=_failures(connection, staff),
    )


def raise_alert(
    connection: Connection, staff: StaffUser, oddity: Oddity, *, actor: Actor, agent: str,
    now: datetime,
) -> None:  # fmt: skip
    """Keeps it for the person's pages, and a line in the audit log; forgets what is long past."""
    alerts = sign_in_alerts.c
    old = (alerts.staff_id == staff.id) & (alerts.at <= now - LINE_KNOWN_FOR)
    connection.execute(delete(sign_in_alerts).where(old))
    what = {
        "new_device": oddity.new_device,
        "new_address": oddity.new_address,
        "failures": oddity.failures,
    }
    connection.execute(
        insert(sign_in_alerts).values(
            id=uuid7(), staff_id=staff.id, at=now, address=actor.address, agent=agent, **what
        )
    )
    record(
        connection, actor, "staff.alert", now=now, kind="staff", object_id=staff.id,
        district_id=staff.district_id, changes={key: (None, told) for key, told in what.items()
                                                if told},
    )  # fmt: skip


def tell_linked(connection: Connection, staff_id: UUID, now: datetime) -> None:
    """Somebody at the sign-in service opens the account from now on; the log has it already."""
    nothing = {"new_device": False, "new_address": False, "failures": 0, "agent": ""}
    row = {"id": uuid7(), "staff_id": staff_id, "at": now, "linked": True, **nothing}
    connection.execute(insert(sign_in_alerts).values(row))


def unseen_alerts(connection: Connection, staff_id: UUID) -> Sequence[Row[Any]]:
    """What the person has not said to have seen, the newest five, newest first."""
    alerts = sign_in_alerts.c
    mine = select(sign_in_alerts).where(alerts.staff_id == staff_id, alerts.seen_at.is_(None))
    return connection.execute(mine.order_by(alerts.at.desc()).limit(_MOST_SHOWN)).all()


def note_seen(connection: Connection, staff_id: UUID, until: datetime, now: datetime) -> None:
    """Those up to `until`, the newest that was shown: a later one is still to be told."""
    alerts = sign_in_alerts.c
    shown = (alerts.staff_id == staff_id) & (alerts.at <= until) & alerts.seen_at.is_(None)
    connection.execute(update(sign_in_alerts).where(shown).values(seen_at=now))


def _failures(connection: Connection, staff: StaffUser) -> int:
    """Failed sign-ins under their e-mail since the sign-in before; the audit log has them."""
    log = audit_log.c
    failed = select(log.id).where(log.who == staff.email, log.action.in_(_FAILED))
    if staff.last_sign_in_at is not None:
        failed = failed.where(log.at > staff.last_sign_in_at)
    counted = select(func.count()).select_from(failed.limit(_MOST_COUNTED).subquery())
    return connection.execute(counted).scalar_one()
