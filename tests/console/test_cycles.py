"""A cycle's page: figures by district and village, and the list behind each."""

import csv
from io import StringIO

import pytest

from tests.console.conftest import Staff, district_id, lines_of_the_log
from tests.console.test_marking import past
from tests.service import Service


def here(service: Service) -> int:
    with service.database.reading() as connection:
        return district_id(connection, "Sanamxay")


def test_a_cycle_is_shown_by_district_and_leads_to_its_villages(service: Service, staff: Staff):
    cycle = past(service).cycle
    page = staff("viewer").get(f"payments/cycles/{cycle}")

    row = next(row for row in page.rows() if row[0] == "Sanamxay")
    assert int(row[1].split()[0]) > 0
    assert f"/console/payments/cycles/{cycle}?district={here(service)}" in page.links()


def test_the_figures_lead_to_the_people_behind_them(service: Service, staff: Staff):
    row = past(service)
    operator = staff("operator", "Sanamxay")
    page = operator.get(f"payments/cycles/{row.cycle}")
    link = f"/console/payments/cycles/{row.cycle}/paid?district={here(service)}"
    assert link in page.links()

    people = operator.get(link)

    assert f"/console/payments/payment/{row.id}" in people.links()
    assert row.registration_no not in people.words
    counted = next(int(one[3].split()[0]) for one in page.rows() if one[0] == "All")
    assert len(people.rows()) == min(counted, 50)


def test_both_are_taken_away_as_files(service: Service, staff: Staff):
    row = past(service)
    operator = staff("operator", "Sanamxay")

    table = operator.raw("GET", f"payments/cycles/{row.cycle}.csv")
    people = operator.raw("GET", f"payments/cycles/{row.cycle}/paid.csv")
    workbook = operator.raw("GET", f"payments/cycles/{row.cycle}.xlsx")

    lines = list(csv.reader(StringIO(table.text.lstrip("\ufeff"))))
    assert lines[0][:3] == ["Place", "Payments", "Told"]
    assert row.registration_no in people.text
    assert workbook.data.startswith(b"PK")
    assert [line.action for line in lines_of_the_log(service)][-3:] == ["payment.export"] * 3


def test_a_viewer_takes_no_list_of_people_away(service: Service, staff: Staff):
    path = f"payments/cycles/{past(service).cycle}/paid"
    viewer = staff("viewer", "Sanamxay")

    assert ".csv" not in " ".join(viewer.get(path).links())
    assert viewer.raw("GET", f"{path}.csv").status_code == 403


@pytest.mark.parametrize("path", ["never", "2026-13", "2026-11/never?district=1"])
def test_no_such_cycle_or_figure_is_not_found(staff: Staff, path: str):
    staff("operator").get(f"payments/cycles/{path}", 404)


@pytest.mark.parametrize("odd", ["9" * 19, "9" * 40, "x", "-1", "1.5", "໑"])
def test_no_such_district_is_not_found_and_what_is_no_id_is_passed_over(staff: Staff, odd: str):
    answer = staff("operator").raw("GET", f"payments/cycles/2026-11?district={odd}")

    assert answer.status_code in {200, 404}


def test_another_district_is_not_found(service: Service, staff: Staff):
    staff("operator", "Phouvong").get(
        f"payments/cycles/{past(service).cycle}?district={here(service)}", 404
    )


def test_the_cycles_are_listed(service: Service, staff: Staff):
    page = staff("viewer").get("payments/cycles/")

    assert f"/console/payments/cycles/{past(service).cycle}" in page.links()
