"""The list of people narrowed down, counted, and taken away as a file."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from gateway.console.pages.beneficiaries.queries import files
from gateway.console.pages.beneficiaries.views import people as view
from gateway.registry.choices import disown_number
from gateway.registry.tables import beneficiaries
from tests.console.conftest import Staff, district_id, lines_of_the_log
from tests.console.happenings import MOTHER
from tests.console.people import change, person
from tests.service import Service

LIST = "beneficiaries/"


def count(service: Service, *conditions) -> int:
    with service.database.reading() as connection:
        counted = select(func.count()).select_from(beneficiaries).where(*conditions)
        return connection.execute(counted).scalar_one()


def hits(page) -> str:
    (line,) = page.all(".//main//p[@class='hits']")
    return line.text


def lines(response) -> list[list[str]]:
    return list(csv.reader(StringIO(response.get_data(as_text=True).lstrip("\ufeff"))))


def test_the_number_of_people_is_said(service: Service, staff: Staff):
    operator = staff("operator")

    assert hits(operator.get(LIST)) == f"{count(service)} people"
    assert hits(operator.get(f"{LIST}?q=26000001")) == "1 person"


def test_beyond_a_bound_nobody_counts(monkeypatch: pytest.MonkeyPatch, staff: Staff):
    monkeypatch.setattr("gateway.console.pages.beneficiaries.queries.people.MOST_COUNTED", 60)
    monkeypatch.setattr(view, "MOST_COUNTED", 60)

    assert hits(staff("operator").get(LIST)) == "More than 60 people"


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("category=pregnant", {"category": "pregnant"}),
        ("category=child&status=applied", {"category": "child", "status": "applied"}),
        ("phone=none", {"msisdn": None}),
    ],
)
def test_a_list_is_narrowed_down(service: Service, staff: Staff, query: str, columns: dict):
    there = [beneficiaries.c[name].is_not_distinct_from(value) for name, value in columns.items()]
    expected = count(service, *there)
    assert expected

    page = staff("operator").get(f"{LIST}?{query}")

    assert hits(page).split()[0] == str(expected)


def test_a_village_is_a_part_of_its_name(staff: Staff):
    page = staff("viewer").get(f"{LIST}?village=Ban Ponkeo")

    assert {row[1] for row in page.rows()} == {"Phonkeo, Sanamxay"}


def test_a_number_that_is_somebody_elses_is_no_phone_of_hers(service: Service, staff: Staff):
    with service.database.writing() as connection:
        disown_number(connection, MOTHER, service.clock())

    page = staff("operator").get(f"{LIST}?phone=none&q=26000001")

    assert page.rows()[0][3] == "Not hers"


def test_whom_no_sms_reaches_is_asked_of_a_district(service: Service, staff: Staff):
    with service.database.reading() as connection:
        here = district_id(connection, "Sanamxay")
    operator = staff("operator")

    asked = operator.get(f"{LIST}?phone=unreached")

    (error,) = asked.errors()
    assert error.startswith("Phone: Choose a district")
    assert operator.get(f"{LIST}?phone=unreached&district={here}").errors() == []
    assert staff("operator", "Sanamxay").get(f"{LIST}?phone=unreached").errors() == []


def test_a_viewer_is_found_nobody_by_name(staff: Staff):
    page = staff("viewer").get(f"{LIST}?q=Bounmi")

    assert page.rows() == []
    assert "Names are found by those who may see them." in page.words


def test_a_list_is_taken_away_as_csv(service: Service, staff: Staff):
    answer = staff("operator").raw("GET", f"{LIST}people.csv?q=26000001")

    heading, line = lines(answer)
    assert heading[0] == "Registration number"
    told = dict(zip(heading, (value.strip("\t") for value in line), strict=True))
    assert told["Name"] == "ນາງ ບຸນມີ ໄຊຍະວົງ"
    assert told["Phone number"] == MOTHER
    assert told["Status"] == "Enrolled"
    assert told["Village"] == "Phonkeo"
    last = lines_of_the_log(service)[-1]
    assert (last.action, last.changes) == ("beneficiary.list", {"typed": [None, "•••"]})


def test_a_file_holds_everybody_however_many_are_read_at_once(
    monkeypatch: pytest.MonkeyPatch, service: Service, staff: Staff
):
    monkeypatch.setattr(files, "_AT_ONCE", 7)

    found = lines(staff("operator").raw("GET", f"{LIST}people.csv"))

    assert len(found) == 1 + count(service)
    assert len({line[0] for line in found}) == len(found)


def test_a_workbook_has_the_same_lines_and_runs_nothing(service: Service, staff: Staff):
    change(service, person(service).id, name="=1+1")

    answer = staff("operator", "Sanamxay").raw("GET", f"{LIST}people.xlsx?q=26000001")

    rows = list(load_workbook(BytesIO(answer.data)).worksheets[0].values)
    assert [row[:2] for row in rows[1:]] == [("26000001", "'=1+1")]


def test_a_list_that_is_too_long_for_a_workbook_is_not_made(
    monkeypatch: pytest.MonkeyPatch, staff: Staff
):
    monkeypatch.setattr(files, "LINES_AT_MOST", 10)

    page = staff("operator").follow(f"{LIST}people.xlsx?status=enrolled")

    assert "narrow the list down" in page.words
    assert {row[2] for row in page.rows()} == {"Enrolled"}


def test_a_file_is_kept_to_the_readers_district(staff: Staff):
    found = lines(staff("operator", "Nong").raw("GET", f"{LIST}people.csv"))

    assert {line[9] for line in found[1:]} == {"Nong"}
