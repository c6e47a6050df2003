"""An import that is taken back in the console: what is said before, after, and to who is late."""

from datetime import date
from pathlib import Path

from sqlalchemy import update

from gateway.registry.tables import visits
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, run_import
from tests.console.plain_browser import PlainBrowser
from tests.console.uploads import GOOD, checked, newest, numbers, visits_of
from tests.registry.files import beneficiary, write_csv
from tests.service import Service

DAY = date(2026, 7, 25)
CHANGED = GOOD.replace(b"2026-07-24", b"2026-07-25")


def imported(service: Service, operator: PlainBrowser, content: bytes = CHANGED) -> str:
    """The address of a file's page after its import."""
    checked(service, operator, content)
    page = f"imports/{newest(service).id}"
    operator.submit(f"{page}/confirm")
    run_import(service, newest(service).id)
    return page


def test_an_import_is_taken_back_and_its_page_still_says_what_it_did(
    service: Service, staff: Staff
):
    operator = staff("operator")
    before = visits_of(service)
    page = imported(service, operator)
    assert "mr1" in visits_of(service)

    foreseen = operator.get(f"{page}/undo")
    started = operator.submit(f"{page}/undo")
    working = operator.get(page)
    run_import(service, newest(service).id)
    done = operator.get(page)

    assert numbers(foreseen) == ["2 rows go back", "0 rows stay"]
    assert started.flashes() == ["The import is being taken back."]
    assert "the work goes on" in working.words
    assert numbers(done) == [
        "2 rows were taken back",
        "0 rows stayed",
        "1 was new",
        "1 was changed",
    ]
    assert ["3", "•••••001", "done_on", "2026-07-24", "2026-07-25"] in done.rows()
    answer = operator.raw("GET", f"{page}/changes.csv")
    assert "2,,new,," in answer.text
    assert "3,26000001,done_on,2026-07-24,2026-07-25" in answer.text
    assert visits_of(service) == before


def test_an_import_says_what_it_changed_in_the_words_of_the_template(
    service: Service, staff: Staff, tmp_path: Path
):
    """And nothing of what the gateway keeps beside it, to find a name by."""
    operator = staff("operator", locale="lo")
    row = beneficiary("26000001", msisdn=MOTHER, name="ນາງ ຄຳຫລ້າ", locale="en")
    content = write_csv(tmp_path / "file.csv", [row]).read_bytes()
    checked(service, operator, content, kind="beneficiaries")
    page = f"imports/{newest(service).id}"
    operator.submit(f"{page}/confirm")
    run_import(service, newest(service).id)

    done = operator.get(page)
    file = operator.raw("GET", f"{page}/changes.csv").text

    assert ["2", "•••••001", "ພາສາ", "ລາວ", "ອັງກິດ"] in done.rows()
    assert "ຊື່ ແລະ ນາມສະກຸນ" in [line[2] for line in done.rows()]
    assert "26000001,locale,lo,en" in file
    assert "name_key" not in done.words + file


def test_what_was_changed_since_is_listed_before_and_after(service: Service, staff: Staff):
    operator = staff("operator")
    page = imported(service, operator)
    with service.database.writing() as connection:
        connection.execute(
            update(visits)
            .where(visits.c.visit == "bcg", visits.c.done_on == DAY)
            .values(done_on=DAY.replace(day=26))
        )

    foreseen = operator.get(f"{page}/undo")
    operator.submit(f"{page}/undo")
    run_import(service, newest(service).id)

    stays = ["3", "•••••001", "changed again since, by a person or another file"]
    assert stays in foreseen.rows()
    assert stays in operator.get(page).rows()
    answer = operator.raw("GET", f"{page}/left.csv")
    assert '3,26000001,"changed again since' in answer.text


def test_who_comes_second_is_told_that_somebody_was_faster(service: Service, staff: Staff):
    first, second = staff("operator"), staff("admin")
    page = imported(service, first)
    first.submit(f"{page}/undo")

    late = second.submit(f"{page}/undo")

    assert late.flashes() == ["Somebody else was faster: see below how it stands now."]


def test_a_file_that_was_only_checked_cannot_be_taken_back(service: Service, staff: Staff):
    operator = staff("operator")
    checked(service, operator, GOOD)
    page = f"imports/{newest(service).id}"

    assert operator.raw("GET", f"{page}/undo").location.endswith(page)
    assert operator.submit(f"{page}/undo").flashes() == [
        "This is not possible as it stands now: see below."
    ]
