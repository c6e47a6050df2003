"""The second factors of an account, and the roles that need one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update
from uuid_utils.compat import uuid7

from gateway.staff.factor_tables import recovery_codes, second_factor_roles, staff_factors
from gateway.staff.factors.recovery import make_codes
from gateway.staff.rights import Role
from gateway.staff.tables import staff_sessions, staff_users

Kind = Literal["authenticator", "key"]
MOST = 10  # of one account
LONGEST_NAME = 60


class TooMany(ValueError):
    """The account has as many factors as it may have."""


class NeededByRole(ValueError):
    """The role needs a second factor, and this is the last one."""


@dataclass(frozen=True, kw_only=True)
class NewFactor:
    """One that has just proved itself; `last_counter` is what it proved itself with."""

    kind: Kind
    name: str
    last_counter: int
    secret: str | None = None
    credential_id: str | None = None
    public_key: str | None = None
    sign_count: int | None = None


def factors_of(connection: Connection, staff_id: UUID) -> Sequence[Row[Any]]:
    """All of them, the oldest first."""
    mine = select(staff_factors).where(staff_factors.c.staff_id == staff_id)
    return connection.execute(mine.order_by(staff_factors.c.created_at, staff_factors.c.id)).all()


def has_factor(connection: Connection, staff_id: UUID) -> bool:
    mine = select(staff_factors.c.id).where(staff_factors.c.staff_id == staff_id)
    return connection.execute(mine.limit(1)).first() is not None


def add_factor(
    connection: Connection, staff_id: UUID, factor: NewFactor, key: bytes, now: datetime
) -> list[str]:
    """Adds it; the recovery codes that come with the first one, else none. Raises TooMany.

    Two windows that set one up side by side add two factors, and the codes of the first.
    """
    _alone(connection, staff_id)
    known = factors_of(connection, staff_id)
    if factor.secret and any(row.secret == factor.secret for row in known):
        return []  # sent twice: the same secret under two names would take each code twice
    there = len(known)
    if there >= MOST:
        raise TooMany
    row = {"id": uuid7(), "staff_id": staff_id, "created_at": now}
    row |= {name: getattr(factor, name) for name in NewFactor.__dataclass_fields__}
    connection.execute(insert(staff_factors).values(row))
    mine = staff_sessions.c.staff_id == staff_id
    connection.execute(update(staff_sessions).where(mine).values(owes_factor=False))
    return [] if there else make_codes(connection, staff_id, key, now)


def remove_factor(connection: Connection, staff_id: UUID, factor_id: UUID, role: Role) -> bool:
    """False where it is gone already. Raises NeededByRole. With the last one go the codes."""
    _alone(connection, staff_id)
    there = {row.id for row in factors_of(connection, staff_id)}
    if factor_id not in there:
        return False
    if len(there) == 1 and needs_factor(connection, role):
        raise NeededByRole
    connection.execute(delete(staff_factors).where(staff_factors.c.id == factor_id))
    if len(there) == 1:
        _forget_codes(connection, staff_id)
    return True


def remove_factors(connection: Connection, staff_id: UUID) -> int:
    """All of them, and the recovery codes; how many factors."""
    mine = delete(staff_factors).where(staff_factors.c.staff_id == staff_id)
    _forget_codes(connection, staff_id)
    return connection.execute(mine).rowcount


def needs_factor(connection: Connection, role: Role) -> bool:
    needed = select(exists().where(second_factor_roles.c.role == role))
    return bool(connection.execute(needed).scalar_one())


def owes_factor(connection: Connection, staff_id: UUID, role: Role) -> bool:
    """Whether the role needs one that the account does not have."""
    return needs_factor(connection, role) and not has_factor(connection, staff_id)


def roles_that_need_one(connection: Connection) -> set[str]:
    return set(connection.execute(select(second_factor_roles.c.role)).scalars())


def require_of(connection: Connection, roles: Collection[str], now: datetime) -> None:
    """From now on of exactly these: whoever has none sets one up at their next sign-in."""
    before = roles_that_need_one(connection)
    dropped = before - set(roles)
    connection.execute(
        delete(second_factor_roles).where(second_factor_roles.c.role.in_(sorted(dropped)))
    )
    added = [{"role": role, "since": now} for role in sorted(set(roles) - before)]
    if added:
        connection.execute(insert(second_factor_roles), added)


def counts_by_role(connection: Connection) -> dict[str, tuple[int, int]]:
    """{role: (accounts in use, of these with a second factor)}"""
    has = exists().where(staff_factors.c.staff_id == staff_users.c.id)
    counted = (
        select(staff_users.c.role, func.count(), func.count().filter(has))
        .where(staff_users.c.active)
        .group_by(staff_users.c.role)
    )
    return {role: (every, with_one) for role, every, with_one in connection.execute(counted)}


def count_apps(connection: Connection, newest_tag: str) -> tuple[int, int]:
    """(authenticator apps, of these under an older key than the one with that tag)"""
    older = staff_factors.c.secret.not_like(f"%{newest_tag}%")
    apps = select(func.count(), func.count().filter(older))
    row = connection.execute(apps.where(staff_factors.c.kind == "authenticator")).one()
    return int(row[0]), int(row[1])


def _forget_codes(connection: Connection, staff_id: UUID) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))


def _alone(connection: Connection, staff_id: UUID) -> None:
    """One change of an account's factors at a time. SQLite has one writer anyway."""
    account = select(staff_users.c.id).where(staff_users.c.id == staff_id)
    connection.execute(account.with_for_update())
