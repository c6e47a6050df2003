"""Cases for staff: opened by callers, by SMS and by the gateway itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert

from gateway.registry.tables import cases


def open_case(
    connection: Connection,
    *,
    event_key: str,
    kind: str,
    msisdn: str,
    now: datetime,
    beneficiary_id: UUID | None = None,
    text: str | None = None,
) -> int:
    """Opens a case and returns its number; the caller has made sure of `event_key`."""
    number: int = connection.execute(
        insert(cases)
        .values(
            event_key=event_key,
            kind=kind,
            msisdn=msisdn,
            beneficiary_id=beneficiary_id,
            state="open",
            text=text,
            opened_at=now,
        )
        .returning(cases.c.number)
    ).scalar_one()
    return number
