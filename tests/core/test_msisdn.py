"""Numbers as people, lists and operators write them, and what is told of them afterwards."""

import itertools
import pickle

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.errors import InvalidMsisdn
from gateway.core.msisdn import (
    EMPTY,
    NO_SUCH_NUMBER,
    NOT_A_NUMBER,
    OPERATORS,
    Msisdn,
    parse,
    pseudonym,
)

MOTHER = "+8562055512345"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("+8562055512345", id="as operators send it"),
        pytest.param("8562055512345", id="SMPP brings no plus"),
        pytest.param(" 8562055512345", id="an unescaped plus in a form is a blank"),
        pytest.param("008562055512345", id="dialled abroad"),
        pytest.param("00 856 20 5551 2345", id="dialled abroad, spaced"),
        pytest.param("02055512345", id="dialled at home"),
        pytest.param("2055512345", id="a spreadsheet ate the zero"),
        pytest.param("2055512345.0", id="a spreadsheet made it a decimal"),
        pytest.param("55512345", id="eight digits mean 020 and those"),
        pytest.param("5551 2345", id="eight digits, spaced"),
        pytest.param("+856 20 5551 2345", id="spaced"),
        pytest.param("020-5551-2345", id="dashed"),
        pytest.param("020.5551.2345", id="dotted"),
        pytest.param("(020) 5551 2345", id="bracketed"),
        pytest.param("+856 (0)20 5551 2345", id="both prefixes"),
        pytest.param("85602055512345", id="both prefixes, no plus"),
        pytest.param("020\u20135551\u20112345", id="dashes of a word processor"),
        pytest.param("020\u00a05551\u202f2345", id="no-break spaces"),
        pytest.param("\u200b020\u200b55512345\ufeff", id="invisible spaces"),
        pytest.param("\u202a+8562055512345\u202c", id="copied from a contact"),
        pytest.param("໐໒໐ ໕໕໕໑ ໒໓໔໕", id="Lao digits"),
        pytest.param("+໘໕໖໒໐໕໕໕໑໒໓໔໕", id="Lao digits, international"),
        pytest.param("\t02055512345\n", id="a line of a file"),
    ],
)
def test_every_usual_way_to_write_a_lao_number_is_the_same_number(written):
    assert parse(written).e164 == MOTHER


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("0304123456", "+856304123456"),
        ("304123456", "+856304123456"),
        ("030 412 3456", "+856304123456"),
        ("856304123456", "+856304123456"),
        ("00856304123456", "+856304123456"),
        ("+8563021234567", "+8563021234567"),  # the longer 030 2 numbers
    ],
)
def test_the_030_numbers_are_mobiles_too(written, e164):
    number = parse(written)
    assert number.e164 == e164
    assert number.is_mobile


@pytest.mark.parametrize("written", ["021212345", "+856 21 212345", "85621212345"])
def test_a_fixed_line_is_lao_but_takes_no_sms(written):
    number = parse(written)
    assert number.e164 == "+85621212345"
    assert number.is_lao
    assert not number.is_mobile
    assert number.operator is None


@pytest.mark.parametrize("written", ["+254711082000", "254711082000", "00254 711 082 000"])
def test_a_foreign_number_parses_when_it_names_its_country(written):
    number = parse(written)
    assert number.e164 == "+254711082000"
    assert not number.is_lao
    assert number.is_mobile
    assert number.operator is None


