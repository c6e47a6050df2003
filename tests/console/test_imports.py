"""Importing a file in the console: upload, check, decide."""

import csv
import zipfile
from datetime import timedelta
from functools import partial
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from gateway.core.keys import peppers_of
from gateway.registry.choices import set_consent
from gateway.registry.database import Database
from gateway.registry.imports import import_beneficiaries, import_payments, import_visits
from gateway.registry.tables import beneficiaries
from gateway.staff.tables import audit_log
from gateway.uploads.store import KEPT_FOR, forget_old
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, beneficiary_of, run_import
from tests.console.uploads import GOOD, checked, newest, numbers, pieces, send, visits_of
from tests.registry.files import beneficiary, write_csv, write_xlsx
from tests.service import Service

BAD = (
    b"registration_no,visit,done_on\n"
    b"26000001,mr1,2026-11-31\n"
    b"2600000,nothing,2026-11-20\n"
    b"99999999,mr1,2026-11-20\n"
)


def file_of(*rows: dict[str, str], tmp_path, encoding: str = "utf-8") -> bytes:
    return write_csv(tmp_path / "file.csv", rows, encoding).read_bytes()


def test_a_good_file_is_checked_then_imported(service: Service, staff: Staff):
    operator = staff("operator")

    waiting = send(operator, GOOD)
    import_id = newest(service).id
    assert "Nothing is written yet." in waiting.words
    assert waiting.all(".//progress")
    run_import(service, import_id)
    ready = operator.get(f"imports/{import_id}")
    assert numbers(ready)[:3] == ["1 new", "0 changed", "1 unchanged"]
    assert "mr1" not in visits_of(service)
    started = operator.submit(f"imports/{import_id}/confirm")
    assert started.flashes() == ["The import has started."]
    run_import(service, import_id)
    done = operator.get(f"imports/{import_id}")

    assert "The file is imported." in done.words
    assert numbers(done)[:3] == ["1 new", "0 changed", "1 unchanged"]
    assert "mr1" in visits_of(service)
    assert pieces(service) == 0


def test_every_fault_has_its_line_column_and_reason(service: Service, staff: Staff):
    operator = staff("operator")

    page = checked(service, operator, BAD)

    assert "4 faults in 3 rows." in page.words
    assert [row[:2] for row in page.rows()] == [
        ["2", "done_on"], ["3", "registration_no"], ["3", "visit"], ["4", "registration_no"],
    ]  # fmt: skip
    assert page.rows()[0][2] == "There is no such day."
    assert page.all(".//form[@action]")[-1].get("action") != "confirm"
    answer = operator.raw("GET", f"imports/{newest(service).id}/faults.csv")
    rows = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["Line", "Column", "What is wrong", "What the file says"]
    assert [row[:2] for row in rows[1:]] == [row[:2] for row in page.rows()]
    assert pieces(service) == 0


def test_faults_are_explained_in_the_readers_language(service: Service, staff: Staff):
    reader = staff("operator", locale="lo")

    checked(service, reader, BAD)
    answer = reader.raw("GET", f"imports/{newest(service).id}/faults.csv")

    assert answer.status_code == 200
    assert newest(service).faults == 4


def test_nothing_of_a_file_with_one_fault_is_imported(service: Service, staff: Staff):
    operator = staff("operator")
    checked(service, operator, GOOD + b"26000001,nothing,2026-11-20\n")

    page = operator.submit(f"imports/{newest(service).id}/confirm")

    assert page.flashes() == ["This is not possible as it stands now: see below."]
    assert "1 fault in 1 row." in page.words
    assert "Correct this fault in your file" in page.words
    assert newest(service).state == "faulty"
    assert "mr1" not in visits_of(service)


def test_what_the_person_chose_is_kept_and_listed(service: Service, staff: Staff, tmp_path):
    known = beneficiary_of(service, MOTHER)
    assert known is not None
    with service.database.writing() as connection:
        set_consent(connection, [known], "health", False, service.clock())
    operator = staff("operator")
    content = file_of(beneficiary("26000001"), tmp_path=tmp_path)

    page = checked(service, operator, content, kind="beneficiaries")

    assert numbers(page)[3] == "1 with something kept as set here"
    assert page.rows()[-1] == ["2", "•••••001", "health messages", "yes"]
    assert ["2", "•••••001", "msisdn", "+••••••••••001", "+••••••••••345"] in page.rows()
    answer = operator.raw("GET", f"imports/{newest(service).id}/kept.csv")
    assert "2,26000001,health messages,yes" in answer.text


