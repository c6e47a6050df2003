"""The sign-in service in Chromium: there, back, and out of both, under the security policy."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.console.conftest import add_account
from tests.console.sign_in_service import SignInService
from tests.service import Service

pytestmark = pytest.mark.chromium


@pytest.mark.parametrize("width", [360, 1280])
def test_there_back_and_out_of_both(
    service: Service, browser: Any, sign_in_service: SignInService,
    use_sign_in_service: Callable[..., None], width: int,
):  # fmt: skip
    use_sign_in_service(oidc_name="ກະຊວງ ຮສສ")
    locale = "lo" if width == 360 else "en"
    add_account(service, "viewer", email="khamla@example.la", locale=locale)
    khamla = browser(None, width=width)
    khamla.open("sign-in")
    khamla.page.click(f"header button[value={locale}]")
    khamla.check()
    khamla.shoot(f"sign-in-{locale}-{width}")

    khamla.page.click("main a.action")
    assert khamla.page.url.endswith("/console/")
    khamla.sign_out()
    khamla.check()
    khamla.shoot(f"signed-out-{locale}-{width}")
    khamla.page.click("main .notice a")

    assert khamla.page.url.endswith("/console/sign-in")
    assert len(sign_in_service.left) == 1
