"""What a text costs: the boundaries of 3GPP TS 23.038."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.encoding import (
    is_gsm7,
    octets,
    septets,
    septets_of,
    to_gsm7,
    ucs2_units,
)

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"


def test_the_default_alphabet_has_127_characters_of_one_septet():
    assert len(set(BASIC)) == 127  # 128 codes less the escape
    assert septets(BASIC) == 127


def test_the_extension_table_costs_an_escape_more():
    assert septets(EXTENSION) == 20
    assert [septets_of(char) for char in "a€"] == [1, 2]


@given(st.characters(exclude_categories=["Cs"]))
def test_no_other_character_is_gsm7(char):
    assert is_gsm7(char) == (char in BASIC + EXTENSION)


@pytest.mark.parametrize(
    ("text", "in_septets", "units", "in_octets"),
    [
        pytest.param("", 0, 0, 0, id="nothing"),
        pytest.param("a", 1, 1, 1, id="one"),
        pytest.param("a" * 7, 7, 7, 7, id="seven septets still fill seven octets"),
        pytest.param("a" * 8, 8, 8, 7, id="eight septets are seven octets"),
        pytest.param("a" * 182, 182, 182, 160, id="a USSD page"),
        pytest.param("a" * 183, 183, 183, 161, id="a USSD page and one"),
        pytest.param("€" * 91, 182, 91, 160, id="a page of pairs"),
        pytest.param("ກ", None, 1, 2, id="a Lao letter"),
        pytest.param("ກ" * 80, None, 80, 160, id="a page of Lao"),
        pytest.param("a" * 79 + "ກ", None, 80, 160, id="one Lao letter makes all UCS-2"),
        pytest.param("300.000 ₭", None, 9, 18, id="the kip sign is not GSM-7"),
        pytest.param("don\u2019t", None, 5, 10, id="nor is a smart quote"),
        pytest.param("10\u00a0kip", None, 6, 12, id="nor a no-break space"),
        pytest.param("😀", None, 2, 4, id="beyond U+FFFF are two units"),
    ],
)
def test_lengths(text, in_septets, units, in_octets):
    assert septets(text) == in_septets
    assert ucs2_units(text) == units
    assert octets(text) == in_octets


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        pytest.param("don\u2019t \u2018so\u2019", "don't 'so'", id="single quotes"),
        pytest.param("\u201cBan\u201d «Ban»", '"Ban" "Ban"', id="double quotes"),
        pytest.param("3\u20134 \u2014 5\u22126", "3-4 - 5-6", id="dashes"),
        pytest.param("wait\u2026", "wait...", id="an ellipsis"),
        pytest.param("10\u00a0kip\u202fa\tb", "10 kip a b", id="spaces"),
        pytest.param("a\u200bb\ufeff", "ab", id="the invisible"),
        pytest.param("300.000 ₭", "300.000 kip", id="the kip sign"),
        pytest.param("Sêkong, Attapû, ça, Đắk", "Sekong, Attapu, ca, Dak", id="foreign accents"),
        pytest.param("e\u0301te\u0301", "été", id="accents typed apart"),
        pytest.param("Ñandú é à", "Ñandu é à", id="accents that GSM-7 has"),
        pytest.param("cœur", "coeur", id="ligatures"),
        pytest.param("2 \N{MULTIPLICATION SIGN} 3", "2 x 3", id="times"),
        pytest.param("plain {text}", "plain {text}", id="nothing to do"),
    ],
)
def test_typographic_characters_give_way_where_the_meaning_stays(typed, sent):
    assert to_gsm7(typed) == sent
    assert is_gsm7(sent)


@pytest.mark.parametrize("text", ["ບ້ານ ໜອງ ນ້ຳ", "ไทย", "中文", "😀"])
def test_what_has_no_equal_stays(text):
    assert to_gsm7(text) == text


@given(st.text())
def test_replacing_twice_is_replacing_once(text):
    assert to_gsm7(to_gsm7(text)) == to_gsm7(text)


@given(st.text(), st.text())
def test_joined_texts_cost_what_their_parts_cost(left, right):
    assert ucs2_units(left + right) == ucs2_units(left) + ucs2_units(right)
    parts = septets(left), septets(right)
    together = septets(left + right)
    assert together == (None if None in parts else sum(part or 0 for part in parts))
