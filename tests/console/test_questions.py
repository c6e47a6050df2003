"""The questions a manager asks: pages, pictures, files, and the file for donors."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from gateway.console.pages.questions.queries.donors import COLUMNS
from gateway.registry.tables import villages
from tests.console.conftest import Staff, district_id, lines_of_the_log
from tests.console.happenings import MOTHER, STRANGER, beneficiary_of, open_a_case
from tests.console.ledger import payment_of, put_broadcast, put_call, put_message
from tests.service import Service

A_DAY = timedelta(days=1)
QUESTIONS = ("told", "broadcasts", "calls", "villages", "cases", "visits", "sms", "people")


def _happen(service: Service) -> None:
    put_call(service, trail=["main", "next_payment"])
    unknown = "registration_unknown"
    put_call(service, STRANGER, status="failed", last_state=unknown, trail=["main", unknown])
    put_message(service, cost=2, currency="USD", segments=3)
    open_a_case(service, MOTHER)


def _rows(page, title: str) -> dict[str, list[str]]:
    """{first cell: the others} of the table with this caption."""
    for table in page.all(".//table"):
        if "".join(table.find("caption").itertext()).strip() == title:
            rows = ["".join(one.itertext()).strip() for one in table.findall(".//td")]
            width = len(table.findall("./thead//th"))
            lines = [rows[at : at + width] for at in range(0, len(rows), width)]
            return {line[0]: line[1:] for line in lines}
    raise AssertionError(title)


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_question_has_a_page_its_pictures_and_two_files(
    service: Service, staff: Staff, question: str
):
    _happen(service)
    broadcast = put_broadcast(service)
    _start(service, broadcast)
    put_message(service, category="broadcast", broadcast_id=broadcast)
    viewer = staff("viewer")
    listed = viewer.get("questions/")
    address = f"/console/questions/{question}/"
    assert [link for link in listed.all(".//a") if link.get("href") == address]

    page = viewer.get(f"questions/{question}/")

    pictures = [one.get("src") for one in page.all(".//picture/img")]
    narrow = [one.get("srcset") for one in page.all(".//picture/source")]
    assert pictures
    assert len(narrow) == len(pictures)
    for picture in (*pictures, *narrow):
        assert viewer.raw("GET", str(picture).removeprefix("/console/")).text.startswith("<svg")
    text = viewer.raw("GET", f"questions/{question}.csv").text
    assert len(list(csv.reader(StringIO(text)))) > 1
    workbook = load_workbook(BytesIO(viewer.raw("GET", f"questions/{question}.xlsx").data))
    assert len(workbook.sheetnames) == len(page.all(".//table"))
    exports = [line for line in lines_of_the_log(service) if line.action == "question.export"]
    assert [line.object_id for line in exports] == [question] * 2


def _start(service: Service, broadcast_id) -> None:
    from sqlalchemy import update  # noqa: PLC0415 - used once

    from gateway.messaging.tables import broadcasts  # noqa: PLC0415 - likewise

    with service.database.writing() as connection:
        connection.execute(
            update(broadcasts)
            .where(broadcasts.c.id == broadcast_id)
            .values(state="done", start_at=service.clock())
        )


def test_the_numbers_are_those_of_what_happened(service: Service, staff: Staff):
    _happen(service)
    viewer = staff("viewer")

    calls = viewer.get("questions/calls/")
    assert _rows(calls, "What callers ask")["Payday"] == ["1", "50%"]
    assert _rows(calls, "By district")["Sanamxay"] == ["1", "1", "1", "0"]
    assert _rows(calls, "By district")["Of no district"] == ["1", "1", "0", "1"]
    sms = viewer.get("questions/sms/")
    assert _rows(sms, "By kind of SMS")["Payment reminder"] == ["1", "3", "2"]
    cases = viewer.get("questions/cases/")
    assert _rows(cases, "By kind")["Call me back"][:2] == ["1", "0"]


def test_who_is_confined_sees_their_district_whatever_they_ask(service: Service, staff: Staff):
    _happen(service)
    with service.database.reading() as connection:
        sanamxay = district_id(connection, "Sanamxay")
    reader = staff("operator", "Phouvong")

    page = reader.get(f"questions/calls/?district={sanamxay}")

    assert list(_rows(page, "By district")) == ["Phouvong"]
    assert "Sanamxay" not in reader.raw("GET", f"questions/calls.csv?district={sanamxay}").text


# Who was told


def _village_of(service: Service) -> int:
    with service.database.reading() as connection:
        whom = beneficiary_of(service, MOTHER)
        from gateway.registry.tables import beneficiaries  # noqa: PLC0415 - used once

        return connection.execute(
            select(villages.c.id)
            .join(beneficiaries, beneficiaries.c.village_id == villages.c.id)
            .where(beneficiaries.c.id == whom)
        ).scalar_one()


def test_a_village_and_who_of_it_was_not_told_and_why(service: Service, staff: Staff):
    operator = staff("operator")
    village = _village_of(service)
    month = "2026-12"
    for month in ("2026-11", "2026-12"):
        page = operator.get(f"questions/villages/{village}?month={month}&who=all")
        if page.rows():
            break

    names = {row[1] for row in page.rows()}
    assert all(number.isdigit() for number in names)
    assert {row[3] for row in page.rows()} <= {
        "its SMS is still to come", "no phone number", "there was no SMS", "no consent",
    }  # fmt: skip
    looked = lines_of_the_log(service)[-1]
    assert (looked.action, looked.object_id) == ("question.village", str(village))
    answer = operator.raw("GET", f"questions/villages/{village}.csv?month={month}&who=all")
    assert answer.text.count("\n") > len(names)


def test_who_may_not_unmask_reads_no_name_and_takes_no_list(service: Service, staff: Staff):
    viewer = staff("viewer")
    village = _village_of(service)
    payment_of(service)

    pages = [viewer.get(f"questions/villages/{village}?month={m}") for m in ("2026-11", "2026-12")]

    rows = [row for page in pages for row in page.rows()]
    assert rows
    assert all("•••" in row[0] and row[1].startswith("•••") for row in rows)
    assert viewer.raw("GET", f"questions/villages/{village}.csv").status_code == 403


@pytest.mark.parametrize("asked", ["broadcast=x", "broadcast=01900000-0000-7000-8000-000000000001"])
def test_a_broadcast_of_nobody_is_not_found(service: Service, staff: Staff, asked: str):
    staff("operator").raw("GET", f"questions/villages/{_village_of(service)}?{asked}")

    answer = staff("operator").raw("GET", f"questions/villages/{_village_of(service)}?{asked}")

    assert answer.status_code == 404


def test_health_workers_see_no_broadcast(staff: Staff):
    worker = staff("health_worker", "Sanamxay")

    assert worker.raw("GET", "questions/broadcasts/").status_code == 404
    assert "broadcasts" not in {
        str(link.get("href")).split("/")[-2] for link in worker.get("questions/").all(".//main//a")
    }


# For donors


def test_the_file_for_donors_tells_no_small_count(service: Service, staff: Staff):
    for number in range(6):
        put_call(service, ago=40 * A_DAY)
        put_call(service, f"+85620888888{number}", ago=40 * A_DAY)
    approver = staff("approver")

    answer = approver.raw("GET", "questions/donors/2026-10.csv")

    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    told = [int(row["count"]) for row in rows if row["suppressed"] == "no"]
    assert told
    assert min(told) >= 5
    assert all(not row["count"] for row in rows if row["suppressed"] == "yes")
    assert all(row["suppressed"] in {"yes", "no"} for row in rows)
    assert lines_of_the_log(service)[-1].action == "donor_file.take"


@pytest.mark.parametrize("month", ["2026-11", "2026-12", "2020-01", "soon"])
def test_there_is_no_file_of_a_month_that_is_not_over_or_long_past(staff: Staff, month: str):
    answer = staff("admin").raw("GET", f"questions/donors/{month}.csv")

    assert answer.status_code == 404


@pytest.mark.chromium
@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_questions_in_a_browser(service: Service, browser, locale: str, width: int):
    _happen(service)
    manager = browser("approver", width=width, locale=locale)

    for path in ("", "calls/", "told/", "cases/", "people/"):
        manager.open(f"questions/{path}")
        manager.check()
        manager.shoot(f"questions-{path.strip('/') or 'index'}-{locale}-{width}")
