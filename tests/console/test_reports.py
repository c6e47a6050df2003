"""Reports: a month by district, and whom no reminder reaches before the next payday."""

import csv
from datetime import date, timedelta
from io import StringIO
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    optouts,
    payments,
    villages,
    visits,
)
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, STRANGER, open_a_case
from tests.console.ledger import (
    change_person,
    id_at,
    payment_of,
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


def _people(page) -> dict[str, str]:
    """{registration number: why}"""
    return {row[1]: row[4] for row in page.rows()}


def _in_sanamxay(service: Service, reader, query: str = ""):
    with service.database.reading() as connection:
        number = connection.execute(
            select(districts.c.id).where(districts.c.name_latin == "Sanamxay")
        ).scalar_one()
    return reader.get(f"reports/not-reached?district={number}{query}")


def test_who_has_no_phone_is_listed_by_village(service: Service, staff: Staff):
    change_person(service, MOTHER, msisdn=None)
    change_person(service, SHARED, msisdn=None)

    page = _in_sanamxay(service, staff("operator"))

    assert _people(page) == dict.fromkeys(("26000001", "26000003", "26000004"), "no phone number")
    villages = ["".join(one.itertext()) for one in page.all(".//section/h2")]
    assert villages == _villages(service, "26000001", "26000003", "26000004")


def _villages(service: Service, *registration_numbers: str) -> list[str]:
    with service.database.reading() as connection:
        found = (
            select(villages.c.name_latin)
            .join(beneficiaries, beneficiaries.c.village_id == villages.c.id)
            .where(beneficiaries.c.registration_no.in_(registration_numbers))
            .order_by(villages.c.id)
        )
        return list(connection.execute(found).scalars())


def _pause_all(service: Service) -> None:
    with service.database.writing() as connection:
        connection.execute(update(districts).values(paused_at=service.clock()))


def _refused_on_three_days(service: Service) -> None:
    for days in (2, 3, 4):
        put_message(service, state="refused", category="health", ago=days * A_DAY)


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        pytest.param(lambda _service: None, None, id="reached as far as anybody knows"),
        pytest.param(
            lambda service: change_person(service, MOTHER, msisdn=None), "no phone number",
            id="no number",
        ),
        pytest.param(
            lambda service: change_person(service, MOTHER, msisdn_disowned_at=service.clock()),
            "the number belongs to somebody else", id="disowned",
        ),
        pytest.param(
            lambda service: change_person(service, MOTHER, consent_payment=False), "no consent",
            id="no consent",
        ),
        pytest.param(
            lambda service: _leave(service, "payment"), "the number wants no such messages",
            id="opted out of payment SMS",
        ),
        pytest.param(
            lambda service: _leave(service, "all"), "the number wants no such messages",
            id="opted out of all",
        ),
        pytest.param(lambda service: _leave(service, "health"), None, id="opted out of health SMS"),
        pytest.param(
            lambda service: _remind(service, "failed"), "the reminder did not arrive",
            id="reminder failed",
        ),
        pytest.param(
            lambda service: change_person(service, MOTHER, status="verified"),
            "the status gives no right to it", id="not enrolled yet",
        ),
        pytest.param(
            lambda service: change_person(service, MOTHER, status="suspended"),
            "the status gives no right to it", id="on hold",
        ),
        pytest.param(
            lambda service: change_person(service, MOTHER, status="exited"), None, id="has left",
        ),
        pytest.param(
            _pause_all, "the district is paused", id="paused",
        ),
        pytest.param(
            _refused_on_three_days, "no message reaches the number",
            id="a number that fails",
        ),
        pytest.param(
            lambda service: _pay(service, days=0), "entered too late for a reminder",
            id="paid today, never reminded",
        ),
        pytest.param(lambda service: _pay(service, days=1), None, id="will be reminded today"),
        pytest.param(
            lambda service: _remind(service, "failed", "delivered"), None, id="a later one arrived"
        ),
        pytest.param(
            lambda service: _remind(service, "expired", "queued"), None, id="another is under way"
        ),
    ],
)  # fmt: skip
def test_why_somebody_is_not_reached(service: Service, staff: Staff, prepare, why: str | None):
    prepare(service)

    people = _people(_in_sanamxay(service, staff("operator")))

    assert people.get("26000001") == why


def _pay(service: Service, *, days: int) -> None:
    payday = service.clock().date() + days * A_DAY
    with service.database.writing() as connection:
        connection.execute(
            update(payments).where(payments.c.id == payment_of(service)).values(due_on=payday)
        )


def test_who_was_told_by_the_sms_of_another_on_her_phone_is_reached_as_that_one(
    service: Service, staff: Staff
):
    """One SMS for both: it failed, and the second row says only that it was a duplicate."""
    ids = _payments_on(service, SHARED)
    for payment_id, state, reason in zip(
        ids, ("failed", "suppressed"), (None, "duplicate"), strict=True
    ):
        put_message(service, SHARED, state=state, reason=reason, payment_id=payment_id)

    people = _people(_in_sanamxay(service, staff("operator"), "&until=2027-02-01"))

    assert people["26000003"] == people["26000004"] == "the reminder did not arrive"


