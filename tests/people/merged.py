"""A woman who is registered twice, under KEPT and AWAY, and becomes one."""

from typing import Any
from uuid import UUID

from gateway.people.merging import merge
from gateway.registry.tables import payments
from tests.people.conftest import AWAY, KEPT, Office


def merged(office: Office, *, keeps: Any = "one", take: Any = None, cycles: Any = None) -> UUID:
    one, other = office.person(KEPT), office.person(AWAY)
    with office.database.writing() as connection:
        return merge(
            connection, one.id, other.id, keeps=keeps, take=take or {}, cycles=cycles or {},
            desk=office.desk,
        )  # fmt: skip


def paid(office: Office) -> dict[str, tuple[str, int]]:
    """{cycle: (status, amount)} of everybody's payments."""
    return {row.cycle: (row.status, row.amount) for row in office.importer.rows(payments)}
