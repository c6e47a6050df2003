"""Registration numbers as they are said: the other one of a woman who had two means her as well."""

from uuid import UUID

from sqlalchemy import Connection, select

from gateway.registry.tables import beneficiaries, registration_aliases

_said = registration_aliases.c


def number_now(connection: Connection, registration_no: str) -> str:
    """The number under which she is known; the same where it is nobody's other one."""
    found = (
        select(beneficiaries.c.registration_no)
        .join(registration_aliases, _said.beneficiary_id == beneficiaries.c.id)
        .where(_said.registration_no == registration_no)
    )
    return connection.execute(found).scalar_one_or_none() or registration_no


def id_now(connection: Connection, beneficiary_id: UUID) -> UUID | None:
    """Whose row it is, or has become; None where it is none."""
    there = select(beneficiaries.c.id).where(beneficiaries.c.id == beneficiary_id)
    if connection.execute(there).one_or_none() is not None:
        return beneficiary_id
    merged = select(_said.beneficiary_id).where(_said.was_id == beneficiary_id).limit(1)
    return connection.execute(merged).scalar_one_or_none()


def former_ids(connection: Connection, beneficiary_id: UUID) -> list[UUID]:
    """The rows that were merged into hers."""
    were = select(_said.was_id).where(_said.beneficiary_id == beneficiary_id)
    return list(connection.execute(were).scalars())


def other_numbers(connection: Connection, beneficiary_id: UUID) -> list[str]:
    """The numbers that mean her beside her own."""
    hers = select(_said.registration_no).where(_said.beneficiary_id == beneficiary_id)
    return list(connection.execute(hers.order_by(_said.registration_no)).scalars())
