"""A month of a district's officer, in Lao, on a phone and on a desk, without a programmer.

Her own file, as it lies on her desk; a birth and a loss; a village that was written in two ways;
the flood that moves a payday, and the file that does not know of it; who was paid; a question by
SMS; and a file that she takes back.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries, cases, payments, villages
from tests.console.browser import Browser
from tests.console.happenings import MOTHER, beneficiary_of, open_a_case
from tests.console.test_import_decisions import known, woman
from tests.console.test_imports_in_a_browser import book, person, press, send
from tests.console.test_registry_in_a_browser import worker  # noqa: F401 - a fixture
from tests.service import TODAY, Service

pytestmark = [pytest.mark.chromium, pytest.mark.usefixtures("worker")]

ANN, BEA, CAI, DOU = (f"2690000{number}" for number in range(1, 5))
DUE = (TODAY + timedelta(days=10)).isoformat()
BORN = (TODAY - timedelta(days=2)).isoformat()
TO_COME = (payments.c.status == "scheduled", payments.c.due_on > TODAY)


@dataclass
class Officer:
    """She at her console; `seen` looks over each page that she comes to."""

    service: Service
    browser: Browser
    folder: Path

    def open(self, path: str) -> Any:
        page = self.browser.open(path)
        self.browser.check()
        return page

    @property
    def page(self) -> Any:
        return self.browser.page

    def goes_on(self) -> None:
        """Presses the button of the form in the middle of the page."""
        self.page.click("main form.form > .action")
        self.browser.check()

    def agrees(self) -> None:
        self.page.click("main button[value=yes]")
        self.browser.check()

    def brings(self, kind: str, *rows: dict[str, str]) -> None:
        """A file, up to what the check has found."""
        self.open("imports/")
        send(self.page, kind, book(self.folder / f"{kind}.xlsx", kind, *rows))
        self.page.locator("main form[action$='/confirm'], main select").first.wait_for()
        self.browser.check()

    def imports(self) -> None:
        press(self.page, "confirm")
        self.page.locator(".flash.done, a[href$='/undo']").first.wait_for()
        self.page.locator("[data-progress]").wait_for(state="detached")  # it loads itself anew
        self.browser.check()

    def of(self, number: str) -> Row[Any]:
        found = person(self.service, number)
        assert found is not None
        return found

    def all(self, wanted: Any) -> list[Row[Any]]:
        with self.service.database.reading() as connection:
            return list(connection.execute(wanted).all())


@pytest.fixture(params=[1280, 360], ids=["desk", "phone"])
def officer(request: pytest.FixtureRequest, service: Service, browser, tmp_path: Path) -> Officer:
    return Officer(service, browser("operator", width=request.param, locale="lo"), tmp_path)


def test_a_month_of_hers(officer: Officer):
    village = brings_her_file(officer)
    enters_a_birth_and_a_loss(officer)
    merges_a_village(officer, village)
    moves_the_payday_of_a_flooded_district(officer)
    brings_a_file_that_does_not_know_of_it(officer)
    marks_who_was_not_paid(officer)
    answers_a_question(officer)
    takes_a_file_back(officer)


def brings_her_file(officer: Officer) -> str:
    """A title, Lao headings, a village misspelt, the same woman twice."""
    village = known(officer.service)["village"]
    due = {"category": "ຖືພາ", "child_dob": "", "edd": (TODAY + timedelta(days=20)).isoformat()}
    first = woman(officer.service, ANN, village=f"{village}ນ", **due)
    again = woman(officer.service, BEA, **due) | {"msisdn": first["msisdn"]}
    officer.brings("beneficiaries", first, again, woman(officer.service, CAI, **due))
    assert officer.page.get_by_text("•••••001").count() >= 1  # who may be the same
    officer.page.locator("main select").first.select_option(f"={village}")
    press(officer.page, "places")
    officer.page.locator("main form[action$='/confirm']").wait_for()
    officer.browser.check()
    officer.imports()

    names = [row.name for row in officer.all(select(villages.c.name))]
    assert f"{village}ນ" not in names
    assert officer.of(ANN).village_id == officer.of(CAI).village_id
    return village


def enters_a_birth_and_a_loss(officer: Officer) -> None:
    page = officer.open(f"beneficiaries/{officer.of(ANN).id}/birth")
    page.fill("#born_on", BORN)
    page.check("#children input[value='1']")
    officer.goes_on()
    assert (officer.of(ANN).category, officer.of(ANN).child_dob.isoformat()) == ("child", BORN)

    page = officer.open(f"beneficiaries/{officer.of(BEA).id}/end")
    page.check("#course_end input >> nth=0")
    officer.goes_on()
    assert officer.of(BEA).course_ended_at is not None


def merges_a_village(officer: Officer, name: str) -> None:
    """Somebody wrote it in another way, months ago."""
    right = officer.of(CAI).village_id
    with officer.service.database.writing() as connection:
        row = connection.execute(select(villages).where(villages.c.id == right)).one()
        other = {"district_id": row.district_id, "name": f"{name}ວ", "name_latin": "Other"}
        wrong = connection.execute(villages.insert().values(other).returning(villages.c.id))
        wrong_id = wrong.scalar_one()
    mine = beneficiaries.c.registration_no == CAI
    with officer.service.database.writing() as connection:
        connection.execute(beneficiaries.update().where(mine).values(village_id=wrong_id))

    page = officer.open(f"places/village/{wrong_id}/merge")
    officer.page.click("main form button[type=submit]")
    officer.browser.check()
    page.check("#sure")
    officer.agrees()
    assert officer.of(CAI).village_id == right


def moves_the_payday_of_a_flooded_district(officer: Officer) -> None:
    payday = paydays(officer)[0]
    page = officer.open(f"payments/{payday.due_on}/move")
    page.check("input[name=where][value=district]")
    page.select_option("#district", str(payday.district_id))
    page.fill("#due_on", DUE)
    page.fill("#reason", "ນ້ຳຖ້ວມ")
    officer.goes_on()
    officer.agrees()
    moved = {row.id: row.due_on.isoformat() for row in paydays(officer)}
    assert moved[payday.id] == DUE


def brings_a_file_that_does_not_know_of_it(officer: Officer) -> None:
    """It says the old day: the one that was set here stays."""
    payday = next(row for row in paydays(officer) if row.due_on.isoformat() == DUE)
    old = {
        "registration_no": payday.registration_no, "cycle": payday.cycle,
        "amount": str(payday.amount), "due_on": (TODAY + timedelta(days=3)).isoformat(),
        "status": "scheduled", "pay_point": known(officer.service)["pay_point"],
    }  # fmt: skip
    officer.brings("payments", old)
    assert officer.page.locator("main form[action$='/take']").count() == 1
    officer.imports()
    assert DUE in {row.due_on.isoformat() for row in paydays(officer) if row.id == payday.id}


def marks_who_was_not_paid(officer: Officer) -> None:
    mother = beneficiary_of(officer.service, MOTHER)
    hers = select(payments, beneficiaries.c.registration_no).join(
        beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id
    )
    past = hers.where(beneficiaries.c.id == mother, payments.c.due_on <= TODAY)
    (payday,) = officer.all(past)
    page = officer.open(f"payments/{payday.due_on}/{payday.pay_point_id}/mark")
    page.check("input[name=became][value=missed]")
    page.fill("#quick", payday.registration_no[-4:])
    page.press("#quick", "Enter")
    page.click("main form.marking > .action")
    officer.browser.check()
    officer.agrees()
    assert [row.status for row in officer.all(past)] == ["missed"]


def answers_a_question(officer: Officer) -> None:
    """It came by SMS; the answer goes out by SMS, and the case is closed."""
    number = open_a_case(officer.service, MOTHER, "sms", text="ເງິນຂອງຂ້ອຍຢູ່ໃສ")
    page = officer.open("cases/")
    page.click(f"a[href$='/cases/{number}']")
    officer.browser.check()
    page.locator("details:has(#answer) summary").click()
    page.fill("#answer", "ມື້ອື່ນ ຢູ່ບ້ານ ໂພນແກ້ວ")
    page.click("form[action$='/answer'] .action")
    officer.browser.check()
    sent = select(messages.c.category).where(messages.c.msisdn == MOTHER)
    assert "reply" in {row.category for row in officer.all(sent)}
    page.locator("details:has(#outcome) summary").click()
    page.fill("#outcome", "ຕອບແລ້ວ")
    page.click("form[action$='/close'] .action")
    officer.browser.check()
    (case,) = officer.all(select(cases.c.state).where(cases.c.number == number))
    assert case.state == "closed"


def takes_a_file_back(officer: Officer) -> None:
    officer.brings("beneficiaries", woman(officer.service, DOU))
    officer.imports()
    officer.page.locator("a[href$='/undo']").click()
    officer.page.locator("main form[action$='/undo']").wait_for()
    officer.browser.check()
    press(officer.page, "undo")
    officer.page.get_by_text("ການນຳເຂົ້າຖືກຖອນຄືນແລ້ວ.").wait_for()
    officer.browser.check()
    assert person(officer.service, DOU) is None


def paydays(officer: Officer) -> list[Row[Any]]:
    """Payments to come, the nearest first, with whose they are and where."""
    columns = (payments, beneficiaries.c.registration_no, beneficiaries.c.district_id)
    hers = beneficiaries.c.id == payments.c.beneficiary_id
    ordered = select(*columns).join(beneficiaries, hers).where(*TO_COME)
    return officer.all(ordered.order_by(payments.c.due_on, payments.c.id))
