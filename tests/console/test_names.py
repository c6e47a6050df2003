"""Staff by their names: beside what they did, with the e-mail address where two could be meant."""

import pytest

from gateway.staff.accounts import by_email
from gateway.staff.names import one_line
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.happenings import MOTHER, open_a_case
from tests.console.html import text_of
from tests.console.ledger import put_broadcast
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

EMAIL, NAME = "k@example.la", "ຄຳຫລ້າ Sisouk"


@pytest.fixture
def khamla(staff: Staff) -> PlainBrowser:
    return staff("admin", email=EMAIL, name=NAME)


def test_people_see_their_own_name_above_every_page(khamla: PlainBrowser):
    page = khamla.get("account")

    assert text_of(page.one(".//div[@class='who']/a[2]")) == NAME
    assert f"Email {EMAIL} Role Administrator" in page.words


def test_without_a_name_the_address_stands_there(staff: Staff):
    page = staff("viewer", email="v@example.la").get("account")

    assert text_of(page.one(".//div[@class='who']/a[2]")) == "v@example.la"


def test_what_somebody_did_carries_the_name(service: Service, khamla: PlainBrowser):
    number = open_a_case(service, MOTHER)
    with service.database.reading() as connection:
        me = by_email(connection, EMAIL)
    assert me is not None
    khamla.submit(f"cases/{number}/assign", {"staff": str(me.id)})

    assert f"Assigned to {NAME}" in khamla.get(f"cases/{number}").words
    assert NAME in khamla.get("cases/").words
    assert EMAIL not in khamla.get("cases/").words


def test_a_broadcast_names_who_wrote_it(service: Service, staff: Staff):
    staff("operator", email="writer@example.la", name="Bounmy")
    put_broadcast(service, author="writer@example.la")

    assert "Bounmy" in staff("viewer").get("broadcasts/").words


def test_the_audit_log_has_name_and_address_and_finds_by_either(khamla: PlainBrowser):
    row = khamla.get(f"audit/?who={NAME}").rows()[0]

    assert row[1] == f"{NAME} {EMAIL}"
    assert khamla.get(f"audit/?who={EMAIL}").rows()[0][1] == f"{NAME} {EMAIL}"
    assert khamla.get("audit/?who=%25").rows() == []


def test_a_name_is_changed_with_before_and_after_in_the_log(service: Service, staff: Staff):
    staff("viewer", email="v@example.la", name="Bounmy")
    admin = staff("admin")
    with service.database.reading() as connection:
        account = by_email(connection, "v@example.la")
    assert account is not None
    path = f"/console/staff/{account.id}"

    admin.submit(path, admin.get(path).fields(path) | {"name": "Bounmy Keola"})

    assert lines_of_the_log(service)[-1].changes == {"name": ["Bounmy", "Bounmy Keola"]}
    assert "Bounmy Keola" in admin.get("staff/").words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Khamla \n Sisouk ", "Khamla Sisouk"), ("ຄຳ\u200bຫລ້າ", "ຄຳ ຫລ້າ"),
        ("\u202eevil", "evil"), (None, ""),
    ],
)  # fmt: skip
def test_a_name_is_one_line_of_signs_that_are_seen(typed: str | None, kept: str):
    assert one_line(typed) == kept
