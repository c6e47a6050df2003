"""Accounts for tests of what stands below the console."""

from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import insert

from gateway.registry.database import Database
from gateway.registry.tables import districts
from gateway.staff.accounts import StaffUser, add_staff, by_email
from gateway.staff.rights import Role

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PASSWORD = "seven quiet buffaloes"
EMAIL = "somebody@example.la"
# A hash tells its own cost: cheap here.
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def add_somebody(database: Database, role: Role = "viewer", **more: Any) -> StaffUser:
    values: dict[str, Any] = {
        "email": EMAIL,
        "password_hash": HASH,
        "now": NOW,
        "must_change_password": False,
    }
    values |= more
    with database.writing() as connection:
        add_staff(connection, role=role, **values)
        added = by_email(connection, values["email"])
    assert added is not None
    return added


def add_district(database: Database, name: str) -> int:
    with database.writing() as connection:
        added = connection.execute(
            insert(districts)
            .values(province="Attapeu", province_latin="Attapeu", name=name, name_latin=name)
            .returning(districts.c.id)
        )
        return int(added.scalar_one())
