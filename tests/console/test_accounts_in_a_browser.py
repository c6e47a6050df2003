"""One's own account in Chromium, in Lao: a second factor set up, asked for, given back by two."""

from typing import Any

import pytest
from passlib.totp import TOTP

from tests.console.conftest import PASSWORD
from tests.service import Service

pytestmark = pytest.mark.chromium
WIDTHS = (360, 1280)


def _code(service: Service, key: str) -> str:
    return str(TOTP(key=key.replace("-", "")).generate(service.clock().timestamp()).token)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(
    service: Service, browser: Any, width: int
):
    locale = "lo" if width == 360 else "en"
    khamla = browser("operator", width=width, locale=locale, email="k@x.la", name="ຄຳຫລ້າ ສີສຸກ")
    page = khamla.page
    khamla.open("account")
    khamla.check()
    khamla.shoot(f"account-{locale}-{width}")
    page.click("main a[href$='second-factor']")
    page.click("main a.action")
    key = page.inner_text("main li code")
    khamla.check()
    khamla.shoot(f"second-factor-app-{locale}-{width}")
    page.fill("#code", _code(service, key))
    page.fill("#name", "ໂທລະສັບ")
    page.fill("#password", PASSWORD)
    page.click("main form.form button[type=submit]")
    assert page.locator("ul.codes li").count() == 10
    khamla.check()
    khamla.shoot(f"recovery-codes-{locale}-{width}")
    khamla.open("second-factor")
    khamla.check()
    khamla.shoot(f"second-factor-{locale}-{width}")

    service.clock.move(minutes=1)
    khamla.sign_out()
    khamla.sign_in("k@x.la", PASSWORD)
    khamla.check()
    khamla.shoot(f"second-step-{locale}-{width}")
    page.fill("#code", _code(service, key))
    page.click("main form.form button[type=submit]")

    assert page.url.endswith("/console/")


@pytest.mark.parametrize("width", WIDTHS)
def test_two_administrators_give_an_account_back(service: Service, browser: Any, width: int):
    locale = "lo" if width == 360 else "en"
    khamla = browser("operator", email="k@x.la", name="ຄຳຫລ້າ ສີສຸກ", locale=locale, width=width)
    one = browser("admin", width=width, locale=locale, name="ບຸນມີ")
    one.open("staff/second-factor")
    one.page.check("input[value=admin]")
    one.page.click("main form.form button[type=submit]")
    one.check()
    one.shoot(f"second-factor-roles-{locale}-{width}")
    one.open("staff/")
    one.check()
    one.page.click("main a:text-is('k@x.la')")
    one.check()
    one.page.click("form:has(input[name=factors]) button")
    one.check()
    # Whoever signs in from now on needs a second factor; the rule is no part of this story.
    one.open("staff/second-factor")
    one.page.uncheck("input[value=admin]")
    one.page.click("main form.form button[type=submit]")
    other = browser("admin", width=width, locale=locale)
    other.open("staff/")
    other.page.click("main a:text-is('k@x.la')")
    other.check()
    other.shoot(f"reset-asked-{locale}-{width}")
    other.page.click("form[action$='/reset/confirm'] button")
    code = other.page.inner_text("code.password")
    other.check()
    other.shoot(f"reset-code-{locale}-{width}")

    khamla.sign_out()
    khamla.open("sign-in/reset")
    khamla.check()
    khamla.shoot(f"reset-{locale}-{width}")
    for field, text in (("email", "k@x.la"), ("code", code), ("new", "four grey umbrellas"),
                        ("again", "four grey umbrellas")):  # fmt: skip
        khamla.page.fill(f"#{field}", text)
    khamla.page.click("main form.form button[type=submit]")
    khamla.sign_in("k@x.la", "four grey umbrellas")

    assert khamla.page.url.endswith("/console/")


def test_a_sign_in_elsewhere_is_told_and_the_log_reads_as_sentences(service: Service, browser: Any):
    khamla = browser("admin", width=360, locale="lo", email="k@x.la", name="ຄຳຫລ້າ ສີສຸກ")
    elsewhere = browser(None, width=1280)
    elsewhere.sign_in("k@x.la", PASSWORD)

    khamla.open("audit/")
    khamla.check()
    khamla.shoot("audit-lo-360")
    khamla.page.click("section.notice button")

    assert khamla.page.locator("section.notice").count() == 0
    khamla.check()
