"""Reading accounts."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.context import one_or_404, scope
from gateway.console.kit.places import name_columns
from gateway.registry.tables import districts, health_centres
from gateway.staff.tables import staff_users


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


def one_account(connection: Connection, staff_id: UUID) -> Row[Any]:
    """The account with the names of its places, or 404."""
    return one_or_404(connection, accounts().where(staff_users.c.id == staff_id))
