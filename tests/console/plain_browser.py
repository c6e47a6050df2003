"""One of the staff at a browser without JavaScript, who checks every page that is opened.

Made by the fixture `staff`. `get` and `submit` for what a person does, `post` to see the answer
itself, `raw` for what is no page: a file, a picture, a part that a script fetches.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.console.html import Page

_HTML = "text/html"
_addresses = ip_network("10.0.0.0/8").hosts()


class PlainBrowser:
    """Opens pages and sends forms, as the person would. Paths are below /console/ or whole."""

    def __init__(self, app: Flask, *, https: bool = False, host: str = "localhost") -> None:
        self.app = app
        self._client = app.test_client()
        self._base = f"http{'s' if https else ''}://{host}"
        # Everybody calls from elsewhere: tries to sign in are counted by address.
        self.address = str(next(_addresses))
        self.page: Page | None = None

    def get(self, path: str, status: int = 200) -> Page:
        """The page at `path`, checked; fails on another status."""
        return self._page(self.raw("GET", path), status)

    def follow(self, path: str) -> Page:
        """The page at `path`, behind any number of redirects."""
        return self._page(self.raw("GET", path, follow_redirects=True), 200)

    def post(self, path: str, data: Mapping[str, Any] | None = None, status: int = 302) -> Page:
        """Sends a form with this session's CSRF token; its answer, not yet followed."""
        return self._page(self.send(path, data), status)

    def submit(self, path: str, data: Mapping[str, Any] | None = None) -> Page:
        """Sends a form and follows where it leads."""
        return self._page(self.send(path, data, follow_redirects=True), 200)

    def send(self, path: str, data: Mapping[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """The bare response to a form with the token."""
        form = {"csrf_token": self.token()} | dict(data or {})
        return self.raw("POST", path, data=form, **kwargs)

    def raw(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """The bare response, not checked; `data` is sent as it is."""
        # The address of the page before: over HTTPS the token is checked against it.
        usual = {"Accept-Language": "en", "Referer": f"{self._base}/console/"}
        headers = usual | kwargs.pop("headers", {})
        return self._client.open(
            _whole(path),
            method=method,
            base_url=self._base,
            headers=headers,
            environ_base={"REMOTE_ADDR": self.address},
            # A file that nobody reads to its end would keep its request, and who asked, alive.
            buffered=True,
            **kwargs,
        )

    def token(self) -> str:
        """This session's CSRF token, from the form that is on every page."""
        answer = self.raw("GET", "password", follow_redirects=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        assert found, answer.text
        return found[1]

    def sign_in(self, email: str, password: str, status: int = 302) -> Page:
        return self.post("sign-in", {"email": email, "password": password}, status)

    def _page(self, response: TestResponse, status: int) -> Page:
        self.page = Page(response)
        if response.status_code != status:
            said = self.page.errors() or [self.page.title_or_nothing(), self.page.location]
            pytest.fail(f"{response.status}: {' '.join(said)}")
        if response.content_type.startswith(_HTML) and response.status_code not in {301, 302, 303}:
            self.page.check(self.app)
        return self.page


def _whole(path: str) -> str:
    return path if path.startswith("/") else f"/console/{path}"