def test_an_excel_file_is_read_as_well(service: Service, staff: Staff, tmp_path):
    rows = [{"registration_no": "26000001", "visit": "mr1", "done_on": "2026-11-20"}]
    content = write_xlsx(tmp_path / "file.xlsx", rows).read_bytes()

    page = checked(service, staff("operator"), content, name="ການໄປກວດ.xlsx")

    assert page.heading == "ການໄປກວດ.xlsx"
    assert numbers(page)[0] == "1 new"


@pytest.mark.parametrize(
    ("label", "content", "name", "error"),
    [
        ("nothing", b"", "file.csv", "File: The file is empty."),
        ("another kind", b"%PDF", "file.pdf", "File: Choose a .csv or an .xlsx file."),
    ],
)
def test_a_file_is_refused_at_once(staff: Staff, label: str, content: bytes, name: str, error: str):
    page = staff("operator").post(
        "imports/", {"kind": "visits", "file": (BytesIO(content), name)}, status=200
    )

    assert page.errors() == [error], label


def test_an_upload_wants_a_kind_and_a_file(staff: Staff):
    page = staff("operator").post("imports/", {}, status=200)

    assert page.errors() == ["What the file holds: Not a valid choice.", "File: Choose a file."]


def bomb() -> bytes:
    """A workbook that says it is small and unpacks to a gigabyte."""
    packed = BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(210):
            sheet.write(b"0" * 1024 * 1024)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("label", "content", "reason"),
    [
        ("yet another", b"registration_no,visit,done_on\xff\n", "not UTF-8"),
        ("no workbook", b"PK\x03\x04 not really", "not a usable .xlsx"),
        ("an old workbook", b"\xd0\xcf\x11\xe0", "not a usable .xlsx"),
        ("other columns", b"a,b\n1,2\n", "names the columns"),
        ("a picture", b"\x89PNG\r\n\x1a\n", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    service: Service, staff: Staff, label: str, content: bytes, reason: str
):
    page = checked(service, staff("operator"), content)

    assert "Nothing was imported." in page.words, label
    assert any(reason in row[2] for row in page.rows()), label


def test_a_zip_bomb_is_not_unpacked(service: Service, staff: Staff):
    page = checked(service, staff("operator"), bomb(), name="bomb.xlsx")

    assert page.rows() == [["1", "Whole row", "Unpacked, the file is larger than 200 MB.", "–"]]


def test_an_upload_over_the_limit_is_refused_with_a_sentence(staff: Staff):
    operator = staff("operator")
    token = operator.token()

    answer = operator.raw(
        "POST",
        "imports/",
        data={"csrf_token": token},
        environ_overrides={"CONTENT_LENGTH": str(300 * 1024 * 1024)},
    )

    assert answer.status_code == 413
    assert "The file is too large" in answer.text


def test_who_may_not_import_may_not_send_a_large_body(staff: Staff):
    answer = staff("viewer").raw("POST", "imports/", data={"x": "x" * 100_000})

    assert answer.status_code == 413


def test_a_confined_operator_imports_nobody_of_another_district(
    service: Service, staff: Staff, tmp_path
):
    operator = staff("operator", "Phouvong")
    content = file_of(
        beneficiary("26000001"), beneficiary("27000001"),
        beneficiary("27000002", district="ພູວົງ"), tmp_path=tmp_path,
    )  # fmt: skip

    page = checked(service, operator, content, kind="beneficiaries")

    outside = "This lies outside your district."
    assert page.rows() == [
        ["2", "registration_no", outside, "–"], ["2 rows: 2, 3", "district", outside, "–"],
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["26000001,mr1,2026-11-20"])
def test_a_confined_operator_marks_no_visit_of_another_district(
    service: Service, staff: Staff, line: str
):
    content = f"registration_no,visit,done_on\n{line}\n".encode()

    page = checked(service, staff("operator", "Phouvong"), content)

    assert page.rows() == [["2", "registration_no", "This lies outside your district.", "–"]]


def test_an_upload_is_dropped_on_request(service: Service, staff: Staff):
    operator = staff("operator")
    checked(service, operator, GOOD)

    page = operator.submit(f"imports/{newest(service).id}/cancel")

    assert page.flashes() == ["Nothing was imported. The file is deleted."]
    assert (newest(service).state, pieces(service)) == ("cancelled", 0)
    confirm = f"imports/{newest(service).id}/confirm"
    assert operator.submit(confirm).flashes() == [
        "You have changed this already: see below how it stands now."
    ]
    assert staff("operator").submit(confirm).flashes() == [
        "Somebody else was faster: see below how it stands now."
    ]


def test_an_upload_that_nobody_confirms_is_forgotten(service: Service, staff: Staff):
    checked(service, staff("operator"), GOOD)

    with service.database.writing() as connection:
        forget_old(connection, now=service.clock() + KEPT_FOR)
    assert newest(service).state == "ready"
    with service.database.writing() as connection:
        forget_old(connection, now=service.clock() + KEPT_FOR + timedelta(seconds=1))

    assert (newest(service).state, pieces(service)) == ("cancelled", 0)


def test_progress_is_told_until_there_is_something_to_read(service: Service, staff: Staff):
    operator = staff("operator")
    send(operator, GOOD)
    import_id = newest(service).id

    moving = operator.raw("GET", f"imports/{import_id}/progress")
    run_import(service, import_id)
    over = operator.raw("GET", f"imports/{import_id}/progress")

    assert "0 of about 2 rows read" in moving.text
    assert over.status_code == 204


def test_each_step_has_a_line_in_the_audit_log(service: Service, staff: Staff):
    operator = staff("operator", email="somebody@example.la")
    checked(service, operator, GOOD)
    import_id = newest(service).id
    operator.submit(f"imports/{import_id}/confirm")
    run_import(service, import_id)

    with service.database.reading() as connection:
        rows = connection.execute(
            select(audit_log).where(audit_log.c.kind == "import").order_by(audit_log.c.id)
        ).all()
    assert [(row.action, row.who) for row in rows] == [
        (f"import.{step}", "somebody@example.la") for step in ("upload", "confirm", "done")
    ]
    assert rows[-1].changes == {"new": [None, 1], "changed": [None, 0], "unchanged": [None, 1]}


def test_the_examples_can_be_fetched_and_imported_into_an_empty_registry(
    service: Service, staff: Staff, database: Database, tmp_path
):
    operator, now = staff("operator"), service.clock()
    today = now.astimezone(ZoneInfo("Asia/Vientiane")).date()
    reports = {}
    for kind, bring_in in (
        ("beneficiaries", partial(import_beneficiaries, peppers=peppers_of("a secret"))),
        ("payments", import_payments),
        ("visits", import_visits),
    ):
        file = tmp_path / f"{kind}.csv"
        file.write_bytes(operator.raw("GET", f"imports/{kind}.csv").data)
        reports[kind] = bring_in(database, file, now=now, today=today)

    assert {kind: (one.errors, one.warnings) for kind, one in reports.items()} == dict.fromkeys(
        reports, ((), ())
    )
    assert [one.new for one in reports.values()] == [2, 2, 2]


def test_a_template_comes_as_a_workbook_with_lao_names_of_visits(staff: Staff):
    answer = staff("operator", locale="en").raw("GET", "imports/template/visits.xlsx")

    book = load_workbook(BytesIO(answer.data))
    assert ("anc1", "ຝາກທ້ອງຄັ້ງທີ 1") in {
        row[:2] for row in book.worksheets[1].iter_rows(values_only=True)
    }


def test_a_file_of_html_is_shown_as_text(service: Service, staff: Staff):
    page = checked(service, staff("operator"), b"<script>,visit\n", name="<b>.csv")

    assert page.heading == "<b>.csv"
    assert any(row[1] == "<script>" for row in page.rows())


def test_who_may_be_the_same_is_named_with_a_way_to_her_page(
    service: Service, staff: Staff, tmp_path
):
    hers = beneficiary_of(service, MOTHER)
    with service.database.reading() as connection:
        row = connection.execute(select(beneficiaries).where(beneficiaries.c.id == hers)).one()
    again = beneficiary("26000990", name=row.name, msisdn=row.msisdn)

    page = checked(
        service, staff("operator"), file_of(again, tmp_path=tmp_path), kind="beneficiaries"
    )

    assert f"/console/beneficiaries/{hers}" in page.links()
    assert row.name_latin in page.words
