"""Reports: a month by district."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from sqlalchemy import insert, select

from gateway.registry.tables import (
    beneficiaries,
    districts,
    visits,
)
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, STRANGER, open_a_case
from tests.console.ledger import (
    id_at,
    put_call,
    put_message,
)
from tests.service import Service

A_DAY = timedelta(days=1)
SHARED, WITH_PIN = "+8562055500003", "+8562055500004"
ALL, OF_NONE = "All", "Of no district"


def _report(page) -> dict[str, list[str]]:
    """{district: its numbers} in the order of the columns."""
    return {row[0]: row[1:] for row in page.rows()}


def _number(page, district: str, column: str) -> int:
    headings = ["".join(one.itertext()).strip() for one in page.all(".//thead/tr/th")]
    return int(_report(page)[district][headings.index(column) - 1].replace(",", ""))


def _enrolled(service: Service, district: str) -> int:
    with service.database.reading() as connection:
        found = (
            select(beneficiaries.c.id)
            .join(districts, districts.c.id == beneficiaries.c.district_id)
            .where(districts.c.name_latin == district, beneficiaries.c.status == "enrolled")
        )
        return len(connection.execute(found).all())


def test_the_month_has_a_line_for_each_district_and_a_sum(staff: Staff):
    page = staff("viewer").get("reports/")

    assert page.heading == "Report of November 2026"
    assert list(_report(page)) == ["Nong", "Phouvong", "Sanamxay", ALL]
    sums = [
        sum(map(int, column)) for column in zip(*list(_report(page).values())[:-1], strict=True)
    ]
    assert [int(number) for number in _report(page)[ALL]] == sums


def test_reached_and_not_reached_are_the_enrolled(service: Service, staff: Staff):
    for _number_of in range(2):
        put_message(service)
    put_message(service, WITH_PIN, state="failed")
    put_message(service, "+8562055500002")  # applied, not enrolled

    page = staff("viewer").get("reports/")

    enrolled = _enrolled(service, "Sanamxay")
    assert _number(page, "Sanamxay", "Enrolled") == enrolled
    assert _number(page, "Sanamxay", "Reached by SMS") == 1
    assert _number(page, "Sanamxay", "Not reached") == enrolled - 1
    assert _number(page, "Sanamxay", "SMS delivered") == 3


@pytest.mark.parametrize(
    ("ago", "counted"),
    [
        pytest.param(timedelta(0), 1, id="now"),
        pytest.param(23 * A_DAY + timedelta(hours=9), 1, id="the first moment of the month"),
        pytest.param(23 * A_DAY + timedelta(hours=9, seconds=1), 0, id="the moment before"),
    ],
)
def test_a_month_begins_at_midnight_in_vientiane(
    service: Service, staff: Staff, ago: timedelta, counted: int
):
    put_call(service, ago=ago)
    put_message(service, ago=ago)

    page = staff("viewer").get("reports/")

    assert _number(page, "Sanamxay", "Calls") == counted
    assert _number(page, "Sanamxay", "SMS delivered") == counted


def test_cases_and_visits_of_the_month(service: Service, staff: Staff):
    open_a_case(service, MOTHER)
    before = _number(staff("viewer").get("reports/"), "Sanamxay", "Visits made")
    service.clock.move(hours=3)
    with service.database.writing() as connection:
        whom = connection.execute(
            select(beneficiaries.c.id).where(beneficiaries.c.msisdn == MOTHER)
        ).scalar_one()
        connection.execute(
            insert(visits).values(
                id=id_at(service.clock()),
                beneficiary_id=whom,
                visit="a_visit",
                done_on=date(2026, 11, 30),
                updated_at=service.clock(),
            )
        )

    page = staff("viewer").get("reports/")

    assert _number(page, "Sanamxay", "Cases") == 1
    assert _number(page, "Sanamxay", "Visits made") == before + 1


def test_a_caller_nobody_knows_is_of_no_district(service: Service, staff: Staff):
    put_call(service, STRANGER)
    put_call(service, SHARED)

    page = staff("viewer").get("reports/")

    assert _number(page, OF_NONE, "Calls") == 1
    assert _number(page, "Sanamxay", "Calls") == 1
    assert OF_NONE not in _report(staff("viewer", "Sanamxay").get("reports/"))


def test_who_is_confined_sees_their_own_district(staff: Staff):
    assert list(_report(staff("viewer", "Phouvong").get("reports/"))) == ["Phouvong"]


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("2026-10", "October 2026"),
        ("2026-12", "November 2026"),
        ("2026-13", "November 2026"),
        ("yesterday", "November 2026"),
    ],
)
def test_any_month_that_has_begun(staff: Staff, asked: str, heading: str):
    page = staff("viewer").get(f"reports/?month={asked}")

    assert page.heading == f"Report of {heading}"


def test_a_month_long_over_is_not_counted_again(service: Service, staff: Staff):
    viewer = staff("viewer")
    viewer.get("reports/?month=2026-09")
    put_message(service, ago=60 * A_DAY)
    service.clock.move(days=1)
    viewer = staff("viewer")

    assert _number(viewer.get("reports/?month=2026-09"), "Sanamxay", "SMS delivered") == 0
    assert _number(viewer.get("reports/?month=2026-10"), "Sanamxay", "SMS delivered") == 0


def test_the_month_as_a_file(service: Service, staff: Staff):
    put_message(service)

    answer = staff("viewer").raw("GET", "reports/month.csv?month=2026-11")

    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report-2026-11.csv"'
    here = next(row for row in rows if row["District"] == "Sanamxay")
    assert (here["Month"], here["SMS delivered"]) == ("2026-11", "1")


# Before the payday


@pytest.mark.chromium
@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_reports_in_a_browser(service: Service, browser, locale: str, width: int):
    put_message(service)
    put_call(service)
    operator = browser("operator", width=width, locale=locale)

    for path in ("reports/", "reports/not-reached"):
        page = operator.open(path)
        assert page.locator("[data-print]").is_visible()
        operator.check()
        operator.shoot(f"{path.strip('/').replace('/', '-')}-{locale}-{width}")
