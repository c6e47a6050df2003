"""Every page of staff, cases, audit, settings and districts in a real browser.

axe-core finds nothing, nothing is wider than the window, the browser refuses nothing.
"""

import pytest

from tests.console.happenings import MOTHER, STRANGER, open_a_case
from tests.service import Service

pytestmark = pytest.mark.chromium

PAGES = [
    "password", "sessions", "districts/", "districts/3/pause", "staff/", "staff/new", "audit/",
    "settings/", "cases/", "cases/1", "cases/2", "nowhere",
]  # fmt: skip


@pytest.fixture
def busy(service: Service) -> None:
    open_a_case(service, MOTHER)
    open_a_case(service, STRANGER, "sms", text="ຂ້ອຍຍັງບໍ່ໄດ້ຮັບເງິນເທື່ອ. ຊ່ວຍແດ່", known=False)
    open_a_case(service, MOTHER, "number_disowned")


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_a_page_is_fit_for_everybody(browser, locale: str, width: int):
    admin = browser("admin", width=width, locale=locale)
    for path in PAGES:
        admin.open(path)
        admin.shoot(f"{path.replace('/', '-').strip('-')}-{locale}-{width}")
        admin.check()


def test_the_page_to_sign_in_on_is_fit_for_everybody(browser):
    nobody = browser(None, width=360)
    nobody.open("sign-in")
    nobody.shoot("sign-in")
    nobody.check()


def test_errors_are_read_out_and_lead_to_their_fields(browser):
    admin = browser("admin")
    page = admin.open("staff/new")
    page.click("main button[type=submit]")
    admin.shoot("staff-new-errors")
    admin.check()

    page.click("text=Email: Fill this in.")

    assert page.evaluate("document.activeElement.id") == "email"


def test_somebody_who_guesses_is_locked_out(service: Service, browser):
    browser("viewer", email="v@example.la")
    guesser = browser(None)
    for _guess in range(5):
        guesser.sign_in("v@example.la", "wrong")

    guesser.sign_in("v@example.la", "seven quiet buffaloes")

    assert guesser.page.inner_text("h1") in {"Sign in", "ເຂົ້າສູ່ລະບົບ"}
    assert guesser.page.locator(".errors").count() == 1
    service.clock.move(minutes=15)
    guesser.sign_in("v@example.la", "seven quiet buffaloes")
    assert guesser.page.url.endswith("/console/")


def test_the_keyboard_is_enough(browser):
    operator = browser("operator")
    page = operator.open("districts/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pause")
    page.focus("#reason")
    page.keyboard.type("flood")
    page.keyboard.press("Enter")
    page.wait_for_url("**/districts/")

    assert "paused" in page.inner_text(".flash")


def test_a_case_is_answered_and_closed_on_a_phone_in_lao(service: Service, browser):
    number = open_a_case(service, MOTHER)
    operator = browser("operator", width=360, locale="lo")
    page = operator.open(f"cases/{number}")

    page.click("details:has(#answer) summary")
    page.fill("#answer", "ພວກເຮົາຈະໂທຫາທ່ານ")
    page.click("form[action$='/answer'] button")
    page.click("details:has(#outcome) summary")
    page.fill("#outcome", "ໂທແລ້ວ")
    page.click("form[action$='/close'] button")

    operator.shoot("case-closed-lo-360")
    operator.check()
    assert page.locator(".timeline li").count() == 2


def test_without_javascript_the_menu_opens_on_a_phone(browser):
    viewer = browser("viewer", width=360, javascript=False)
    page = viewer.open("password")

    assert not page.is_visible("details.menu a")
    page.click("details.menu summary")
    assert page.is_visible("details.menu a >> nth=0")
