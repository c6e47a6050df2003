"""Whom no reminder reaches before the next payday, by village and reason."""

import csv
from datetime import timedelta
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
)
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, STRANGER
from tests.console.ledger import (
    change_person,
    payment_of,
    put_message,
)
from tests.service import Service

A_DAY = timedelta(days=1)
SHARED, WITH_PIN = "+8562055500003", "+8562055500004"
ALL, OF_NONE = "All", "Of no district"


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
    """The payments of the two who share a phone, put on one day at one place."""
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
