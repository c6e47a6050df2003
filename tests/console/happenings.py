"""What callers did, for the console to show."""

from itertools import count
from uuid import UUID

from sqlalchemy import select

from gateway.messaging.cases import open_case
from gateway.registry.tables import beneficiaries
from tests.service import Service

MOTHER = "+8562055500001"  # of Sanamxay, one beneficiary
STRANGER = "+8562055599999"

_KEYS = count(1)


def beneficiary_of(service: Service, msisdn: str) -> UUID | None:
    """The first beneficiary with this number."""
    with service.database.reading() as connection:
        found = select(beneficiaries.c.id).where(beneficiaries.c.msisdn == msisdn)
        return connection.execute(found.order_by(beneficiaries.c.id)).scalars().first()


def open_a_case(
    service: Service,
    msisdn: str,
    kind: str = "call_back",
    *,
    text: str | None = None,
    known: bool = True,
) -> int:
    """A case from this number; `known`: the caller spoke for her beneficiary."""
    whom = beneficiary_of(service, msisdn) if known else None
    with service.database.writing() as connection:
        return open_case(
            connection,
            event_key=f"test:{next(_KEYS)}",
            kind=kind,
            msisdn=msisdn,
            beneficiary_id=whom,
            text=text,
            now=service.clock(),
        )
