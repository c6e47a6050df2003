"""Reading a person for her data, and the erasures that were asked for."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.context import one_or_404, scope
from gateway.own_data.tables import erasures
from gateway.registry.tables import beneficiaries
from gateway.staff.names import CALLED
from gateway.staff.tables import staff_users


def person_or_404(connection: Connection, beneficiary_id: UUID) -> Row[Any]:
    """Her row, which may be that of somebody who was erased."""
    mine = select(beneficiaries).where(beneficiaries.c.id == beneficiary_id)
    return one_or_404(connection, scope(mine, beneficiaries))


def last_erasure(connection: Connection, beneficiary_id: UUID) -> Row[Any] | None:
    """The newest that was asked for, with who asked."""
    mine = _erasures().where(erasures.c.beneficiary_id == beneficiary_id)
    return connection.execute(mine.order_by(erasures.c.id.desc()).limit(1)).one_or_none()


def listed() -> Select[Any]:
    """Those of the reader's people."""
    return scope(_erasures(), erasures)


def _erasures() -> Select[Any]:
    joined = erasures.join(staff_users, staff_users.c.id == erasures.c.asked_by).join(
        beneficiaries, beneficiaries.c.id == erasures.c.beneficiary_id
    )
    return select(
        erasures,
        CALLED.label("asked_by_name"),
        beneficiaries.c.name,
        beneficiaries.c.name_latin,
        beneficiaries.c.registration_no,
    ).select_from(joined)
