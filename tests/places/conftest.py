"""A registry of two districts as imports have left it, and a desk where places are changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Table, func, insert, select

from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import messages
from gateway.places.desk import Desk
from gateway.places.merging import merge
from gateway.places.naming import Names, names_of, rename
from gateway.places.records import Place, find_place, table_of
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, payments
from gateway.staff.audit import Actor
from tests.kept import once
from tests.registry.files import NOW, beneficiary, payment
from tests.registry.importer import Importer

MISSPELT = {"district": "ສະໜາມໄຊຍະ", "village": "ໂພນແກ້ວ", "health_centre": "ສຸກສາລາ ລາໂຮ"}
PEOPLE = [
    beneficiary("26000001"),
    beneficiary("26000002", village="ໂພນແກວ້", pay_point="ຕະຫຼາດ", msisdn="02055500002"),
    beneficiary("26000003", **MISSPELT, msisdn="02055500003"),
    beneficiary("26000004", **MISSPELT | {"village": "ນາໄຮ"}, msisdn=""),
]
PAYMENTS = [
    payment("26000001"),
    payment("26000002", pay_point="ຕະຫຼາດ"),
    payment("26000003"),
    payment("26000001", cycle="2026-09", due_on="2026-10-02", status="paid"),
]


@dataclass
class Town:
    """Places by kind and Lao name; the registry that they are in."""

    database: Database
    importer: Importer
    desk: Desk

    def place(self, kind: Any, name: str) -> Place:
        table = table_of(kind)
        column = table.c.province if kind == "province" else table.c.name
        with self.database.reading() as connection:
            ids = select(func.min(table.c.id)).where(column == name)
            found = find_place(connection, kind, connection.execute(ids).scalar_one())
        assert found is not None
        return found

    def names(self, table: Table) -> list[str]:
        return [row.name for row in self.importer.rows(table)]

    def merge(self, kind: str, away: str, kept: str, *, tell: bool = False) -> int:
        """How many SMS are queued."""
        one, other = self.place(kind, away), self.place(kind, kept)
        with self.database.writing() as connection:
            return merge(connection, one, other, tell=tell, desk=self.desk)[1]

    def rename(self, kind: str, called: str, /, *, tell: bool = False, **to: str) -> int:
        place = self.place(kind, called)
        names = Names(**(vars(names_of(place)) | to))
        with self.database.writing() as connection:
            return rename(connection, place, names, tell=tell, desk=self.desk)[1]

    def payment_of(self, registration_no: str) -> Any:
        """Her payment to come."""
        wanted = (
            select(payments)
            .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
            .where(
                beneficiaries.c.registration_no == registration_no,
                payments.c.status == "scheduled",
            )
        )
        with self.database.reading() as connection:
            return connection.execute(wanted).one()

    def told(self, registration_no: str, body: str) -> UUID:
        """She got an SMS about her payment to come."""
        about = self.payment_of(registration_no)
        with self.database.writing() as connection:
            queue_messages(connection, [_reminder(about)], now=NOW)
            connection.execute(
                messages.update()
                .where(messages.c.payment_id == about.id)
                .values(
                    state="delivered", body=body, told=f"{about.due_on}|{about.pay_point_id}",
                    sent_at=NOW,
                )
            )  # fmt: skip
        return about.id

    def add(self, table: Table, **values: Any) -> Any:
        key = next(iter(table.primary_key.columns))
        with self.database.writing() as connection:
            return connection.execute(insert(table).values(**values).returning(key)).scalar_one()


def _reminder(about: Any) -> Draft:
    return Draft(
        dedupe_key=f"test:{about.id}",
        category="payment",
        template="payment_due",
        msisdn="+8562055500001",
        locale="lo",
        not_before_at=NOW,
        expires_at=NOW,
        beneficiary_id=about.beneficiary_id,
        payment_id=about.id,
    )


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Town:
    return town_in(database, tmp_path)


def town_in(database: Database, folder: Path) -> Town:
    importer = Importer(database, folder)
    once(database, "town", lambda: _settle(importer))
    hours = SendingHours(zone=ZoneInfo("Asia/Vientiane"), quiet=None, is_holiday=no_holidays)
    gettext = dict.fromkeys(("lo", "lo_Latn", "en"), str)
    desk = Desk(actor=Actor("test"), now=NOW, hours=hours, default_locale="lo", gettext=gettext)
    return Town(database, importer, desk)


def _settle(importer: Importer) -> None:
    importer.beneficiaries(*PEOPLE)
    importer.payments(*PAYMENTS)