def test_a_foreign_fixed_line_is_no_mobile():
    assert not parse("+442079460000").is_mobile


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param("", EMPTY, id="nothing"),
        pytest.param(" \u200b", EMPTY, id="nothing visible"),
        pytest.param("none", NOT_A_NUMBER, id="a word"),
        pytest.param("0205551234O", NOT_A_NUMBER, id="the letter O"),
        pytest.param("2.055512345E+09", NOT_A_NUMBER, id="a spreadsheet's exponent"),
        pytest.param("020 5551 2345 / 020 5551 2346", NOT_A_NUMBER, id="two numbers"),
        pytest.param("020+55512345", NOT_A_NUMBER, id="a plus inside"),
        pytest.param("123", NOT_A_NUMBER, id="a short code"),
        pytest.param("0205551234", NO_SUCH_NUMBER, id="a digit too few"),
        pytest.param("020555123456", NO_SUCH_NUMBER, id="a digit too many"),
        pytest.param("02045512345", NO_SUCH_NUMBER, id="a prefix of nobody"),
        pytest.param("20555123456", NO_SUCH_NUMBER, id="not taken for Egypt"),
        pytest.param("+999123456789", NO_SUCH_NUMBER, id="no such country"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(written, reason):
    with pytest.raises(InvalidMsisdn) as refused:
        parse(written)
    assert refused.value.reason == reason


@given(st.text(alphabet="0123456789+ -.", min_size=5, max_size=18))
def test_no_reason_holds_a_digit_of_the_number(written):
    try:
        parse(written)
    except InvalidMsisdn as refused:
        assert not any(char.isdigit() for char in f"{refused!r}{refused}")  # noqa: PT017 (any text may be a number)


@given(st.text(max_size=30))
def test_any_text_is_a_valid_number_or_refused(written):
    try:
        number = parse(written)
    except InvalidMsisdn:
        return
    assert phonenumbers.is_valid_number(phonenumbers.parse(number.e164))
    assert parse(number.e164) == number


@pytest.mark.parametrize("subscriber", ["000000", "123456", "9999999", "12345", "00000000"])
def test_the_fast_path_agrees_with_libphonenumber_for_every_prefix(subscriber):
    for prefix in map("".join, itertools.product("0123456789", repeat=4)):
        e164 = f"+856{prefix}{subscriber}"
        number = phonenumbers.parse(e164)
        mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        canonical = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == e164
        assert Msisdn(e164).is_mobile == (mobile and canonical), prefix


@pytest.mark.parametrize(
    ("written", "operator"),
    [
        ("020 9551 2345", "unitel"),
        ("030 4551234", "unitel"),
        ("030 9551234", "unitel"),
        ("020 5551 2345", "laotel"),
        ("020 7751 2345", "laotel"),
        ("030 5551234", "laotel"),
        ("030 7551234", "laotel"),
        ("020 2251 2345", "etl"),
        ("020 3351 2345", "etl"),
        ("030 2551234", "etl"),
        ("020 8751 2345", "best"),
        ("030 8551234", None),
    ],
)
def test_the_prefix_tells_the_operator(written, operator):
    assert parse(written).operator == operator


def test_every_prefix_of_the_table_belongs_to_numbers_that_exist():
    for prefix in OPERATORS:
        filled = prefix + ("8512345" if prefix == "208" else "5512345")
        assert parse(f"+856{filled[:10] if prefix.startswith('20') else filled[:9]}").is_mobile


def test_a_number_shown_by_accident_shows_nothing():
    number = parse(MOTHER)
    shown = f"{number} {number!r} {[number]} {number!s:>20}"
    assert not any(char.isdigit() for char in shown)


def test_numbers_compare_sort_and_hash_by_value():
    low, high = parse("02055512345"), parse("02099912345")
    assert low == parse(MOTHER)
    assert sorted([high, low]) == [low, high]
    assert {low, parse(MOTHER)} == {low}
    assert pickle.loads(pickle.dumps(low)) == low  # noqa: S301 (our own bytes)
    with pytest.raises(AttributeError):
        setattr(low, "e164", "+8562000000000")  # noqa: B010 (mypy knows that it cannot be set)


def test_a_pseudonym_is_stable_under_its_key_and_tells_nothing_without():
    number, other = parse(MOTHER), parse("02055512346")
    name = pseudonym(number, b"key")
    assert name == pseudonym(parse("55512345"), b"key")
    assert len(name) == 12
    assert int(name, 16) >= 0
    assert len({name, pseudonym(number, b"another key"), pseudonym(other, b"key")}) == 3
