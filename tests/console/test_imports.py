"""Importing a file in the console: upload, check, decide."""

import csv
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from uuid import UUID

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from gateway.registry.choices import set_consent
from gateway.registry.imports import ImportReport
from gateway.registry.tables import visits
from gateway.staff.tables import audit_log
from gateway.uploads.store import KEPT_FOR, claim, forget_old, next_waiting, settle
from gateway.uploads.tables import import_pieces, imports
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, beneficiary_of, run_import, upload
from tests.console.html import Page
from tests.console.reader import Reader
from tests.registry.files import BENEFICIARY, beneficiary, write_csv, write_xlsx
from tests.service import Service

GOOD = b"registration_no,visit,done_on\n26000001,mr1,2026-11-20\n26000001,bcg,2026-07-24\n"
BAD = (
    b"registration_no,visit,done_on\n"
    b"26000001,mr1,2026-11-31\n"
    b"2600000,nothing,2026-11-20\n"
    b"99999999,mr1,2026-11-20\n"
)


def send(reader: Reader, content: bytes, kind: str = "visits", name: str = "file.csv") -> Page:
    return reader.submit("imports/", {"kind": kind, "file": (BytesIO(content), name)})


def newest(service: Service):
    with service.database.reading() as connection:
        return connection.execute(select(imports).order_by(imports.c.created_at.desc())).first()


def checked(service: Service, reader: Reader, content: bytes, **more: str) -> Page:
    """The page of a file after a worker has looked at it."""
    send(reader, content, **more)
    row = newest(service)
    run_import(service, row.id)
    return reader.get(f"imports/{row.id}")


def pieces(service: Service) -> int:
    with service.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(import_pieces)).scalar_one()


def numbers(page: Page) -> list[str]:
    return [
        " ".join("".join(one.itertext()).split())
        for one in page.all(".//main//div")
        if (one.get("class") or "").startswith("figure ")
    ]


def visits_of(service: Service) -> set[str]:
    with service.database.reading() as connection:
        mine = visits.c.beneficiary_id == beneficiary_of(service, MOTHER)
        return set(connection.execute(select(visits.c.visit).where(mine)).scalars())


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
    assert rows[0] == ["Line", "Column", "What is wrong"]
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

    assert page.flashes() == ["Somebody else was faster: see below."]
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
    assert page.rows() == [["2", "•••••001", "health messages"]]
    answer = operator.raw("GET", f"imports/{newest(service).id}/kept.csv")
    assert "2,26000001,health messages" in answer.text


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
        ("another encoding", "registration_no,ບ".encode("utf-16"), "not UTF-8"),
        ("yet another", b"registration_no,visit,done_on\xff\n", "not UTF-8"),
        ("no workbook", b"PK\x03\x04 not really", "not a usable .xlsx"),
        ("an old workbook", b"\xd0\xcf\x11\xe0", "not a usable .xlsx"),
        ("other columns", b"a,b\n1,2\n", "This column is not known."),
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

    assert page.rows() == [["1", "Whole row", "Unpacked, the file is larger than 200 MB."]]


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
        ["2", "district", outside], ["2", "registration_no", outside], ["3", "district", outside],
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["26000001,mr1,2026-11-20"])
def test_a_confined_operator_marks_no_visit_of_another_district(
    service: Service, staff: Staff, line: str
):
    content = f"registration_no,visit,done_on\n{line}\n".encode()

    page = checked(service, staff("operator", "Phouvong"), content)

    assert page.rows() == [["2", "registration_no", "This lies outside your district."]]


def test_an_upload_is_dropped_on_request(service: Service, staff: Staff):
    operator = staff("operator")
    checked(service, operator, GOOD)

    page = operator.submit(f"imports/{newest(service).id}/cancel")

    assert page.flashes() == ["Nothing was imported. The file is deleted."]
    assert (newest(service).state, pieces(service)) == ("cancelled", 0)
    again = operator.submit(f"imports/{newest(service).id}/confirm")
    assert again.flashes() == ["Somebody else was faster: see below."]


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


