"""Reading what belongs to one's own account."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from gateway.console.kit.context import current_staff
from gateway.staff.factor_tables import staff_factors


def own_factor(factor_id: UUID) -> Select[Any]:
    """One of one's own: nobody else's is found."""
    mine = staff_factors.c.staff_id == current_staff().id
    return select(staff_factors).where(mine, staff_factors.c.id == factor_id)
