"""What the console says when something cannot be shown."""

import pytest

from tests.console.conftest import Staff
from tests.console.plain_browser import PlainBrowser
from tests.service import Service


def test_a_page_that_is_not_there(staff: Staff):
    page = staff("viewer").get("nowhere", 404)

    assert page.heading == "Page not found"
    assert page.menu()


def test_a_page_that_is_not_there_for_nobody(nobody: PlainBrowser):
    assert nobody.raw("GET", "nowhere").status_code == 404


def test_a_page_that_is_not_for_this_role(staff: Staff):
    page = staff("viewer").get("staff/", 403)

    assert page.heading == "You may not do this"


def test_a_form_that_was_open_for_too_long(staff: Staff):
    reader = staff("operator")

    page = reader.post("districts/1/resume", {"csrf_token": "old"}, 400)

    assert page.heading == "This page was open for too long"
    assert "Nothing was changed" in page.words


def test_a_way_of_asking_that_there_is_not(staff: Staff):
    assert staff("viewer").raw("DELETE", "password").status_code == 405


@pytest.mark.parametrize("path", ["/phone/nowhere", "/healthz/x", "/nowhere"])
def test_other_parts_of_the_application_keep_their_own(service: Service, path: str):
    response = service.app.test_client().get(path)

    assert response.status_code == 404
    assert "console" not in response.text


def test_a_failure_is_a_page_with_no_word_of_why(
    service: Service, staff: Staff, monkeypatch: pytest.MonkeyPatch
):
    reader = staff("viewer")
    monkeypatch.setitem(service.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(service.app.view_functions, "console.today.index", _fail)

    page = reader.get("", 500)

    assert page.heading == "Something went wrong here"
    assert "secret" not in page.text


def _fail() -> str:
    raise ValueError("secret")