def test_an_empty_file_with_the_right_columns_can_be_fetched(staff: Staff):
    answer = staff("operator").raw("GET", "imports/beneficiaries.csv")

    columns = answer.text.removeprefix("\ufeff").strip().split(",")
    assert set(BENEFICIARY) <= set(columns)


# The jobs


def jobs(client: Redis) -> list[tuple[str | None, tuple]]:
    queue = Queue("gateway", connection=client, serializer=JSONSerializer)
    return [(job.func_name, tuple(job.args)) for job in queue.jobs]


def test_an_upload_wakes_a_worker_with_its_id_alone(
    service: Service, staff: Staff, redis_client: Redis
):
    send(staff("operator"), GOOD)

    assert jobs(redis_client) == [("worker.jobs.run_import", (str(newest(service).id),))]


def test_without_redis_the_file_waits_for_the_sweeper(service_without_redis: Service):
    service = service_without_redis
    import_id = upload(service, GOOD)

    with service.database.reading() as connection:
        assert next_waiting(connection, now=service.clock()) == import_id


def test_one_file_is_worked_on_at_a_time(service: Service):
    first, second = upload(service, GOOD), upload(service, GOOD)
    claim_it(service, first)

    run_import(service, second)

    assert state_of(service, second) == "checking"
    with service.database.reading() as connection:
        assert next_waiting(connection, now=service.clock()) is None


def test_a_worker_that_died_is_followed_by_another(service: Service):
    import_id = upload(service, GOOD)
    claim_it(service, import_id)

    run_import(service, import_id)
    assert state_of(service, import_id) == "checking"
    service.clock.move(minutes=4)
    run_import(service, import_id)

    assert state_of(service, import_id) == "ready"


def test_a_job_that_comes_twice_does_nothing_twice(service: Service, staff: Staff):
    operator = staff("operator")
    checked(service, operator, GOOD)
    import_id = newest(service).id
    run_import(service, import_id)
    operator.submit(f"imports/{import_id}/confirm")
    run_import(service, import_id)
    run_import(service, import_id)

    assert state_of(service, import_id) == "done"
    assert newest(service).new == 1


def test_work_that_breaks_off_three_times_is_given_up(service: Service):
    import_id = upload(service, GOOD, kind="nonsense")

    for _ in range(3):
        assert state_of(service, import_id) == "checking"
        run_import(service, import_id)
        service.clock.move(minutes=1)

    assert (state_of(service, import_id), pieces(service)) == ("failed", 0)


def claim_it(service: Service, import_id: UUID):
    with service.database.writing() as connection:
        claimed = claim(connection, import_id, now=service.clock())
    assert claimed is not None
    return claimed


def state_of(service: Service, import_id: UUID) -> str:
    with service.database.reading() as connection:
        wanted = select(imports.c.state).where(imports.c.id == import_id)
        return connection.execute(wanted).scalar_one()


def test_a_file_of_html_is_shown_as_text(service: Service, staff: Staff):
    page = checked(service, staff("operator"), b"<script>,visit\n", name="<b>.csv")

    assert page.heading == "<b>.csv"
    assert any(row[1] == "<script>" for row in page.rows())


def test_whoever_lost_the_file_settles_nothing(service: Service, staff: Staff):
    operator = staff("operator")
    checked(service, operator, GOOD)
    import_id = newest(service).id
    operator.submit(f"imports/{import_id}/confirm")
    slow = claim_it(service, import_id)
    service.clock.move(minutes=4)
    quick = claim_it(service, import_id)

    with service.database.writing() as connection:
        late = settle(connection, slow, "done", ImportReport(new=1), now=service.clock())
        in_time = settle(connection, quick, "done", ImportReport(new=2), now=service.clock())

    assert (late, in_time) == (False, True)
    assert newest(service).new == 2
