"""What a network takes for a page, and what it makes of a dialled code."""

from typing import Any

import pytest

from gateway.simulator.callbacks import Reply
from gateway.simulator.network import Network

NETWORK = Network()


def reply(body: str | bytes, **changes: Any) -> Reply:
    raw = body if isinstance(body, bytes) else body.encode()
    return Reply(200, "text/plain; charset=utf-8", raw)._replace(**changes)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply("CON Hello"), id="goes on"),
        pytest.param(reply("END Hello"), id="ends"),
        pytest.param(reply("CON ເງິນແມ່-ເດັກ\n1 ກວດສິດ"), id="Lao, two lines"),
        pytest.param(reply("CON " + "a" * 182), id="182 septets"),
        pytest.param(reply("CON " + "a" * 180 + "€"), id="180 and the euro sign's two"),
        pytest.param(reply("CON " + "ກ" * 80), id="80 UCS-2 units"),
        pytest.param(reply("CON Hi", content_type="text/plain"), id="no charset named"),
        pytest.param(reply("CON Hi", hop_metadata="x" * 99), id="99 characters of metadata"),
    ],
)
def test_a_network_shows(answer):
    page = NETWORK.read(answer)
    assert page.fault == ""
    assert page.text == answer.body.decode()[4:]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        pytest.param(reply("CON Hi", status=500), "status", id="500"),
        pytest.param(reply("CON Hi", status=403), "status", id="403"),
        pytest.param(reply("CON Hi", status=204), "status", id="any 2xx but 200"),
        pytest.param(reply("CON Hi", content_type="text/html"), "content_type", id="HTML"),
        pytest.param(reply("CON Hi", content_type=""), "content_type", id="no content type"),
        pytest.param(reply(""), "prefix", id="an empty body"),
        pytest.param(reply("Hello"), "prefix", id="no prefix"),
        pytest.param(reply(" CON Hi"), "prefix", id="a leading space"),
        pytest.param(reply("\ufeffCON Hi"), "prefix", id="a byte order mark"),
        pytest.param(reply("con Hi"), "prefix", id="small letters"),
        pytest.param(reply("CONHi"), "prefix", id="no space after it"),
        pytest.param(reply("CON\nHi"), "prefix", id="a line break after it"),
        pytest.param(reply("CON  "), "empty", id="nothing to show"),
        pytest.param(reply("CON " + "a" * 183), "too_long", id="183 septets"),
        pytest.param(reply("CON " + "a" * 181 + "€"), "too_long", id="183 by the euro sign"),
        pytest.param(reply("CON " + "ກ" * 81), "too_long", id="81 UCS-2 units"),
        pytest.param(reply("END " + "ກ" * 81), "too_long", id="the last page as well"),
        pytest.param(reply("CON " + "a" * 80 + "’"), "too_long", id="one smart quote: UCS-2"),
        pytest.param(reply(b"CON \xff"), "not_utf8", id="not UTF-8"),
        pytest.param(reply("CON Hi", hop_metadata="x" * 100), "hop_metadata", id="100 characters"),
        pytest.param(reply("CON Hi", hop_metadata="a|b"), "hop_metadata", id="the separator"),
    ],
)
def test_a_network_ends_the_session_instead_of_showing(answer, fault):
    assert NETWORK.read(answer).fault == fault


@pytest.mark.parametrize(
    ("body", "fault"), [("CON " + "ກ" * 72, ""), ("CON " + "ກ" * 73, "too_long")]
)
def test_a_narrower_network_has_its_own_budget(body, fault):
    assert Network(ucs2_units=72, septets=164).read(reply(body)).fault == fault


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a" * 8, ("GSM-7", 8, 182, 7), id="eight septets are seven octets"),
        pytest.param("ກ" * 80, ("UCS-2", 80, 80, 160), id="a full page of Lao"),
        pytest.param("", ("GSM-7", 0, 182, 0), id="nothing"),
    ],
)
def test_a_page_is_measured_in_the_units_of_its_encoding(text, expected):
    assert NETWORK.measure(text) == expected


@pytest.mark.parametrize(
    ("dialled", "inputs"),
    [
        pytest.param("*123#", [], id="the service code"),
        pytest.param("*123*2#", ["2"], id="a deep dial"),
        pytest.param("*123*2*1#", ["2", "1"], id="two levels deep"),
        pytest.param("*123**1#", ["", "1"], id="an empty level"),
        pytest.param("*124#", None, id="another service"),
        pytest.param("*1234#", None, id="a longer code"),
        pytest.param("*123", None, id="no hash"),
        pytest.param("123#", None, id="no star"),
        pytest.param("*123*a#", None, id="a letter"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_dialled_code_reaches_the_service_or_nobody(dialled, inputs):
    assert NETWORK.inputs_of(dialled) == inputs


@pytest.mark.parametrize(
    ("accumulates", "text"),
    [pytest.param(True, "2*1", id="accumulated"), pytest.param(False, "1", id="newest only")],
)
def test_a_network_sends_all_inputs_or_the_newest(accumulates, text):
    assert Network(accumulates=accumulates).text_of(["2", "1"]) == text
