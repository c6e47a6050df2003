"""The audit log's page and its export."""

from tests.console.conftest import Staff, district_id
from tests.service import Service


def test_x(service: Service, staff: Staff):
    admin = staff("admin")
    with service.database.reading() as connection:
        number = district_id(connection, "Nong")
    admin.submit(f"districts/{number}/pause", {"reason": "ນ້ຳຖ້ວມ"})
    page = admin.get("audit/")
    print(page.rows())
    print(admin.raw("GET", "audit/audit.csv").text)
    assert 0
