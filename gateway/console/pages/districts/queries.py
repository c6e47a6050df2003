"""Reading districts."""

from typing import Any

from sqlalchemy import Select, select

from gateway.console.kit.context import scope
from gateway.registry.tables import districts


def one_district(district_id: int) -> Select[Any]:
    return scope(select(districts).where(districts.c.id == district_id), districts)
