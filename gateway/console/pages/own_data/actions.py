"""Taking a person's data out: on paper and as JSON, with its line in the audit log."""

from typing import Any

from sqlalchemy import Connection

from gateway.console.kit.context import audit, now
from gateway.own_data.collecting import collect
from gateway.own_data.whose import Whose


def take(connection: Connection, person: Whose, district_id: int) -> dict[str, Any]:
    """As `collect` gives it; who took it out is written down first."""
    audit(
        connection, "person_data.take", kind="beneficiary", object_id=person.id,
        district_id=district_id,
    )  # fmt: skip
    return collect(connection, person, now=now())
