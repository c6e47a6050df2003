"""A registry of two districts with paydays behind and ahead, and a desk where they are seen to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import messages
from gateway.paydays.desk import Desk
from gateway.paydays.sheets import Sheet, Woman, women_on
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, payments
from tests.kept import once
from tests.paydays.desks import desk_at
from tests.registry.files import NOW, TODAY, beneficiary, payment
from tests.registry.importer import Importer

PAST, AHEAD = TODAY - timedelta(days=4), TODAY + timedelta(days=10)
ELSEWHERE = {"district": "ນອງ", "village": "ນາໄຮ", "pay_point": "ຕະຫຼາດ"}
PEOPLE = [
    beneficiary("26000001"),
    beneficiary("26000002", village="ນາໄຮ", msisdn="02055500002"),
    beneficiary("26000003", msisdn=""),
    beneficiary("26000013", **ELSEWHERE, msisdn="02055500003"),
]
_BEFORE = {"cycle": "2026-09", "due_on": PAST.isoformat()}
_NEXT = {"cycle": "2026-11", "due_on": AHEAD.isoformat()}
PAYMENTS = [
    *(payment(number, **_BEFORE) for number in ("26000001", "26000002", "26000003")),
    payment("26000013", **_BEFORE, pay_point="ຕະຫຼາດ"),
    *(payment(number, **_NEXT) for number in ("26000001", "26000002", "26000003")),
    payment("26000013", **_NEXT, pay_point="ຕະຫຼາດ"),
]


@dataclass
class Office:
    """Payments by registration number and cycle, and who sees to them."""

    database: Database
    importer: Importer
    desk: Desk

    def later(self, **by: float) -> None:
        self.desk = replace(self.desk, now=self.desk.now + timedelta(**by))

    def payment(self, number: str, cycle: str = "2026-09") -> Any:
        hers = select(payments).join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        wanted = hers.where(beneficiaries.c.registration_no == number, payments.c.cycle == cycle)
        with self.database.reading() as connection:
            return connection.execute(wanted).one()

    def statuses(self, cycle: str = "2026-09") -> dict[str, str]:
        """{last two digits: status}"""
        people = [one["registration_no"] for one in PEOPLE]
        return {number[-2:]: self.payment(number, cycle).status for number in people}

    def sheet(self, number: str = "26000001", cycle: str = "2026-09") -> list[Woman]:
        """Everybody who is paid with her."""
        row = self.payment(number, cycle)
        with self.database.reading() as connection:
            return women_on(connection, Sheet(row.due_on, row.pay_point_id), self.desk.hers())

    def tell(self, number: str, cycle: str = "2026-11") -> None:
        """An SMS has named the day and place of her payment."""
        row = self.payment(number, cycle)
        with self.database.writing() as connection:
            person = connection.execute(
                select(beneficiaries).where(beneficiaries.c.id == row.beneficiary_id)
            ).one()
            draft = Draft(
                dedupe_key=f"test:{row.id}", category="payment", template="payment_due",
                msisdn=person.msisdn, locale="lo", not_before_at=NOW, expires_at=NOW,
                beneficiary_id=person.id, payment_id=row.id,
            )  # fmt: skip
            queue_messages(connection, [draft], now=NOW)
            connection.execute(
                update(messages)
                .where(messages.c.payment_id == row.id)
                .values(state="delivered", told=f"{row.due_on}|{row.pay_point_id}", sent_at=NOW)
            )

    def ids(self, became: Any, *numbers: str) -> Mapping[UUID, Any]:
        return {self.payment(number).id: became for number in numbers}


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return open_office(database, tmp_path)


def open_office(database: Database, tmp_path: Path) -> Office:
    importer = Importer(database, tmp_path)

    def make() -> None:
        importer.beneficiaries(*PEOPLE)
        importer.payments(*PAYMENTS)

    once(database, "two paydays", make)
    return Office(database, importer, desk_at(NOW + timedelta(hours=1)))
