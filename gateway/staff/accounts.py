"""Accounts: adding, changing, and telling who somebody is by email and password."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from gateway.registry.database import Database
from gateway.staff.passwords import is_password
from gateway.staff.rights import Right, Role, may
from gateway.staff.tables import staff_users
from gateway.staff.tries import NOWHERE, Origin, count_try, forget_tries


class EmailTaken(ValueError):
    """An account with this email exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffUser:
    """One of the staff; `district_id` None: every district."""

    id: UUID
    email: str
    name: str
    role: Role
    district_id: int | None
    health_centre_id: int | None
    active: bool
    locale: str
    must_change_password: bool
    demo_password: bool
    uniquifier: str
    last_sign_in_at: datetime | None
    updated_at: datetime

    @property
    def called(self) -> str:
        """By name, else by e-mail address."""
        return self.name or self.email

    def may(self, right: Right) -> bool:
        return may(self.role, right)


Refusal = Literal["unknown", "too_many", "wrong_password", "taken_away"]


def authenticate(
    database: Database,
    email: str,
    password: str,
    *,
    origin: Origin = NOWHERE,
    now: datetime | None = None,
) -> StaffUser | None:
    """Whose email and password these are; None where nobody's, not active, or locked."""
    found = check_password(database, email, password, origin=origin, now=now)
    return found if isinstance(found, StaffUser) else None


def check_password(
    database: Database,
    email: str,
    password: str,
    *,
    origin: Origin = NOWHERE,
    now: datetime | None = None,
) -> StaffUser | Refusal:
    """Whose email and password these are, or why nobody is: for the audit log, never for the page.

    The fifth wrong password from one origin locks the account for that origin for 15 minutes, in
    which no password is right; `gateway.staff.tries` says what strangers may.
    """
    now = now or datetime.now(UTC)
    with database.writing() as connection:
        row = _row(connection, staff_users.c.email == tidy_email(email))
        # Counted before it is looked at: guesses sent side by side must not all be the first.
        tried = row is not None and count_try(connection, row.id, origin, now)
    # Outside any transaction: hashing takes longer than a writer may keep the others waiting.
    right = is_password(password, row.password_hash if row else None)
    if row is None or not (tried and right and row.active):
        return _refusal(row, tried=tried, right=right)
    with database.writing() as connection:
        forget_tries(connection, row.id, origin)
    return _user(row)


def _refusal(row: Row[Any] | None, *, tried: bool, right: bool) -> Refusal:
    if row is None:
        return "unknown"
    if not tried:
        return "too_many"
    return "taken_away" if right else "wrong_password"


def find(connection: Connection, condition: ColumnElement[bool]) -> StaffUser | None:
    """The one account for which `condition` holds, active or not."""
    row = _row(connection, condition)
    return _user(row) if row else None


def by_email(connection: Connection, email: str) -> StaffUser | None:
    return find(connection, staff_users.c.email == tidy_email(email))


def add_staff(
    connection: Connection,
    *,
    email: str,
    password_hash: str,
    role: Role,
    now: datetime,
    name: str = "",
    district_id: int | None = None,
    health_centre_id: int | None = None,
    locale: str = "lo",
    must_change_password: bool = True,
    demo_password: bool = False,
) -> UUID:
    """A new account; raises EmailTaken. Hash before the transaction: it takes a while."""
    staff_id = uuid7()
    row = {
        "id": staff_id,
        "email": tidy_email(email),
        "name": name,
        "password_hash": password_hash,
        "role": role,
        "district_id": district_id,
        "health_centre_id": health_centre_id,
        "active": True,
        "uniquifier": secrets.token_hex(16),
        "must_change_password": must_change_password,
        "demo_password": demo_password,
        "locale": locale,
        "failed_sign_ins": 0,
        "created_at": now,
        "updated_at": now,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(staff_users).values(row))
    except IntegrityError:
        raise EmailTaken from None
    return staff_id


def set_password(
    connection: Connection,
    staff_id: UUID,
    password_hash: str,
    now: datetime,
    *,
    must_change: bool = False,
    demo: bool = False,
) -> None:
    """A new password ends every session of the account and any lock."""
    values = {
        "password_hash": password_hash,
        "must_change_password": must_change,
        "demo_password": demo,
    }
    forget_tries(connection, staff_id)
    change_account(connection, staff_id, values, now)


def change_account(
    connection: Connection, staff_id: UUID, values: dict[str, Any], now: datetime
) -> None:
    """Sets columns of staff_users, and signs the account out everywhere."""
    fresh = {"uniquifier": secrets.token_hex(16), "updated_at": now}
    connection.execute(_update(staff_id).values(values | fresh))


def set_locale(connection: Connection, staff_id: UUID, locale: str) -> None:
    connection.execute(_update(staff_id).values(locale=locale))


def tidy_email(email: str) -> str:
    return email.strip().lower()


def _update(staff_id: UUID) -> Any:
    return update(staff_users).where(staff_users.c.id == staff_id)


def _row(connection: Connection, condition: ColumnElement[bool]) -> Row[Any] | None:
    return connection.execute(select(staff_users).where(condition)).one_or_none()


_FIELDS = StaffUser.__dataclass_fields__.keys()


def _user(row: Row[Any]) -> StaffUser:
    return StaffUser(**{name: value for name, value in row._mapping.items() if name in _FIELDS})
