"""Pausing a district."""

from sqlalchemy import select

from gateway.registry.tables import districts
from tests.console.conftest import Staff, district_id
from tests.service import Service


def _id(service: Service, name: str) -> int:
    with service.database.reading() as connection:
        return district_id(connection, name)


def _row(service: Service, name: str):
    with service.database.reading() as connection:
        return connection.execute(select(districts).where(districts.c.name_latin == name)).one()


def test_a_paused_district_says_why_and_since_when(service: Service, staff: Staff):
    operator = staff("operator")
    number = _id(service, "Sanamxay")

    page = operator.submit(f"districts/{number}/pause", {"reason": "The bridge is gone"})

    assert page.flashes() == ["Reminders in Sanamxay are paused."]
    row = next(row for row in page.rows() if row[0] == "Sanamxay")
    assert row[2] == "Paused 24 Nov 2026, 09:00 The bridge is gone"
    assert _row(service, "Sanamxay").paused_at == service.clock()
