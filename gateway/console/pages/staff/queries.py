"""Reading accounts."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, or_, select

from gateway.console.kit.context import current_staff, now, one_or_404, scope
from gateway.console.kit.places import name_columns
from gateway.registry.tables import districts, health_centres
from gateway.staff.factors.store import factors_of
from gateway.staff.linking import linked_at
from gateway.staff.resets import open_reset
from gateway.staff.tables import staff_users
from gateway.staff.tries import count_tries


def accounts() -> Select[Any]:
    """With the Lao and Latin names of district and health centre."""
    joined = staff_users.outerjoin(
        districts, districts.c.id == staff_users.c.district_id
    ).outerjoin(health_centres, health_centres.c.id == staff_users.c.health_centre_id)
    listed = select(
        staff_users,
        *name_columns(district=districts, health_centre=health_centres),
    ).select_from(joined)
    return scope(listed, staff_users)


def access_of(connection: Connection, account: Row[Any]) -> dict[str, Any]:
    """How one gets into the account: wrong tries, second factors, a reset that is open."""
    other = select(staff_users.c.id).where(
        staff_users.c.active,
        staff_users.c.role == "admin",
        staff_users.c.id.not_in([account.id, current_staff().id]),
        or_(staff_users.c.district_id.is_(None), staff_users.c.district_id == account.district_id),
    )
    return {
        "tries": count_tries(connection, account.id, now()),
        "factors": len(factors_of(connection, account.id)),
        "linked_at": linked_at(connection, account.id),
        "open": open_reset(connection, account.id, now()),
        "alone": connection.execute(other.limit(1)).first() is None,
        "me": current_staff().id,
    }


def one_account(connection: Connection, staff_id: UUID) -> Row[Any]:
    """The account with the names of its places, or 404."""
    return one_or_404(connection, accounts().where(staff_users.c.id == staff_id))
