"""The audit log: appended to, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert
from uuid_utils.compat import uuid7

from gateway.staff.accounts import StaffUser
from gateway.staff.tables import audit_log

Changes = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: one of the staff or, with `staff` None, the `name` of what acted."""

    name: str
    staff: StaffUser | None = None
    address: str | None = None


def record(
    connection: Connection,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    kind: str | None = None,
    object_id: object = None,
    district_id: int | None = None,
    changes: Changes | None = None,
) -> None:
    """Appends one line in the caller's transaction. `changes` is {field: (before, after)}.

    What identifies a person (number, name) is not repeated in `changes`: say that it changed.
    """
    connection.execute(
        insert(audit_log).values(
            id=uuid7(),
            at=now,
            staff_id=actor.staff.id if actor.staff else None,
            who=actor.name,
            action=action,
            kind=kind,
            object_id=None if object_id is None else str(object_id),
            district_id=district_id,
            changes={
                key: [_plain(value) for value in pair] for key, pair in (changes or {}).items()
            },
            address=actor.address,
        )
    )


def changed(before: Mapping[Any, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """{field: (before, after)} of the fields of `after` that are not as they were."""
    return {key: (before[key], value) for key, value in after.items() if before[key] != value}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
