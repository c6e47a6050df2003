"""One person's data and its erasure, in a real browser."""

import pytest

from tests.console.happenings import MOTHER, beneficiary_of
from tests.service import Service


@pytest.mark.parametrize(("width", "locale"), [(1280, "en"), (360, "lo")])
def test_a_persons_data_is_printed_and_erased(service: Service, browser, width: int, locale: str):
    path = f"own-data/{beneficiary_of(service, MOTHER)}"
    operator = browser("operator", width=width, locale=locale)
    page = operator.open(path)
    operator.check()
    page.click("form[action$='/paper'] button")
    page.locator("button[data-print]").wait_for()
    operator.check()
    operator.shoot(f"own-data-paper-{width}")
    page = operator.open(path)
    page.click("details.panel summary")
    page.fill("#reason", "ຜູ້ກ່ຽວຂໍ")
    page.click("form[action$='/ask'] .action")
    page.locator(".flash.done").wait_for()

    admin = browser("admin", width=width, locale=locale)
    page = admin.open(path)
    admin.check()
    admin.shoot(f"own-data-{locale}-{width}")
    page.fill("#registration_no", "26000001")
    page.click("form[action$='/erase'] .action")
    page.locator(".flash.done").wait_for()
    admin.check()
    admin.open("own-data/")
    admin.check()
