"""Whose account it is that somebody signs in to by the sign-in service (OpenID Connect).

By the subject that was linked once; else by an e-mail address that the service has verified, which
links it. Where nobody's is found, an account is made only if a setting says with which role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from gateway.staff.accounts import (
    EmailTaken,
    StaffUser,
    add_staff,
    by_email,
    find,
    set_password,
    tidy_email,
)
from gateway.staff.alerts import tell_linked
from gateway.staff.audit import Actor, record
from gateway.staff.factor_tables import staff_subjects
from gateway.staff.factors.store import has_factor
from gateway.staff.names import LONGEST, one_line
from gateway.staff.rights import Role
from gateway.staff.tables import staff_users

LinkFault = Literal["no_account", "not_verified", "other_subject", "taken_away"]
BY = "single sign-on"
_LONGEST_SUBJECT, _LONGEST_EMAIL = 255, 120


@dataclass(frozen=True, slots=True)
class Person:
    """Who the service says it is; `email` "" where it has verified none."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""


def person_of(claims: Mapping[str, Any], issuer: str) -> Person:
    """Of an ID token that was checked. Raises ValueError for a subject or address that is none."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise ValueError("the subject")
    # Some services write "true"; whatever else it may be is no promise.
    said = claims.get("email_verified")
    verified = said is True or said == "true"
    email = tidy_email(str(claims.get("email") or "")) if verified else ""
    if len(email) > _LONGEST_EMAIL or not (email + subject).isprintable():
        raise ValueError("the e-mail address")
    return Person(issuer, subject, email, one_line(str(claims.get("name") or ""))[:LONGEST])


def account_of(
    connection: Connection, person: Person, *, new_role: Role | None, hashed: str, locale: str,
    now: datetime,
) -> StaffUser | LinkFault:  # fmt: skip
    """The account, or why there is none. It is linked from now on; one with a second factor has to
    show that first, and `link` follows. `hashed` is the hash of a password that nobody knows, for
    an account that has not been given a password of its own yet."""
    linked = _linked(connection, person)
    if linked is not None:
        return linked if linked.active else "taken_away"
    if not person.email:
        return "not_verified"
    staff = by_email(connection, person.email)
    if staff is None and new_role is not None:
        staff = _made(connection, person, new_role, hashed=hashed, locale=locale, now=now)
    if staff is None:
        return "no_account"
    return _unfit(connection, person, staff) or _found(connection, person, staff, hashed, now)


def _unfit(connection: Connection, person: Person, staff: StaffUser) -> LinkFault | None:
    if not staff.active:
        return "taken_away"
    # The address was given to somebody else at the service.
    return "other_subject" if _has_other(connection, person, staff) else None


def _found(
    connection: Connection, person: Person, staff: StaffUser, hashed: str, now: datetime
) -> StaffUser | LinkFault:
    """Linked with an account that nothing else guards."""
    if has_factor(connection, staff.id):
        return staff
    link(connection, person, staff, now)
    if staff.must_change_password:
        # The first password is still on paper: whoever is here has proved who they are without it.
        set_password(connection, staff.id, hashed, now)
    return find(connection, staff_users.c.id == staff.id) or "no_account"


def link(connection: Connection, person: Person, staff: StaffUser, now: datetime) -> bool:
    """From now on that subject opens this account; False where it is another's, or the account has
    another one."""
    linked = _linked(connection, person)
    if linked is not None:
        return linked.id == staff.id
    if _has_other(connection, person, staff):
        return False
    row = {"issuer": person.issuer, "subject": person.subject, "staff_id": staff.id}
    connection.execute(insert(staff_subjects).values(row | {"linked_at": now}))
    _record(connection, "staff.linked", staff, now, {"subject": (None, person.subject)})
    if staff.last_sign_in_at is not None:  # an account that was made for this has no one to tell
        tell_linked(connection, staff.id, now)
    return True


def linked_at(connection: Connection, staff_id: UUID) -> datetime | None:
    """Since when somebody at the sign-in service opens the account."""
    mine = select(func.max(staff_subjects.c.linked_at)).where(staff_subjects.c.staff_id == staff_id)
    at: datetime | None = connection.execute(mine).scalar_one()
    return at


def unlink(connection: Connection, staff_id: UUID) -> bool:
    """Nobody at the service opens it any more; False where nobody did."""
    mine = delete(staff_subjects).where(staff_subjects.c.staff_id == staff_id)
    return connection.execute(mine).rowcount > 0


def _has_other(connection: Connection, person: Person, staff: StaffUser) -> bool:
    subjects = staff_subjects.c
    other = select(subjects.subject).where(
        subjects.staff_id == staff.id, subjects.issuer == person.issuer
    )
    return connection.execute(other.limit(1)).first() is not None


def _linked(connection: Connection, person: Person) -> StaffUser | None:
    subjects = staff_subjects.c
    theirs = select(subjects.staff_id).where(
        subjects.issuer == person.issuer, subjects.subject == person.subject
    )
    return find(connection, staff_users.c.id == theirs.scalar_subquery())


def _made(
    connection: Connection, person: Person, role: Role, *, hashed: str, locale: str, now: datetime
) -> StaffUser | None:
    try:
        add_staff(
            connection, email=person.email, password_hash=hashed, role=role, now=now,
            name=person.name, locale=locale, must_change_password=False,
        )  # fmt: skip
    except (EmailTaken, IntegrityError):
        return None  # somebody was faster: the next try finds it
    staff = by_email(connection, person.email)
    if staff is not None:
        _record(connection, "staff.add", staff, now, {"role": (None, role)})
    return staff


def _record(
    connection: Connection, action: str, staff: StaffUser, now: datetime, changes: Any
) -> None:
    record(
        connection, Actor(BY), action, now=now, kind="staff", object_id=staff.id,
        district_id=staff.district_id, changes=changes,
    )  # fmt: skip
