"""A line in the audit log about a person."""

from typing import Any

from sqlalchemy import Connection

from gateway.console.kit.context import audit
from gateway.staff.audit import Changes


def record(connection: Connection, action: str, person: Any, changes: Changes) -> None:
    """In the transaction of `connection`; `person` is a row of `beneficiaries`."""
    audit(
        connection,
        action,
        kind="beneficiary",
        object_id=person.id,
        district_id=person.district_id,
        changes=changes,
    )
