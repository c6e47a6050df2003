"""The staff's guide on the console."""

import pytest

from tests.console.conftest import Staff
from tests.console.plain_browser import PlainBrowser


@pytest.mark.parametrize(
    ("language", "link", "title", "heading"),
    [
        ("en", "Guide", "The staff's guide", "What never to do"),
        ("lo", "ຄູ່ມື", "ຄູ່ມືສຳລັບພະນັກງານ", "ສິ່ງທີ່ຫ້າມເຮັດ"),
    ],
)
def test_each_page_leads_to_the_guide_in_the_readers_language(
    staff: Staff, language: str, link: str, title: str, heading: str
):
    reader = staff("health_worker", locale=language)

    links = {one.get("href"): one.text for one in reader.get("").all(".//header//a")}
    page = reader.get("guide/")

    assert links["/console/guide/"] == link
    assert [one.text for one in page.all(".//main/h1")] == [title]
    assert heading in [one.text for one in page.all(".//main/h2")]


def test_notes_to_translators_are_not_part_of_it(staff: Staff):
    reader = staff("viewer", locale="lo")

    assert "REVIEW" not in reader.get("guide/").words
    assert reader.get("guide/").links() == []


def test_whoever_is_not_signed_in_does_not_see_the_link(nobody: PlainBrowser):
    assert "/console/guide" not in nobody.raw("GET", "sign-in").text