def _payments_on(service: Service, msisdn: str) -> list[UUID]:
    """Those of the two who share a phone, put on one day at one place."""
    with service.database.writing() as connection:
        found = (
            select(payments)
            .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
            .where(beneficiaries.c.msisdn == msisdn, payments.c.status == "scheduled")
            .order_by(beneficiaries.c.registration_no)
        )
        rows = connection.execute(found).all()
        ids = [row.id for row in rows]
        same = {"due_on": rows[0].due_on, "pay_point_id": rows[0].pay_point_id}
        connection.execute(update(payments).where(payments.c.id.in_(ids)).values(same))
    return ids


def _leave(service: Service, category: str) -> None:
    with service.database.writing() as connection:
        connection.execute(
            insert(optouts).values(
                msisdn=MOTHER, category=category, source="sms", at=service.clock()
            )
        )


def _remind(service: Service, *states: str) -> None:
    payment_id = payment_of(service)
    for state in states:
        put_message(service, state=state, payment_id=payment_id)


def test_only_those_who_are_paid_soon(service: Service, staff: Staff):
    change_person(service, MOTHER, msisdn=None)  # paid on 3 December
    operator = staff("operator")

    assert "26000001" in _people(_in_sanamxay(service, operator, "&until=2026-12-03"))
    assert "26000001" not in _people(_in_sanamxay(service, operator, "&until=2026-12-02"))


def test_a_village_at_a_time(service: Service, staff: Staff):
    change_person(service, MOTHER, msisdn=None)
    change_person(service, SHARED, msisdn=None)
    operator = staff("operator")
    page = _in_sanamxay(service, operator)
    choices = {
        "".join(option.itertext()).strip(): option.get("value")
        for option in page.all(".//select[@id='village']/option")
    }
    village = "".join(page.all(".//section/h2")[0].itertext())

    one = _in_sanamxay(service, operator, f"&village={choices[village]}")

    assert ["".join(h2.itertext()) for h2 in one.all(".//section/h2")] == [village]


def test_a_viewer_sees_neither_names_nor_numbers(service: Service, staff: Staff):
    change_person(service, MOTHER, msisdn=None)
    seen = _in_sanamxay(service, staff("viewer")).rows()[0]
    named = _in_sanamxay(service, staff("operator")).rows()[0]

    assert seen[0].endswith("•••")
    assert seen[1].startswith("•••••")
    assert named[1].isdigit()


def test_each_look_and_each_download_is_in_the_audit_log(service: Service, staff: Staff):
    operator = staff("operator")
    operator.get("reports/not-reached")
    operator.raw("GET", "reports/not-reached.csv")

    with service.database.reading() as connection:
        in_order = select(audit_log.c.action).order_by(audit_log.c.id)
        actions = list(connection.execute(in_order).scalars())
    assert [one for one in actions if one.startswith("report")] == [
        "report.not_reached",
        "report.export",
    ]


def test_the_list_as_a_file(service: Service, staff: Staff):
    change_person(service, MOTHER, msisdn=None, name="=cmd", helper_msisdn=STRANGER)
    operator = staff("operator", "Sanamxay")

    answer = operator.raw("GET", "reports/not-reached.csv")

    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    her = next(row for row in rows if row["Registration number"] == "26000001")
    assert her["Name"] == "'=cmd"
    assert her["Payday"] == "2026-12-03"
    assert her["Why"] == "no phone number"
    assert her["Phone of a helper"] == f"\t{STRANGER}"  # as it is in a spreadsheet


def test_another_district_is_not_shown(service: Service, staff: Staff):
    elsewhere = staff("operator", "Phouvong")

    page = _in_sanamxay(service, elsewhere)

    options = page.all(".//select[@id='district']/option")
    assert ["".join(one.itertext()).strip() for one in options] == ["Phouvong"]


def test_a_health_worker_sees_those_of_her_health_centre(service: Service, staff: Staff):
    change_person(service, MOTHER, msisdn=None)
    change_person(service, SHARED, msisdn=None)
    with service.database.reading() as connection:
        rows = connection.execute(
            select(beneficiaries.c.registration_no, beneficiaries.c.health_centre_id)
        )
        centres = {row.registration_no: row.health_centre_id for row in rows}
    mine = staff("health_worker", "Sanamxay", health_centre=_centre(service, "26000001"))

    listed = _people(_in_sanamxay(service, mine))

    assert {centres[number] for number in listed} == {centres["26000001"]}


def _centre(service: Service, registration_no: str) -> str:
    with service.database.reading() as connection:
        return connection.execute(
            select(health_centres.c.name_latin)
            .join(beneficiaries, beneficiaries.c.health_centre_id == health_centres.c.id)
            .where(beneficiaries.c.registration_no == registration_no)
        ).scalar_one()


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
