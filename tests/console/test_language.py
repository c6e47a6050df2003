"""Lao and English."""

import pytest

from gateway.console.kit.language import LANGUAGES
from tests.console.conftest import PASSWORD, Staff, add_account
from tests.console.plain_browser import PlainBrowser
from tests.service import Service


def _lang(reader: PlainBrowser, path: str = "", **headers: str) -> str | None:
    response = reader.raw("GET", path, headers=headers, follow_redirects=True)
    return "lo" if '<html lang="lo">' in response.text else "en"


@pytest.mark.parametrize(
    ("label", "accepts", "lang"),
    [
        ("Lao", "lo", "lo"),
        ("English", "en-GB,en;q=0.9", "en"),
        ("English before Lao", "en,lo;q=0.5", "en"),
        ("neither", "th", "lo"),
        ("nothing said", "", "lo"),
        ("nonsense", ";;;q=x", "lo"),
    ],
)
def test_before_signing_in_the_browser_decides(
    nobody: PlainBrowser, label: str, accepts: str, lang: str
):
    assert _lang(nobody, "sign-in", **{"Accept-Language": accepts}) == lang, label


@pytest.mark.parametrize("lang", LANGUAGES)
def test_after_signing_in_the_account_decides(staff: Staff, lang: str):
    reader = staff("viewer", locale=lang)

    assert _lang(reader, **{"Accept-Language": "en" if lang == "lo" else "lo"}) == lang


def test_a_switch_stays_on_the_page_and_is_remembered(service: Service, staff: Staff):
    reader = staff("viewer", email="k@example.la", locale="lo")

    landed = reader.post("language", {"language": "en", "next": "/console/password"})

    assert landed.location == "/console/password"
    assert _lang(reader) == "en"
    other_day = PlainBrowser(service.app)
    other_day.sign_in("k@example.la", PASSWORD)
    assert _lang(other_day) == "en"


def test_nobody_can_switch_the_page_they_sign_in_on(service: Service, nobody: PlainBrowser):
    add_account(service, "viewer", email="k@example.la", locale="lo")

    nobody.post("language", {"language": "en", "next": "/console/sign-in"})

    assert _lang(nobody, "sign-in") == "en"
    nobody.sign_in("k@example.la", PASSWORD)
    assert _lang(nobody) == "lo"


@pytest.mark.parametrize("wanted", ["lo_Latn", "fr", "", "../en"])
def test_another_language_changes_nothing(staff: Staff, wanted: str):
    reader = staff("viewer", locale="en")

    reader.post("language", {"language": wanted})

    assert _lang(reader) == "en"


def test_a_switch_leads_to_no_other_site(staff: Staff):
    landed = staff("viewer").post("language", {"language": "en", "next": "//example.org/"})

    assert landed.location == "/console/"


def test_the_switch_marks_each_language_in_itself(staff: Staff):
    page = staff("viewer", locale="en").get("")

    buttons = page.all(".//header//button[@name='language']")
    assert [(one.get("value"), one.get("lang"), one.text) for one in buttons] == [
        ("lo", "lo", "ລາວ"),
        ("en", "en", "English"),
    ]
    assert [one.get("aria-pressed") for one in buttons] == [None, "true"]
