"""Style sheets and scripts."""

import gzip
import re
from pathlib import Path

import pytest

from gateway.console.middleware.assets import STATIC, asset_url
from tests.console.conftest import Staff
from tests.service import Service

LARGEST = 40_000  # bytes packed, all that every page loads together


def _urls(service: Service) -> list[str]:
    with service.app.test_request_context("/console/"):
        return [asset_url(name) for name in ("bootstrap.css", "console.css", "icon.svg")]


def test_what_every_page_loads_is_small(service: Service):
    client = service.app.test_client()

    answers = [client.get(url, headers={"Accept-Encoding": "gzip"}) for url in _urls(service)]

    assert all(answer.headers["Content-Encoding"] == "gzip" for answer in answers)
    assert sum(len(answer.data) for answer in answers) < LARGEST


def test_it_is_packed_only_for_whom_it_can_be(service: Service):
    client = service.app.test_client()
    for url in _urls(service):
        packed = client.get(url, headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8"})
        plain = client.get(url)

        assert gzip.decompress(packed.data) == plain.data
        assert "Content-Encoding" not in plain.headers
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_it_is_kept_for_a_year_under_an_address_of_its_own(service: Service):
    client = service.app.test_client()
    for url in _urls(service):
        assert client.get(url).headers["Cache-Control"] == "public, max-age=31536000, immutable"
        old = re.sub(r"/[0-9a-f]{12}/", "/000000000000/", url)
        assert client.get(old).headers["Cache-Control"] == "no-cache"


def test_no_cookie_travels_with_it(service: Service, staff: Staff):
    reader = staff("viewer")
    for url in _urls(service):
        answer = reader.raw("GET", url)

        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"


def test_each_says_what_it_is(service: Service):
    client = service.app.test_client()

    kinds = [client.get(url).content_type for url in _urls(service)]

    assert kinds == ["text/css; charset=utf-8"] * 2 + ["image/svg+xml; charset=utf-8"]


@pytest.mark.parametrize("name", ["nothing.css", "__init__.py", "..%2f__init__.py", ".", "..", ""])
def test_nothing_else_is_served(service: Service, name: str):
    assert service.app.test_client().get(f"/console/assets/0/{name}").status_code == 404


def test_a_page_cannot_name_a_file_that_is_not_there(service: Service):
    with service.app.test_request_context("/console/"), pytest.raises(FileNotFoundError):
        asset_url("nothing.css")


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_no_file_of_ours_asks_another_host(path: Path):
    # The name of the SVG language looks like an address, and is none.
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text) == []
    assert "@import" not in text
