"""People, imports and payments in a real browser, as an officer uses them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from gateway.registry.tables import beneficiaries, payments
from gateway.uploads.store import next_waiting
from tests.console.happenings import MOTHER, beneficiary_of, open_a_case, run_import, upload
from tests.registry.files import beneficiary, write_csv
from tests.service import Service

pytestmark = pytest.mark.chromium


@pytest.fixture
def worker(service: Service) -> Iterator[None]:
    """Does what is waiting, until the test is over."""
    with _working(service):
        yield


@contextmanager
def _working(service: Service) -> Iterator[None]:
    over = Event()

    def work() -> None:
        while not over.wait(0.1):
            with service.database.reading() as connection:
                waiting = next_waiting(connection, now=service.clock())
            if waiting is not None:
                run_import(service, waiting)

    thread = Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


def row(service: Service, msisdn: str = MOTHER):
    with service.database.reading() as connection:
        wanted = select(beneficiaries).where(beneficiaries.c.id == beneficiary_of(service, msisdn))
        return connection.execute(wanted).one()


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("width", [1280, 360])
def test_a_file_with_faults_is_corrected_and_imported(
    service: Service, browser, tmp_path: Path, width: int
):
    officer = browser("operator", width=width)
    page = officer.open("imports/")
    officer.check()
    officer.shoot(f"imports-{width}")
    rows = [beneficiary(f"2800000{number}") for number in range(5)]
    rows[1]["msisdn"] = "12"
    rows[3]["village"] = "ບ້ານທີ່ມີຊື່ຍາວກວ່າສິບຫົກຕົວອັກສອນ"

    page.check("input[value=beneficiaries]")
    page.set_input_files("#file", write_csv(tmp_path / "faulty.csv", rows))
    page.click("main form .action")
    page.get_by_text("2 faults in 2 rows").wait_for()
    officer.check()
    officer.shoot(f"import-faulty-{width}")

    officer.open("imports/")
    good = [beneficiary(f"2800000{number}") for number in range(5)]
    page.check("input[value=beneficiaries]")
    page.set_input_files("#file", write_csv(tmp_path / "good.csv", good))
    page.click("main form .action")
    page.get_by_role("button", name="Import now").wait_for()
    officer.check()
    officer.shoot(f"import-ready-{width}")
    page.get_by_role("button", name="Import now").click()
    page.get_by_text("The file is imported.").wait_for()
    officer.check()
    officer.shoot(f"import-done-{width}")

    with service.database.reading() as connection:
        new = beneficiaries.c.registration_no.startswith("2800000")
        assert len(connection.execute(select(beneficiaries.c.id).where(new)).all()) == 5


@pytest.mark.parametrize(("width", "locale"), [(1280, "en"), (360, "lo")])
def test_a_beneficiary_is_found_and_put_right(service: Service, browser, width: int, locale: str):
    open_a_case(service, MOTHER)
    officer = browser("operator", width=width, locale=locale)
    page = officer.open("beneficiaries/")
    officer.check()
    officer.shoot(f"beneficiaries-{width}")
    page.click("details.more summary")
    page.fill("#village", "Ban Ponkeo")
    page.select_option("#category", "child")
    page.press("#village", "Enter")
    page.locator("details.more[open]").wait_for()
    officer.check()
    officer.shoot(f"search-{locale}-{width}")

    page.fill("#q", "ບຸນມີ ໄຊ")
    page.press("#q", "Enter")
    page.click("main tbody a >> nth=0")
    officer.check()
    officer.shoot(f"beneficiary-{width}")
    page.click(f"a[href$='{row(service).id}/edit']")
    officer.check()
    page.check("input[value=new]")
    page.fill("#msisdn", "020 9912 3456")
    page.click("main form.form .action")
    page.locator(".errors").wait_for()
    officer.check()
    officer.shoot(f"beneficiary-edit-{width}")
    page.select_option("#new_owner", "self")
    page.fill("#reason", "A new SIM card")
    page.click("main form.form .action")
    page.locator(".flash.done").wait_for()
    officer.check()

    assert row(service, "+8562099123456").set_here == ["msisdn", "phone_owner"]


@pytest.mark.parametrize(("width", "locale"), [(1280, "en"), (360, "lo")])
def test_every_page_about_people_and_payments_is_fit_for_everybody(
    service: Service, browser, width: int, locale: str
):
    with service.database.reading() as connection:
        found = select(payments).where(
            payments.c.beneficiary_id == row(service).id, payments.c.status == "scheduled"
        )
        due = connection.execute(found).one()
    village = row(service).village_id
    file = upload(service, b"a,b\n")
    admin = browser("admin", width=width, locale=locale)
    for name, path in {
        "villages": "beneficiaries/villages/",
        "village": f"beneficiaries/villages/{village}",
        "end": f"beneficiaries/{row(service).id}/end",
        "import-running": f"imports/{file}",
        "payments": f"payments/?month={due.due_on:%Y-%m}",
        "payments-now": "payments/",
        "day": f"payments/{due.due_on}",
        "change": f"payments/{due.due_on}/{due.cycle}/{village}/{due.pay_point_id}/change",
    }.items():
        admin.open(path)
        admin.shoot(f"{name}-{width}")
        admin.check()


def test_a_payment_day_is_moved_with_a_preview(service: Service, browser):
    officer = browser("operator")
    with service.database.reading() as connection:
        found = select(payments).where(
            payments.c.beneficiary_id == row(service).id, payments.c.status == "scheduled"
        )
        due = connection.execute(found).one()
    page = officer.open(f"payments/?month={due.due_on:%Y-%m}")
    page.click(f"a[href$='/payments/{due.due_on}']")
    page.click(f"a[href*='/{row(service).village_id}/']")
    page.fill("#due_on", "2026-12-10")
    page.check("input[value=all]")
    page.fill("#reason", "The road is flooded")
    page.click("main form.form .action")
    officer.check()
    officer.shoot("change-preview-1280")
    page.click("main form.form .action:not(.secondary)")
    page.locator(".flash.done").first.wait_for()
    officer.shoot("change-done-1280")

    with service.database.reading() as connection:
        moved = select(payments.c.due_on).where(payments.c.id == due.id)
        assert connection.execute(moved).scalar_one().isoformat() == "2026-12-10"
