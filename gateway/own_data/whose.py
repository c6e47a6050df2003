"""Who a person is to the tables: by her id, her registration number, and her phone, if it is hers
alone."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from gateway.registry.tables import beneficiaries


@dataclass(frozen=True, kw_only=True)
class Whose:
    """`msisdn` None: she has none, or shares it: what came from it may be somebody else's."""

    id: UUID
    registration_no: str
    msisdn: str | None
    shares: bool


def whose(connection: Connection, beneficiary_id: UUID, *, locked: bool = False) -> Whose | None:
    """None where there is nobody, or she was erased. `locked`: nobody changes her meanwhile."""
    table = beneficiaries.c
    wanted = select(table.id, table.registration_no, table.msisdn).where(
        table.id == beneficiary_id, table.erased_at.is_(None)
    )
    found = connection.execute(wanted.with_for_update() if locked else wanted).one_or_none()
    if found is None:
        return None
    others = select(table.id).where(table.msisdn == found.msisdn, table.id != found.id).limit(1)
    shares = found.msisdn is not None and connection.execute(others).first() is not None
    return Whose(
        id=found.id,
        registration_no=found.registration_no,
        msisdn=None if shares else found.msisdn,
        shares=shares,
    )
