"""Reading districts."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.context import one_or_404, scope
from gateway.registry.tables import districts


def listed() -> Select[Any]:
    """The districts that the reader may see, by province and name."""
    return scope(select(districts), districts).order_by(districts.c.province, districts.c.name)


def one(connection: Connection, district_id: int) -> Row[Any]:
    """The district, or 404."""
    wanted = scope(select(districts).where(districts.c.id == district_id), districts)
    return one_or_404(connection, wanted)
