"""Changing accounts, each time with a line in the audit log."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import Connection, Row

from gateway.console.kit.context import audit, current_staff, now, one_or_404, writing
from gateway.console.pages.staff.forms import AccountForm, ChangeForm, place_of
from gateway.console.pages.staff.queries import accounts
from gateway.staff.accounts import add_staff, change_account
from gateway.staff.audit import changed
from gateway.staff.factors.store import require_of, roles_that_need_one
from gateway.staff.tables import staff_users


def somebody_elses(connection: Connection, staff_id: UUID) -> Row[Any]:
    """Nobody takes their own rights away, nor around the question for the old password."""
    if staff_id == current_staff().id:
        abort(403)
    locked = accounts().where(staff_users.c.id == staff_id).with_for_update(of=staff_users)
    return one_or_404(connection, locked)


def add_account(form: AccountForm, hashed: str) -> None:
    """Writes it, with the password `hashed`; raises EmailTaken."""
    place = place_of(form)
    with writing() as connection:
        staff_id = add_staff(
            connection,
            email=form.email.data,
            name=form.name.data or "",
            password_hash=hashed,
            role=form.role.data,
            now=now(),
            locale=form.locale.data,
            district_id=place["district_id"],
            health_centre_id=place["health_centre_id"],
        )
        audit(
            connection,
            "staff.add",
            kind="staff",
            object_id=staff_id,
            district_id=place["district_id"],
            changes={"role": (None, form.role.data)},
        )


def require_factor_of(roles: Collection[str]) -> None:
    """A second factor of exactly these roles, with a line in the audit log for each change."""
    with writing() as connection:
        before = roles_that_need_one(connection)
        require_of(connection, roles, now())
        for role in sorted(before ^ set(roles)):
            changes = {"role": (None, role), "needed": (role in before, role in roles)}
            audit(connection, "staff.factor_required", kind="staff", changes=changes)


def change_somebody(
    staff_id: UUID, values: dict[str, Any], action: str, form: ChangeForm | None = None
) -> bool:
    """False where somebody else was faster than the reader of `form`: nothing is written."""
    with writing() as connection:
        account = somebody_elses(connection, staff_id)
        if form is not None and form.is_stale(account.updated_at):
            return False
        change_account(connection, staff_id, values, now())
        record(connection, account, action, values)
    return True


def record(connection: Connection, account: Row[Any], action: str, values: dict[str, Any]) -> None:
    """A line in the audit log with those `values` that are new."""
    audit(
        connection,
        action,
        kind="staff",
        object_id=account.id,
        district_id=account.district_id,
        changes=changed(dict(account._mapping), values),
    )
