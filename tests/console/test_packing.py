"""Pages and lists travel packed, where the browser can unpack them."""

import gzip

import pytest

from gateway.console.middleware.compression import MOST_PADDING, SMALLEST
from tests.console.conftest import Staff

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize(
    "path", ["beneficiaries/", "audit/audit.csv", "reports/month.csv", "today/calls.svg"]
)
def test_what_is_packed_is_what_it_was(staff: Staff, path: str):
    reader = staff("admin")
    reader.raw("GET", "reports/")  # the month is counted
    plain = reader.raw("GET", path)
    packed = reader.raw("GET", path, headers=PACKED)

    assert plain.headers.get("Content-Encoding") is None
    assert "Accept-Encoding" in packed.headers["Vary"]
    if packed.headers.get("Content-Encoding") == "gzip":
        assert gzip.decompress(packed.data)[:60] == plain.data[:60]
    else:
        assert len(packed.data) < SMALLEST


def test_a_list_of_people_is_a_fraction_of_its_size(staff: Staff):
    reader = staff("admin")

    packed = reader.raw("GET", "beneficiaries/", headers=PACKED)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert len(packed.data) * 4 < len(gzip.decompress(packed.data))


def test_a_download_is_packed_as_it_is_read(staff: Staff):
    packed = staff("admin").raw("GET", "beneficiaries/unreachable.csv", headers=PACKED)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Length" not in packed.headers
    assert gzip.decompress(packed.data).startswith("\ufeff".encode())


def test_lengths_tell_nothing_for_certain(staff: Staff):
    reader = staff("viewer")

    lengths = {len(reader.raw("GET", "messages/", headers=PACKED).data) for _ in range(30)}

    assert len(lengths) > 1
    assert max(lengths) - min(lengths) <= MOST_PADDING + 100  # tokens differ, too


@pytest.mark.parametrize("asked", ["identity", "br", "gzip;q=0", ""])
def test_who_cannot_unpack_gets_it_as_it_is(staff: Staff, asked: str):
    answer = staff("viewer").raw("GET", "messages/", headers={"Accept-Encoding": asked})

    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("<!doctype html>")
