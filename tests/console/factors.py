"""Second factors in tests: an app that shows codes, on the service's clock."""

from passlib.totp import TOTP

from tests.console.conftest import PASSWORD
from tests.console.html import Page, text_of
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

APP = "second-factor/app"


class App:
    """An authenticator app that has scanned what `page` shows."""

    def __init__(self, service: Service, page: Page) -> None:
        self._service = service
        key = next(text_of(one) for one in page.all(".//code"))
        self._totp = TOTP(key=key.replace("-", ""))

    def code(self) -> str:
        return str(self._totp.generate(self._service.clock().timestamp()).token)


def set_up(service: Service, reader: PlainBrowser, password: str = PASSWORD) -> tuple[App, list]:
    """Somebody who is signed in sets up an app: (the app, their recovery codes)."""
    page = reader.get(APP)
    app = App(service, page)
    fields = page.fields(f"/console/{APP}")
    filled = {"code": app.code(), "name": "My phone"}
    filled |= {"password": password} if "password" in fields else {}
    page = reader.post(APP, fields | filled, 200)
    return app, [text_of(one) for one in page.all(".//ul[@class='codes']/li")]
