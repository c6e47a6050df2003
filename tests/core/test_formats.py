import re
from datetime import date

import pytest

from gateway.core.formats import format_amount, format_date, format_number, format_short_date

WORDS = {"lo": "%(amount)s ກີບ", "lo_Latn": "%(amount)s kip", "en": "%(amount)s kip"}


def amount(number: int, locale: str) -> str:
    return format_amount(number, locale, {"%(amount)s kip": WORDS[locale]}.__getitem__)


@pytest.mark.parametrize(
    ("on", "long", "short"),
    [
        (date(2026, 8, 15), "15/08/2026", "15/08"),
        (date(2027, 1, 1), "01/01/2027", "01/01"),
        (date(2028, 2, 29), "29/02/2028", "29/02"),
        (date(2026, 12, 31), "31/12/2026", "31/12"),
    ],
)
def test_dates_are_day_month_and_gregorian_year_in_european_digits(on, long, short):
    assert format_date(on) == long
    assert format_short_date(on) == short


@pytest.mark.parametrize(
    ("number", "lao", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1_000, "1.000", "1,000"),
        (150_000, "150.000", "150,000"),
        (300_000, "300.000", "300,000"),
        (1_234_567, "1.234.567", "1,234,567"),
    ],
)
def test_numbers_are_grouped_by_points_in_lao_and_by_commas_in_english(number, lao, english):
    assert format_number(number, "lo") == lao
    assert format_number(number, "lo_Latn") == lao
    assert format_number(number, "en") == english


@pytest.mark.parametrize(
    ("locale", "text"),
    [("lo", "300.000 ກີບ"), ("lo_Latn", "300.000 kip"), ("en", "300,000 kip")],
)
def test_an_amount_carries_the_word_of_its_catalogue(locale, text):
    assert amount(300_000, locale) == text


@pytest.mark.parametrize("number", [0, 7, 10_000, 300_000, 99_999_999])
def test_no_lao_letter_or_digit_stands_in_a_latin_amount(number):
    assert re.fullmatch(r"[0-9.]+ kip", amount(number, "lo_Latn"))


@pytest.mark.parametrize("number", [0, 300_000, 99_999_999])
def test_an_amount_in_lao_still_has_european_digits(number):
    assert re.fullmatch(r"[0-9.]+ ກີບ", amount(number, "lo"))


def test_an_amount_without_a_catalogue_is_readable():
    assert format_amount(300_000, "en", str) == "300,000 kip"


def test_a_locale_that_is_not_ours_is_refused():
    with pytest.raises(KeyError, match="fr"):
        format_number(1, "fr")
