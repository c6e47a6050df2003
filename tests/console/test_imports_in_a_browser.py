"""An officer's own file, as it lies on a desk, becomes a right registry without a programmer."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Row, select, update

from gateway.registry.imports.vocabulary import FILES, TITLES
from gateway.registry.tables import beneficiaries, payments, villages
from tests.console.test_import_decisions import known, woman
from tests.console.test_registry_in_a_browser import worker  # noqa: F401 - a fixture
from tests.service import Service

pytestmark = pytest.mark.chromium

ANN, BEA = "26900001", "26900002"


def book(path: Path, kind: str, *rows: dict[str, str]) -> Path:
    """A title, an empty row, Lao headings, then the rows."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["ບັນຊີລາຍຊື່ ປີ 2026"])
    sheet.append([])
    sheet.append([TITLES[column][0] for column in FILES[kind]])
    for row in rows:
        sheet.append([row.get(column, "") for column in FILES[kind]])
    workbook.save(path)
    return path


def send(page: Any, kind: str, path: Path) -> None:
    page.check(f"input[value={kind}]")
    page.set_input_files("#file", path)
    page.click("main form .action")


def press(page: Any, action: str) -> None:
    """The button of the form that leads there."""
    page.locator(f"main form[action$='/{action}'] .action").first.click()


def person(service: Service, number: str) -> Row[Any] | None:
    wanted = select(beneficiaries).where(beneficiaries.c.registration_no == number)
    with service.database.reading() as connection:
        return connection.execute(wanted).first()


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("width", [1280, 360])
def test_her_own_file_with_its_slips_is_brought_in_and_taken_back(
    service: Service, browser, tmp_path: Path, width: int
):
    village = known(service)["village"]
    misspelt = woman(service, ANN, village=f"{village}ນ", status="ລົງທະບຽນແລ້ວ", category="ເດັກ")
    again = woman(service, BEA) | {"msisdn": misspelt["msisdn"]}
    officer = browser("operator", width=width, locale="lo")
    page = officer.open("imports/")

    send(page, "beneficiaries", book(tmp_path / "ບັນຊີ.xlsx", "beneficiaries", misspelt, again))
    page.locator("main select").wait_for()
    officer.check()
    officer.shoot(f"import-places-lo-{width}")
    assert page.get_by_text("•••••001").count() >= 1  # listed as possibly the same person
    page.locator("main select").select_option(f"={village}")
    press(page, "places")
    page.locator("main form[action$='/confirm']").wait_for()
    officer.check()
    press(page, "confirm")
    page.locator("a[href$='/undo']").wait_for()
    officer.check()
    with service.database.reading() as connection:
        names = connection.execute(select(villages.c.name)).scalars().all()
    assert f"{village}ນ" not in names
    assert person(service, ANN) is not None

    page.locator("a[href$='/undo']").click()
    page.locator("main form[action$='/undo']").wait_for()
    officer.check()
    officer.shoot(f"import-undo-lo-{width}")
    press(page, "undo")
    page.get_by_text("ການນຳເຂົ້າຖືກຖອນຄືນແລ້ວ.").wait_for()
    officer.check()
    assert person(service, ANN) is None


@pytest.mark.usefixtures("worker")
def test_an_old_payday_does_not_undo_what_was_moved_here(service: Service, browser, tmp_path: Path):
    with service.database.writing() as connection:
        hers = beneficiaries.c.id == payments.c.beneficiary_id
        columns = (payments, beneficiaries.c.registration_no)
        found = select(*columns).join(beneficiaries, hers).where(payments.c.status == "scheduled")
        paid = connection.execute(found.order_by(payments.c.id).limit(1)).one()
        moved: date = paid.due_on + timedelta(days=2)
        mine = payments.c.id == paid.id
        values = {"due_on": moved, "due_on_set_here": True}
        connection.execute(update(payments).where(mine).values(values))
    old = {
        "registration_no": paid.registration_no, "cycle": paid.cycle, "amount": str(paid.amount),
        "due_on": paid.due_on.isoformat(), "status": "scheduled",
        "pay_point": known(service)["pay_point"],
    }  # fmt: skip
    officer = browser("operator", width=360, locale="lo")
    page = officer.open("imports/")

    send(page, "payments", book(tmp_path / "ງວດ.xlsx", "payments", old))
    page.locator("main form[action$='/take']").wait_for()
    officer.check()
    officer.shoot("import-kept-lo-360")
    press(page, "confirm")
    page.locator("a[href$='/undo']").or_(page.locator(".flash.done")).first.wait_for()

    with service.database.reading() as connection:
        wanted = select(payments.c.due_on).where(mine)
        assert connection.execute(wanted).scalar_one() == moved
