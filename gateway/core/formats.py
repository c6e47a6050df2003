"""Dates and amounts as the screens and messages show them: European digits in every locale."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

from gateway.core.texts import _

# CLDR knows no Lao in Latin letters; its numbers are grouped as in Lao.
_BABEL = {"lo": Locale("lo"), "lo_Latn": Locale("lo"), "en": Locale("en")}


def format_date(on: date) -> str:
    """`15/08/2026`, ten characters in every locale."""
    return f"{on.day:02}/{on.month:02}/{on.year:04}"


def format_short_date(on: date) -> str:
    """`15/08`, as in SMS."""
    return f"{on.day:02}/{on.month:02}"


@lru_cache(maxsize=1024)
def format_number(number: int, locale: str) -> str:
    """`300.000` in lo and lo_Latn, `300,000` in en. Raises KeyError for a locale not ours."""
    return format_decimal(number, locale=_BABEL[locale])


def format_amount(amount: int, locale: str, gettext: Callable[[str], str]) -> str:
    """A whole amount of LAK with the catalogue's word for the unit: `300.000 ກີບ`."""
    return gettext(_("%(amount)s kip")) % {"amount": format_number(amount, locale)}
