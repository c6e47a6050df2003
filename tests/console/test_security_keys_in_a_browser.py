"""A security key in Chromium, with its virtual authenticator: set up, used, good once."""

import re
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.console.browser import Browser
from tests.console.conftest import PASSWORD, add_account, lines_of_the_log
from tests.service import Service

pytestmark = pytest.mark.chromium
HOME = re.compile("/console/$(?<!next=/console/)")
EMAIL = "khamla@example.la"


class Key:
    """A key that is plugged in, and touched as soon as it is asked."""

    def __init__(self, person: Browser) -> None:
        self._session = person.page.context.new_cdp_session(person.page)
        self._session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "usb", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }  # fmt: skip
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = added["authenticatorId"]

    def pull_out(self) -> None:
        self._session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._id})


@pytest.fixture
def khamla(service: Service, browser: Any) -> Browser:
    """Signed in at http://localhost: an address of numbers has no keys."""
    add_account(service, "operator", email=EMAIL, locale="lo")
    one: Browser = browser(None, width=360)
    one.url = one.url.replace("127.0.0.1", "localhost")
    one.open("sign-in")
    one.page.click("header button[value=lo]")
    one.sign_in(EMAIL, PASSWORD)
    return one


def _set_up(khamla: Browser) -> None:
    khamla.open("second-factor/key")
    khamla.page.fill("#name", "ກະແຈຂອງຂ້ອຍ")
    khamla.page.fill("#password", PASSWORD)
    khamla.page.click("main form button[type=submit]")
    khamla.page.wait_for_selector("ul.codes")


def _halfway(service: Service, khamla: Browser) -> None:
    service.clock.move(minutes=1)
    khamla.sign_out()
    khamla.sign_in(EMAIL, PASSWORD)


def test_a_key_is_set_up_and_signs_in(service: Service, khamla: Browser):
    Key(khamla)
    khamla.open("second-factor/key")
    khamla.check()
    khamla.shoot("security-key-lo-360")
    _set_up(khamla)
    _halfway(service, khamla)
    khamla.check()
    khamla.shoot("second-step-key-lo-360")

    khamla.page.click("[data-key] button")
    khamla.page.wait_for_url(HOME)

    assert "staff.factor_added" in [line.action for line in lines_of_the_log(service)]
    khamla.open("second-factor")
    assert "ກະແຈຂອງຂ້ອຍ" in khamla.page.inner_text("main")


def test_the_same_key_twice_is_said_to_be_known(khamla: Browser):
    Key(khamla)
    _set_up(khamla)

    khamla.open("second-factor/key")
    khamla.page.fill("#name", "ອີກ")
    khamla.page.click("main form button[type=submit]")

    khamla.page.wait_for_selector("[data-known]:visible")
    assert not khamla.page.locator("[data-failed]").is_visible()


def test_an_answer_is_good_once(service: Service, khamla: Browser):
    Key(khamla)
    _set_up(khamla)
    _halfway(service, khamla)
    with khamla.page.expect_request(re.compile("sign-in/second/key")) as answer:
        khamla.page.click("[data-key] button")
    fields = {name: texts[0] for name, texts in parse_qs(answer.value.post_data).items()}
    khamla.page.wait_for_url(HOME)

    khamla.sign_out()
    khamla.sign_in(EMAIL, PASSWORD)
    for name in ("state", "answer"):
        khamla.page.eval_on_selector(
            f"[data-key] input[name={name}]", "(field, value) => { field.value = value }",
            fields[name],
        )  # fmt: skip
    khamla.page.eval_on_selector("[data-key] form", "form => form.submit()")
    khamla.page.wait_for_selector("main div.errors")

    assert lines_of_the_log(service)[-1].changes == {"why": [None, "wrong_key"]}
    khamla.open("account")
    assert "sign-in" in khamla.page.url


def test_a_key_that_does_not_answer_leaves_the_code(service: Service, khamla: Browser):
    key = Key(khamla)
    _set_up(khamla)
    _halfway(service, khamla)
    key.pull_out()
    Key(khamla)  # another one, that the account does not know

    khamla.page.click("[data-key] button")
    khamla.page.wait_for_selector("[data-failed]:not([hidden])")

    assert khamla.page.locator("#code").is_visible()
