"""One field of a callback, read: bounded, clean, and named where it cannot be."""

from datetime import UTC, datetime

import pytest

from gateway.core.msisdn import Msisdn
from gateway.providers import fields
from gateway.providers.base import BadCallback
from gateway.providers.callback import Callback

MOTHER = Msisdn("+8562055500001")


@pytest.mark.parametrize("value", [None, "", " ", "x" * 65, "a\nb", "a\0", True, 1.5, [], {"a": 1}])
def test_what_becomes_part_of_a_key_is_never_empty_cut_or_of_two_lines(value):
    with pytest.raises(BadCallback) as raised:
        fields.identifier({"id": value}, "id")
    assert raised.value.field == "id"


def test_a_number_of_json_is_read_as_its_text():
    assert fields.identifier({"id": 42}, "id") == "42"
    assert fields.msisdn({"from": 8562055500001}, "from") == MOTHER
    assert fields.count({"hops": 7}, "hops") == 7


def test_a_number_of_json_that_nobody_can_dial_is_none():
    with pytest.raises(BadCallback):
        fields.msisdn({"from": 10**400}, "from")


@pytest.mark.parametrize("written", ["+8562055500001", " 8562055500001", "8562055500001"])
def test_a_number_has_a_plus_a_blank_for_it_or_none(written):
    assert fields.msisdn({"from": written}, "from") == MOTHER


@pytest.mark.parametrize("written", ["2055500001", "02055500001"])
def test_a_number_without_its_country_is_one_only_where_the_network_writes_it_so(written):
    assert fields.msisdn({"from": written}, "from", national=True) == MOTHER
    assert fields.any_msisdn({"from": written}, "from") != MOTHER


@pytest.mark.parametrize("written", ["Unitel", "1234", "", None, "856 20 5550 0001", "໑"])
def test_what_no_phone_has_is_no_number(written):
    assert fields.any_msisdn({"from": written}, "from") is None
    assert fields.any_msisdn({"from": written}, "from", national=True) is None


def test_a_text_keeps_its_lines_and_loses_what_no_handset_shows():
    assert fields.text({"text": "ສະ\nບາຍ\0\ud800"}, "text", 20) == "ສະ\nບາຍ"
    assert fields.text({"text": ""}, "text", 20) == ""


@pytest.mark.parametrize("given", [{}, {"text": "x" * 21}, {"text": None}])
def test_a_text_that_lacks_or_is_too_long_is_named(given):
    with pytest.raises(BadCallback, match="'text'"):
        fields.text(given, "text", 20)


def test_an_sms_is_cut_and_a_word_must_be_there():
    assert len(fields.sms_text({"text": "x" * 2000}, "text")) == fields.LONGEST_SMS
    assert fields.word({"status": " Sent "}, "status", 3) == "Sen"
    with pytest.raises(BadCallback):
        fields.word({"status": "\0"}, "status", 3)


@pytest.mark.parametrize(
    ("value", "number"), [("9", 9), ("-1", 0), ("", 0), ("9" * 5000, 2_000_000_000), ("๙", 0)]
)
def test_a_count_is_never_an_error(value, number):
    assert fields.count({"hops": value}, "hops") == number


def test_a_moment_is_read_as_the_provider_writes_it():
    assert fields.moment({"date": "2026-11-26 02:00:00"}, "date") == datetime(
        2026, 11, 26, 2, tzinfo=UTC
    )
    assert fields.moment({"date": "26/11/2026"}, "date", "%d/%m/%Y") is not None
    assert fields.moment({"date": "yesterday"}, "date") is None


@pytest.mark.parametrize(
    ("value", "is_set"),
    [(True, True), ("true", True), ("True", True), ("1", True), (1, True), (False, False),
     ("false", False), ("", False), (None, False), ("yes", False)],
)  # fmt: skip
def test_a_flag_is_set_only_where_it_says_so(value, is_set):
    assert fields.flag({"newSession": value}, "newSession") is is_set


def test_an_object_within_is_read_like_any_other_and_named_where_it_lacks():
    assert fields.word(fields.inner({"payload": {"id": "7"}}, "payload"), "id", 9) == "7"
    with pytest.raises(BadCallback, match="'payload'"):
        fields.inner({"payload": "7"}, "payload")


def test_of_a_list_each_is_read_and_what_cannot_be_stands_for_itself():
    said = {"results": [{"id": "1"}, "no object", {"id": ""}, {"id": "2"}]}
    read = fields.each(fields.items(said, "results"), lambda one: fields.identifier(one, "id"))
    assert [one if isinstance(one, str) else type(one) for one in read] == [
        "1",
        BadCallback,
        BadCallback,
        "2",
    ]
    with pytest.raises(BadCallback, match="'results'"):
        fields.items({"results": {}}, "results")


def test_the_elements_below_one_are_fields():
    element = Callback(lambda: b"<r><id>7</id><text/></r>").xml()
    assert fields.children(element) == {"id": "7", "text": ""}
