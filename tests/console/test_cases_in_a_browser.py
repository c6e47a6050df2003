"""A case from an SMS to its answer, as an officer does it in a real browser."""

import pytest
from sqlalchemy import select

from gateway.messaging.tables import messages
from tests.console.happenings import open_a_case
from tests.service import Service

SHARED = "+8562055500003"  # two women


@pytest.mark.parametrize(("width", "locale"), [(1280, "en"), (360, "lo")])
def test_an_sms_is_given_to_its_woman_and_answered(
    service: Service, browser, width: int, locale: str
):
    number = open_a_case(service, SHARED, "not_paid", text="ບໍ່ໄດ້ຮັບເງິນ", known=False)
    open_a_case(service, SHARED, "sms", text="?", known=False)
    officer = browser("operator", width=width, locale=locale)
    page = officer.open("cases/")
    officer.check()
    officer.shoot(f"cases-{locale}-{width}")

    page.click("main tbody a >> nth=0")
    officer.check()
    page.check("#woman input >> nth=0")
    page.click("form[action$='/whose'] .action")
    page.locator(".flash.done").wait_for()
    page.click(f"details:has(form[action$='/{number}/answer']) summary")
    page.click("#ready ~ .table-scroll tbody a >> nth=0")
    officer.check()
    officer.shoot(f"case-{locale}-{width}")
    page.click("form[action$='/answer'] .action")
    page.locator(".flash.done").wait_for()

    with service.database.reading() as connection:
        (text,) = connection.execute(select(messages.c.params)).scalars()
    assert str(number) in text["text"]


@pytest.mark.parametrize(("width", "locale"), [(1280, "en"), (360, "lo")])
def test_an_answer_is_made_ready(browser, width: int, locale: str):
    approver = browser("approver", width=width, locale=locale)
    page = approver.open("cases/")
    page.click("main a[href$='/cases/answers']")
    approver.check()
    page.fill("#lo", "ຫ້ອງການເປີດວັນອາທິດນີ້, 8 ໂມງ ຫາ 12 ໂມງ")
    page.fill("#lo_Latn", "Hongkan peut van athit ni, 8 mong ha 12 mong")
    page.fill("#en", "The office is open this Sunday, from 8 to 12")
    page.click("main form.form .action")
    page.locator(".flash.done").wait_for()
    approver.check()
    approver.shoot(f"ready-answers-{locale}-{width}")

    assert page.locator("main tbody tr").count() == 1
