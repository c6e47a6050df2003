"""Reading accounts."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.context import one_or_404, scope
from gateway.registry.tables import districts, health_centres
from gateway.staff.tables import staff_users


def accounts() -> Select[Any]:
    """With the Lao and Latin names of district and health centre."""
    joined = staff_users.outerjoin(
        districts, districts.c.id == staff_users.c.district_id
    ).outerjoin(health_centres, health_centres.c.id == staff_users.c.health_centre_id)
    listed = select(
        staff_users,
        districts.c.name.label("district"),
        districts.c.name_latin.label("district_latin"),
        health_centres.c.name.label("health_centre"),
        health_centres.c.name_latin.label("health_centre_latin"),
    ).select_from(joined)
    return scope(listed, staff_users)


def one_account(connection: Connection, staff_id: UUID) -> Row[Any]:
    return one_or_404(connection, accounts().where(staff_users.c.id == staff_id))
