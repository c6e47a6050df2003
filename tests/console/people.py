"""A person of the demo's registry, her page, and what the audit log says about her.

For the pages of beneficiaries; `MOTHER` of `happenings` is whom the functions mean by default.
"""

from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from gateway.people.pairs import pair_of
from gateway.registry.dropped_payments import dropped_payments
from gateway.registry.tables import beneficiaries, payments
from gateway.staff.tables import audit_log
from tests.console.happenings import MOTHER
from tests.service import Service


def person(service: Service, msisdn: str = MOTHER):
    with service.database.reading() as connection:
        wanted = select(beneficiaries).where(beneficiaries.c.msisdn == msisdn)
        return connection.execute(wanted.order_by(beneficiaries.c.id)).first()


def person_of(service: Service, beneficiary_id: UUID):
    with service.database.reading() as connection:
        wanted = select(beneficiaries).where(beneficiaries.c.id == beneficiary_id)
        return connection.execute(wanted).one()


def change(service: Service, beneficiary_id: UUID, **values) -> None:
    with service.database.writing() as connection:
        connection.execute(
            update(beneficiaries).where(beneficiaries.c.id == beneficiary_id).values(**values)
        )


def put_pair(service: Service, *numbers: str) -> UUID:
    """Two people of the demo's registry, the mother and a neighbour, are to be compared."""
    wanted = numbers or ("26000001", "26000003")
    found = select(beneficiaries).where(beneficiaries.c.registration_no.in_(wanted))
    with service.database.writing() as connection:
        one, other = connection.execute(found.order_by(beneficiaries.c.registration_no)).all()
        return pair_of(connection, one, other, now=service.clock())


def put_paid_twice(service: Service, number: str = "26000900") -> UUID:
    """The mother has a paid payment, and files say so of another number of hers as well."""
    hers = select(payments).where(payments.c.beneficiary_id == person(service).id)
    with service.database.writing() as connection:
        row = connection.execute(hers.order_by(payments.c.due_on).limit(1)).one()
        connection.execute(update(payments).where(payments.c.id == row.id).values(status="paid"))
        gone = {
            "id": uuid4(), "payment_id": row.id, "registration_no": number, "due_on": row.due_on,
            "amount": row.amount, "pay_point_id": row.pay_point_id, "status": "paid",
            "at": service.clock(),
        }  # fmt: skip
        connection.execute(insert(dropped_payments).values(gone))
    return gone["id"]


def page_of(service: Service, msisdn: str = MOTHER) -> str:
    return f"beneficiaries/{person(service, msisdn).id}"


def actions(service: Service) -> list[tuple[str, dict]]:
    with service.database.reading() as connection:
        rows = connection.execute(select(audit_log).order_by(audit_log.c.id))
        return [(row.action, row.changes) for row in rows if row.action.startswith("beneficiary.")]


def edited(page, **changes: str | None) -> dict[str, str]:
    """The form as it stands, with changes; None leaves a field out, as an empty box does. A new
    number is a phone of whoever owned the former one."""
    action = next(f.get("action") for f in page.all(".//main//form") if "/edit" in f.get("action"))
    sent = page.fields(action) | {"reason": "She came to the office"}
    sent |= {"new_owner": sent["phone_owner"] or "unknown"} | changes
    return {name: value for name, value in sent.items() if value is not None}
