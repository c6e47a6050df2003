"""Signing in and out."""

import pytest

from tests.console.conftest import PASSWORD, Staff, add_account
from tests.console.reader import Reader
from tests.service import Service


def test_nobody_is_sent_to_sign_in_and_back_to_where_they_wanted(service: Service, nobody: Reader):
    add_account(service, "viewer", email="vi@example.la")

    asked = nobody.get("password", 302)

    assert asked.location == "/console/sign-in?next=/console/password"
    nobody.get(asked.location)
    landed = nobody.post(asked.location, {"email": "vi@example.la", "password": PASSWORD})
    assert landed.location == "/console/password"


def test_signed_in_staff_land_on_today(staff: Staff):
    assert staff("viewer").get("").heading == "Today"


@pytest.mark.chromium
def test_the_sign_in_page_in_a_browser(browser):
    nobody = browser(None)
    nobody.open("sign-in")
    nobody.shoot("sign-in")
    nobody.check()
    somebody = browser("admin")
    somebody.open("password")
    somebody.shoot("password")
    somebody.check()
    small = browser("admin", width=360)
    small.open("password")
    small.shoot("password-360")
    small.check()
