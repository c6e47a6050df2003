"""What a request brought, read as a form, a query, JSON or XML: bounded, and never a fault."""

from urllib.parse import parse_qsl

import pytest

from gateway.providers.base import BadCallback
from gateway.providers.callback import DEEPEST, MOST_FIELDS, URLENCODED, BodyTooLarge, Callback


def body(octets: bytes, content_type: str = "") -> Callback:
    return Callback(lambda: octets, content_type=content_type)


def test_a_form_has_the_first_of_each_field():
    posted = body(b"text=1&from=%2B856&text=2", f"{URLENCODED}; charset=utf-8")
    assert posted.form() == {"text": "1", "from": "+856"}


@pytest.mark.parametrize(
    "form",
    [
        "",
        "&&text=1&",
        "text",
        "text=&=1",
        "text=1=2",
        "a+b=+1+%2B",
        "text=%E0%BA%A5%zz%",
        "text=%FF%00",
        "te%78t=1;b=2",
        "text=ລາວ&text=%26",
    ],
)
def test_a_form_is_read_as_the_standard_library_does(form):
    wanted = dict(reversed(parse_qsl(form, keep_blank_values=True)))
    assert body(form.encode(), URLENCODED).form() == wanted


@pytest.mark.parametrize("kind", ["", "text/plain", "application/json", "multipart/form-data"])
def test_what_is_no_form_has_no_fields(kind):
    assert body(b"text=1", kind).form() == {}


def test_a_query_is_read_in_the_encoding_the_provider_says():
    asked = Callback(query=b"text=%E0%BA%A5&text=2")
    assert asked.query()["text"] == "ລ"
    assert asked.query("latin-1")["text"] == "\xe0\xba\xa5"


def test_a_query_of_a_thousand_fields_is_named():
    with pytest.raises(BadCallback, match="'query'"):
        Callback(query=b"&".join(b"f=1" for _ in range(MOST_FIELDS + 1))).query()


def test_json_is_an_object_and_a_list_at_its_top_is_the_field_without_a_name():
    assert body(b'{"a": {"b": [1]}}').json() == {"a": {"b": [1]}}
    assert body(b'[{"a": 1}]').json() == {"": [{"a": 1}]}


NO_JSON = {
    "nothing": b"",
    "a form": b"text=1",
    "a word": b'"text"',
    "cut": b'{"text": ',
    "raw octets": b'{"text": "\xff"}',
    "half a letter": b'{"text": "\\ud800"}',
    "no number": b'{"text": NaN}',
    "too deep": b'{"a":' + b"[" * DEEPEST + b"]" * DEEPEST + b"}",
    "far too deep": b"[" * 60_000,
}


@pytest.mark.parametrize("octets", NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_is_named_and_has_nothing_to_echo(octets):
    with pytest.raises(BadCallback, match="'body'"):
        body(octets).json()
    assert body(octets).echo() == {}


def test_xml_is_read_by_its_names_whatever_their_namespace():
    soap = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="http://x">
        <s:Body><u:start><msisdn>8562055500001</msisdn><msg>&lt;1&gt; ລາວ</msg></u:start></s:Body>
        </s:Envelope>"""
    start = body(soap.encode()).xml().find("Body/start")
    assert start is not None
    assert {child.tag: child.text for child in start} == {
        "msisdn": "8562055500001",
        "msg": "<1> ລາວ",
    }


ENTITIES = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
NO_XML = {
    "nothing": b"",
    "no element": b"text",
    "cut": b"<a><b></a>",
    "two": b"<a/><b/>",
    "entities": f"<!DOCTYPE x [{ENTITIES}]><x>&b;</x>".encode(),
    "a file": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
    "an entity of nobody": b"<x>&f;</x>",
    "a document type": b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>',
    "an encoding of nobody": b'<?xml version="1.0" encoding="klingon"?><x/>',
    "raw octets": b"<x>\xff</x>",
    "too deep": b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1),
    "far too deep": b"<a>" * 20_000,
}


@pytest.mark.parametrize("octets", NO_XML.values(), ids=NO_XML)
def test_what_is_no_xml_or_declares_anything_is_named(octets):
    with pytest.raises(BadCallback, match="'body'"):
        body(octets).xml()


def test_a_body_that_is_too_large_says_so_and_is_bad_like_any_other():
    def read() -> bytes:
        raise BodyTooLarge

    with pytest.raises(BadCallback, match="too large"):
        Callback(read).json()
