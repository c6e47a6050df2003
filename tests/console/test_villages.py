"""Village lists, and who is not reached."""

import csv
from io import StringIO

import pytest
from sqlalchemy import select, update

from gateway.registry.tables import beneficiaries, villages
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER
from tests.service import Service


def village_id(service: Service, name: str) -> int:
    with service.database.reading() as connection:
        wanted = select(villages.c.id).where(villages.c.name_latin == name)
        return connection.execute(wanted).scalar_one()


def last_action(service: Service) -> tuple[str, str | None]:
    with service.database.reading() as connection:
        row = connection.execute(select(audit_log).order_by(audit_log.c.id.desc())).first()
        assert row is not None
        return row.action, row.object_id


def test_a_health_worker_sees_the_villages_where_her_mothers_live(staff: Staff):
    worker = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong")

    page = worker.get("beneficiaries/villages/")

    assert [row[0] for row in page.rows()] == ["Donbok", "Phonkeo", "Pindong"]
    assert all(row[1] == "Sanamxay" for row in page.rows())


@pytest.mark.parametrize("typed", ["phonk", "ໂພນ", "PHONKEO"])
def test_a_village_is_found_by_the_beginning_of_its_name(staff: Staff, typed: str):
    page = staff("operator").get(f"beneficiaries/villages/?q={typed}")

    assert [row[0] for row in page.rows()] == ["Phonkeo"]


def test_a_sheet_names_people_numbers_and_what_is_due(service: Service, staff: Staff):
    worker = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong")
    number = village_id(service, "Phonkeo")

    page = worker.get(f"beneficiaries/villages/{number}")

    row = next(row for row in page.rows() if row[0].startswith("Nang Bounmi"))
    assert row[1] == "+856 20 5550 0001"
    assert row[3] == "3 Dec 2026"
    assert last_action(service) == ("beneficiary.village_list", f"village {number}")


def test_a_sheet_of_a_village_elsewhere_is_not_found(service: Service, staff: Staff):
    number = village_id(service, "Phonkeo")

    staff("operator", "Nong").get(f"beneficiaries/villages/{number}", 404)
    staff("health_worker", "Sanamxay", health_centre="Souksala Hinlat").get(
        f"beneficiaries/villages/{number}", 404
    )


def test_only_those_who_are_not_reached_are_left_on_request(service: Service, staff: Staff):
    with service.database.writing() as connection:
        connection.execute(
            update(beneficiaries)
            .where(beneficiaries.c.msisdn == MOTHER)
            .values(msisdn=None, helper_msisdn="+8562099887766")
        )
    number = village_id(service, "Phonkeo")

    page = staff("operator").get(f"beneficiaries/villages/{number}?only=unreachable")

    assert [row[1] for row in page.rows() if row[0].startswith("Nang Bounmi Xainyavong")] == [
        "No phone number Helper: +856 20 9988 7766"
    ]
    assert all("No phone number" in row[1] for row in page.rows())


def test_the_download_holds_those_of_the_readers_district_and_no_formula(
    service: Service, staff: Staff
):
    with service.database.writing() as connection:
        connection.execute(
            update(beneficiaries)
            .where(beneficiaries.c.msisdn == MOTHER)
            .values(msisdn=None, name='=HYPERLINK("http://example.la")')
        )

    answer = staff("operator", "Sanamxay").raw("GET", "beneficiaries/unreachable.csv")

    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["District"] for row in rows} == {"ສະໜາມໄຊ"}
    mine = next(row for row in rows if row["Registration number"] == "26000001")
    assert mine["Name"] == '\'=HYPERLINK("http://example.la")'
    assert mine["Why she is not reached"] == "No phone number"
    assert last_action(service) == ("beneficiary.export", None)
