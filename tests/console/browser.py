"""The console in Debian's Chromium, with axe-core at hand.

Made by the fixture `browser`, for what needs JavaScript, a width or a keyboard; the rest is told as
well, and sooner, by a `PlainBrowser`.
"""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

SHOTS = os.environ.get("SCREENSHOTS")  # a folder: every `shoot` is kept there


class Browser:
    """One person's window. `page` is Playwright's; nothing but this host is ever asked."""

    def __init__(self, chromium: Any, url: str, *, width: int, javascript: bool) -> None:
        self.url = url
        self._context = chromium.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=javascript
        )
        self._context.set_default_timeout(10_000)
        self.page = self._context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> Any:
        """Playwright's page at a path below /console/."""
        self.page.goto(f"{self.url}/console/{path}")
        return self.page

    def sign_in(self, email: str, password: str) -> None:
        self.open("sign-in")
        self.page.fill("#email", email)
        self.page.fill("#password", password)
        self.page.click("main button[type=submit]")

    def sign_out(self) -> None:
        """By the button, which narrow screens have in the menu."""
        menu = self.page.locator("details.menu > summary")
        if menu.is_visible():
            menu.click()
        self.page.click("form[action$='/sign-out'] button:visible")

    def check(self) -> None:
        """axe-core finds nothing, nothing is wider than the window, the browser complained of
        nothing (a refused style or script is a complaint)."""
        self.page.wait_for_load_state()  # a page that was only begun has no document yet
        found = Axe().run(self.page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{wide} px wider than the window: {self.page.url}"
        assert self.complaints == []

    def shoot(self, name: str) -> None:
        """A picture of the whole page, where SCREENSHOTS names a folder."""
        if SHOTS:
            Path(SHOTS).mkdir(exist_ok=True, parents=True)
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

    def close(self) -> None:
        self._context.close()
