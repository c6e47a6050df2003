"""Sessions of the console, kept here: what is ended here is over, whoever still has its cookie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, insert, select, update

from gateway.core.addresses import subscriber
from gateway.staff.accounts import StaffUser, find
from gateway.staff.factor_tables import second_factor_roles
from gateway.staff.factors.store import owes_factor
from gateway.staff.tables import staff_sessions, staff_users
from gateway.staff.tries import LINE_KNOWN_FOR

IDLE = timedelta(hours=8)  # a working day
LONGEST = timedelta(hours=12)  # whatever its cookie says
_NOTED_EVERY = timedelta(minutes=1)


def open_session(
    connection: Connection,
    staff: StaffUser,
    *,
    now: datetime,
    address: str | None,
    agent: str,
) -> UUID:
    """A new one; `agent` says in a few words what it was opened with. Forgets those long over."""
    session_id = uuid4()
    sessions = staff_sessions.c
    long_over = and_(sessions.staff_id == staff.id, sessions.started_at <= now - LINE_KNOWN_FOR)
    connection.execute(delete(staff_sessions).where(long_over))
    connection.execute(
        insert(staff_sessions).values(
            id=session_id,
            staff_id=staff.id,
            uniquifier=staff.uniquifier,
            started_at=now,
            last_used_at=now,
            address=address,
            subscriber=subscriber(address),
            agent=agent,
            owes_factor=owes_factor(connection, staff.id, staff.role),
        )
    )
    signed_in = update(staff_users).where(staff_users.c.id == staff.id)
    connection.execute(signed_in.values(last_sign_in_at=now))
    return session_id


def whose_session(connection: Connection, session_id: UUID, now: datetime) -> StaffUser | None:
    """Whose it is; None where it is over."""
    staff_id = select(staff_sessions.c.staff_id).where(
        staff_sessions.c.id == session_id, *_open(now)
    )
    return find(connection, staff_users.c.id == staff_id.scalar_subquery())


@dataclass(frozen=True, slots=True)
class Standing:
    """`stale`: it is time to note that it is used, not with every page. `owes_factor`: a second
    factor has to be set up before anything else, as long as the role needs one."""

    stale: bool
    owes_factor: bool


def standing_of(connection: Connection, session_id: UUID, now: datetime) -> Standing:
    """How an open session stands."""
    needed = exists().where(second_factor_roles.c.role == staff_users.c.role)
    read = (
        select(staff_sessions.c.last_used_at, staff_sessions.c.owes_factor & needed)
        .join(staff_users, staff_users.c.id == staff_sessions.c.staff_id)
        .where(staff_sessions.c.id == session_id)
    )
    row = connection.execute(read).one_or_none()
    return Standing(row is not None and row[0] <= now - _NOTED_EVERY, bool(row and row[1]))


def note_use(connection: Connection, session_id: UUID, now: datetime) -> None:
    noted = update(staff_sessions).where(staff_sessions.c.id == session_id)
    connection.execute(noted.values(last_used_at=now))


def sessions_of(connection: Connection, staff_id: UUID, now: datetime) -> Sequence[Row[Any]]:
    """Those that are open, the newest first."""
    listed = select(staff_sessions).where(staff_sessions.c.staff_id == staff_id, *_open(now))
    return connection.execute(listed.order_by(staff_sessions.c.started_at.desc())).all()


def end_sessions(
    connection: Connection,
    staff_id: UUID,
    now: datetime,
    *,
    only: UUID | None = None,
    but: UUID | None = None,
) -> int:
    """Ends the one, or all of the account's but one; how many were open."""
    mine = [staff_sessions.c.staff_id == staff_id, *_open(now)]
    if only is not None:
        mine.append(staff_sessions.c.id == only)
    if but is not None:
        mine.append(staff_sessions.c.id != but)
    ended = update(staff_sessions).where(*mine).values(ended_at=now)
    return connection.execute(ended).rowcount


def _open(now: datetime) -> list[ColumnElement[bool]]:
    account = select(staff_users.c.uniquifier).where(
        staff_users.c.id == staff_sessions.c.staff_id, staff_users.c.active
    )
    return [
        staff_sessions.c.ended_at.is_(None),
        staff_sessions.c.started_at > now - LONGEST,
        staff_sessions.c.last_used_at > now - IDLE,
        staff_sessions.c.uniquifier == account.correlate(staff_sessions).scalar_subquery(),
    ]
