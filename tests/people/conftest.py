"""A registry as an import has left it, and a desk at which its people are changed."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Table, select

from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.people.desk import Desk
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, districts, health_centres, villages
from gateway.staff.accounts import StaffUser, add_staff, by_email
from gateway.staff.audit import Actor
from gateway.staff.rights import Role
from gateway.staff.tables import audit_log
from tests.kept import once
from tests.registry.files import NOW, PEPPERS, beneficiary
from tests.registry.importer import Importer

HOURS = SendingHours(zone=ZoneInfo("Asia/Vientiane"), quiet=None, is_holiday=no_holidays)
KEPT, AWAY = "26000001", "26000011"
TWICE = beneficiary(AWAY, name="ນາງ ບຸນມີ", msisdn="02055599999", village="ນາໄຮ", pin="4321")
ELSEWHERE = {"district": "ພູວົງ", "village": "ວັງຕາມ", "health_centre": "ສຸກສາລາ ວັງຕາມ"}
ELSEWHERE |= {"pay_point": "ບ້ານ ວັງຕາມ"}
PEOPLE = [
    beneficiary("26000001"),
    beneficiary("26000002", name="ນາງ ຄຳແພງ ສີສຸກ", msisdn="02055500002", village="ນາໄຮ"),
    beneficiary("26000003", name="ນາງ ວັນນາ ພົມມະຈັນ", msisdn="", **ELSEWHERE),
]


@dataclass
class Office:
    """The registry's `importer`, and the `desk`."""

    database: Database
    importer: Importer
    desk: Desk

    def person(self, registration_no: str = "26000001") -> Any:
        return self.importer.person(registration_no)

    def places(self, village: str = "ໂພນແກ້ວ") -> dict[str, int]:
        """Those of whoever lives in the village."""
        with self.database.reading() as connection:
            wanted = (
                select(beneficiaries)
                .join(villages, villages.c.id == beneficiaries.c.village_id)
                .where(villages.c.name == village)
            )
            row = connection.execute(wanted).first()
        assert row is not None
        names = ("village", "health_centre", "pay_point")
        return {name: getattr(row, f"{name}_id") for name in names}

    def by(self, role: Role, district: str | None = None, centre: str | None = None) -> Desk:
        """The desk of one of the staff."""
        email = f"{uuid4().hex}@example.la"
        with self.database.writing() as connection:
            add_staff(
                connection, email=email, password_hash="", role=role, now=NOW,
                district_id=_id_of(connection, districts, district),
                health_centre_id=_id_of(connection, health_centres, centre),
            )  # fmt: skip
            staff: StaffUser | None = by_email(connection, email)
        return replace(self.desk, actor=Actor(email, staff))

    def desk_at(self, now: datetime) -> Desk:
        return replace(self.desk, now=now)

    def log(self) -> list[tuple[str, dict[str, Any]]]:
        """(action, changes) of every line of the audit log."""
        return [(row.action, row.changes) for row in self.importer.rows(audit_log)]

    def retire(self, table: Table, place_id: int) -> None:
        with self.database.writing() as connection:
            connection.execute(table.update().where(table.c.id == place_id).values(retired_at=NOW))


def _id_of(connection: Any, table: Table, name: str | None) -> int | None:
    if name is None:
        return None
    found: int = connection.execute(select(table.c.id).where(table.c.name == name)).scalar_one()
    return found


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    importer = Importer(database, tmp_path)
    once(database, "people", lambda: importer.beneficiaries(*PEOPLE))
    desk = Desk(actor=Actor("test"), now=NOW, hours=HOURS, default_locale="lo", peppers=PEPPERS)
    return Office(database, importer, desk)


@pytest.fixture
def twice(office: Office) -> Office:
    """She is registered a second time, under the number AWAY."""
    office.importer.beneficiaries(TWICE)
    return office
