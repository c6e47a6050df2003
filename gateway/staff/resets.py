"""Getting back into an account without e-mail: one administrator asks, another confirms.

Whoever confirms is shown a code once and hands it over in person. It is good for a day and once; it
gives a new password and, where the second factor is lost as well, takes every second factor away.
Until it is used nothing of the account changes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update
from uuid_utils.compat import uuid7

from gateway.registry.database import Database
from gateway.staff.accounts import StaffUser, by_email, set_password
from gateway.staff.audit import Actor, Changes, record
from gateway.staff.authors import APART_HOURS
from gateway.staff.factor_tables import account_resets
from gateway.staff.factors.recovery import hash_of
from gateway.staff.factors.store import remove_factors
from gateway.staff.passwords import hash_password, random_password
from gateway.staff.provenance import makers_of
from gateway.staff.tables import staff_users
from gateway.staff.tries import Origin, count_try, forget_tries

WAITS_FOR = timedelta(hours=72)  # the second administrator
GOOD_FOR = timedelta(hours=24)  # the code

Account = Row[Any] | StaffUser  # with id and district_id
ResetFault = Literal["own", "too_close", "gone", "waiting"]


class ResetError(ValueError):
    """It cannot be done; `fault` says why."""

    def __init__(self, fault: ResetFault) -> None:
        super().__init__(fault)
        self.fault = fault


def open_reset(connection: Connection, staff_id: UUID, now: datetime) -> Row[Any] | None:
    """The one that waits for a second person, or whose code was not used yet."""
    resets = account_resets.c
    mine = select(account_resets).where(
        resets.staff_id == staff_id, resets.ended_at.is_(None), resets.expires_at > now
    )
    return connection.execute(mine.order_by(resets.asked_at.desc()).limit(1)).one_or_none()


def ask(
    connection: Connection, account: Account, *, factors: bool, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Raises ResetError where one is open already."""
    _alone(connection, account.id)
    if open_reset(connection, account.id, now) is not None:
        raise ResetError("waiting")
    _insert(connection, account.id, factors=factors, actor=actor, now=now)
    _record(
        connection,
        actor,
        "staff.reset_asked",
        account,
        now=now,
        changes={"factors": (None, factors)},
    )


def confirm(
    connection: Connection, account: Account, *, actor: Actor, key: bytes, now: datetime
) -> str:
    """The code to hand over. Raises ResetError where the actor is no second person."""
    _alone(connection, account.id)
    found = open_reset(connection, account.id, now)
    if found is None or found.confirmed_at is not None:
        raise ResetError("gone")
    if actor.staff is None or actor.staff.id in {found.asked_by_id, account.id}:
        raise ResetError("own")
    since = now - timedelta(hours=APART_HOURS)
    near = makers_of(connection, actor.staff.id, since)
    makers = makers_of(connection, found.asked_by_id, since) if found.asked_by_id else set()
    if found.asked_by_id in near or actor.staff.id in makers:
        raise ResetError("too_close")
    code = _confirmed(connection, found.id, actor, key, now)
    _record(connection, actor, "staff.reset_confirmed", account, now=now)
    return code


def drop(connection: Connection, account: Account, *, actor: Actor, now: datetime) -> bool:
    """Either of the two, or a third: nothing comes of it. False where none is open."""
    found = open_reset(connection, account.id, now)
    if found is None:
        return False
    _end(connection, found.id, now)
    _record(connection, actor, "staff.reset_dropped", account, now=now)
    return True


def by_command(
    connection: Connection, account: StaffUser, *, factors: bool, actor: Actor, key: bytes,
    now: datetime,
) -> str:  # fmt: skip
    """The code at once, for whoever has the server: where there is no second administrator."""
    _alone(connection, account.id)
    found = open_reset(connection, account.id, now)
    if found is not None:
        _end(connection, found.id, now)
    reset_id = _insert(connection, account.id, factors=factors, actor=actor, now=now)
    code = _confirmed(connection, reset_id, actor, key, now)
    _record(
        connection,
        actor,
        "staff.reset_confirmed",
        account,
        now=now,
        changes={"factors": (None, factors)},
    )
    return code


def use(
    database: Database, email: str, code: str, password: str, *, keys: Sequence[bytes],
    origin: Origin, now: datetime,
) -> StaffUser | None:  # fmt: skip
    """Sets the password, once; whose account it is, or None for a code that is none.

    A wrong code counts as a try, as a wrong password does.
    """
    hashed = hash_password(password)  # before the transaction: it takes a while
    with database.writing() as connection:
        account = by_email(connection, email)
        if account is None or not count_try(connection, account.id, origin, now, what="reset"):
            return None
    with database.writing() as connection:
        _alone(connection, account.id)
        found = open_reset(connection, account.id, now)
        if not account.active or found is None or found.code_hash not in _hashes(code, keys):
            return None
        _end(connection, found.id, now)
        forget_tries(connection, account.id, origin, what="reset")
        set_password(connection, account.id, hashed, now)
        changes: Changes = {}
        if found.factors:
            changes = {"factors": (remove_factors(connection, account.id), 0)}
        actor = Actor(account.email, account)
        _record(connection, actor, "staff.reset_used", account, now=now, changes=changes)
    return account


def _hashes(code: str, keys: Sequence[bytes]) -> list[str]:
    return [hash_of(code, key) for key in keys]


def _insert(
    connection: Connection, staff_id: UUID, *, factors: bool, actor: Actor, now: datetime
) -> UUID:
    reset_id = uuid7()
    connection.execute(
        insert(account_resets).values(
            id=reset_id,
            staff_id=staff_id,
            factors=factors,
            asked_by=actor.name,
            asked_by_id=actor.staff.id if actor.staff else None,
            asked_at=now,
            expires_at=now + WAITS_FOR,
        )
    )
    return reset_id


def _confirmed(
    connection: Connection, reset_id: UUID, actor: Actor, key: bytes, now: datetime
) -> str:
    code = random_password()
    values = {
        "confirmed_by": actor.name,
        "confirmed_at": now,
        "code_hash": hash_of(code, key),
        "expires_at": now + GOOD_FOR,
    }
    _set(connection, reset_id, values)
    return code


def _end(connection: Connection, reset_id: UUID, now: datetime) -> None:
    _set(connection, reset_id, {"ended_at": now})


def _set(connection: Connection, reset_id: UUID, values: Mapping[str, Any]) -> None:
    mine = update(account_resets).where(account_resets.c.id == reset_id)
    connection.execute(mine.values(values))


def _alone(connection: Connection, staff_id: UUID) -> None:
    account = select(staff_users.c.id).where(staff_users.c.id == staff_id)
    connection.execute(account.with_for_update())


def _record(
    connection: Connection, actor: Actor, action: str, account: Account, *,
    now: datetime, changes: Changes | None = None,
) -> None:  # fmt: skip
    record(
        connection, actor, action, now=now, kind="staff", object_id=account.id,
        district_id=account.district_id, changes=changes,
    )  # fmt: skip
