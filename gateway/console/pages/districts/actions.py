"""Pausing a district and letting it go on, each with a line in the audit log."""

from sqlalchemy import update

from gateway.console.kit.context import audit, one_or_404, writing
from gateway.console.pages.districts.queries import one_district
from gateway.registry.tables import districts


def set_pause(district_id: int, values: dict[str, object]) -> None:
    action = "district.pause" if values["paused_at"] else "district.resume"
    with writing() as connection:
        before = one_or_404(connection, one_district(district_id)).paused_reason
        connection.execute(update(districts).where(districts.c.id == district_id).values(values))
        audit(
            connection,
            action,
            kind="district",
            object_id=district_id,
            district_id=district_id,
            changes={"paused_reason": (before, values["paused_reason"])},
        )
