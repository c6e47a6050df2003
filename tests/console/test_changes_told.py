"""What files, markings and moved paydays changed of a woman stands on her timeline, once each."""

from pathlib import Path

from sqlalchemy import select

from gateway.registry.tables import pay_points
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, mark_one, run_import, story_of
from tests.console.html import Page
from tests.console.people import page_of
from tests.console.plain_browser import PlainBrowser
from tests.console.test_import_undo import imported
from tests.console.test_marking import past
from tests.console.test_payday_moves import PATH, WISH, confirmed
from tests.console.uploads import checked, newest
from tests.registry.files import beneficiary, payment, write_csv
from tests.service import Service


def brought(
    service: Service, reader: PlainBrowser, folder: Path, kind: str, row: dict[str, str]
) -> None:
    content = write_csv(folder / "file.csv", [row]).read_bytes()
    checked(service, reader, content, kind=kind)
    reader.submit(f"imports/{newest(service).id}/confirm")
    run_import(service, newest(service).id)
    service.clock.move(minutes=1)


def told(page: Page) -> list[str]:
    """Without moments and makers, which depend on the run."""
    return [line.split(", ", 1)[1][6:] for line in story_of(page)]


def pay_point_of(service: Service, place_id: int) -> str:
    with service.database.reading() as connection:
        named = select(pay_points.c.name).where(pay_points.c.id == place_id)
        return connection.execute(named).scalar_one()


def renamed(**more: str) -> dict[str, str]:
    return beneficiary("26000001", msisdn=MOTHER, name="ນາງ ຄຳຫລ້າ", locale="en", **more)


def test_a_file_says_which_fields_it_changed_and_nothing_of_our_own(
    service: Service, staff: Staff, tmp_path: Path
):
    clerk = staff("operator", locale="en")
    brought(service, clerk, tmp_path, "beneficiaries", renamed())

    [line] = told(clerk.get(page_of(service)))

    assert line.startswith("A file was imported")
    assert "file.csv" in line
    assert "language: Lao → English" in line
    assert "→ ນາງ ຄຳຫລ້າ" in line
    for ours in ("name_key", "status_before", "pin"):
        assert ours not in line


def test_a_name_is_masked_for_whoever_may_not_see_it(
    service: Service, staff: Staff, tmp_path: Path
):
    brought(service, staff("operator"), tmp_path, "beneficiaries", renamed())

    [line] = told(staff("viewer", locale="en").get(page_of(service)))

    assert "language: Lao → English" in line
    assert "ຄຳຫລ້າ" not in line


def test_a_file_of_visits_counts_new_ones_and_says_when_it_was_taken_back(
    service: Service, staff: Staff
):
    clerk = staff("operator", locale="en")
    page = imported(service, clerk)
    [line] = told(clerk.get(page_of(service)))
    assert "1 new visit BCG: made on: 24 Jul 2026 → 25 Jul 2026" in line

    clerk.submit(f"{page}/undo")
    run_import(service, newest(service).id)

    [line] = told(clerk.get(page_of(service)))
    assert "Taken back" in line


def test_a_file_of_payments_says_of_which_cycle(service: Service, staff: Staff, tmp_path: Path):
    clerk = staff("operator", locale="en")
    row = past(service)
    cells = {
        "cycle": row.cycle, "due_on": str(row.due_on), "amount": str(row.amount),
        "status": "missed", "pay_point": pay_point_of(service, row.pay_point_id),
    }  # fmt: skip
    brought(service, clerk, tmp_path, "payments", payment("26000001", **cells))

    lines = told(clerk.get(page_of(service)))

    assert f"{row.cycle}: status: Paid → Not paid out" in lines[-1]


def test_a_marking_says_who_and_when_and_that_it_was_taken_back(service: Service, staff: Staff):
    clerk = staff("operator", locale="en")
    list_id, payment_id = mark_one(service, MOTHER)
    cycle = past(service).cycle

    [line] = told(clerk.get(page_of(service)))
    assert line == f"Marked a payment flask Payment of cycle {cycle}: Paid → Not paid out"

    clerk.submit(f"payments/payment/{payment_id}/take-back/{list_id}")
    [line] = told(clerk.get(page_of(service)))
    assert "Taken back operator" in line


def test_a_moved_payday_says_from_when_to_when_and_why(service: Service, staff: Staff):
    clerk = staff("operator", locale="en")
    clerk.submit(PATH, confirmed(clerk.post(PATH, WISH, status=200)))

    [line] = told(clerk.get(page_of(service)))

    assert line.startswith("Changed day or place of payments operator")
    assert "3 Dec 2026 → 10 Dec 2026" in line
    assert "reason: The road is flooded" in line
