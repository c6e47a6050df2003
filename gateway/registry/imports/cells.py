"""What each kind of cell may hold. A reader takes the text and gives the value, or CellError."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from gateway.core.encoding import ucs2_units
from gateway.core.errors import InvalidMsisdn
from gateway.core.lao_text import romanise, tidy_name
from gateway.core.msisdn import parse
from gateway.core.payments import CycleError, first_of_cycle
from gateway.core.texts import _
from gateway.registry.imports.report import CellError

Reader = Callable[[str], object]

MISSING = _("A value is missing.")
NOT_KNOWN_VALUE = _("Only these are known: %(known)s.")
NOT_8_DIGITS = _("It must have 8 digits. Excel drops zeros in front: format the column as text.")
NOT_4_DIGITS = _("It must have 4 digits. Excel drops zeros in front: format the column as text.")
NOT_A_DATE = _("A date is written YYYY-MM-DD, like 2026-08-15.")
NO_SUCH_DAY = _("There is no such day.")
IN_THE_FUTURE = _("The date lies in the future.")
IMPLAUSIBLE = _("The date is too far from today to be right.")
NOT_MOBILE = _("This is no Lao mobile number.")
NOT_AN_AMOUNT = _("The amount is whole LAK above zero, digits only.")
NOT_A_CYCLE = _("A cycle is its first month, written like 2026-11.")
TOO_LONG = _("The name has %(units)s characters; %(most)s are the most, names are never cut.")

_8_DIGITS = re.compile(r"[0-9]{8}")
_4_DIGITS = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CYCLE_AS_DATE = re.compile(r"([0-9]{4}-[0-9]{2})-01")  # what Excel makes of 2026-11
_AMOUNT = re.compile(r"[1-9][0-9]{0,8}")


def registration_no(text: str) -> str:
    if not _8_DIGITS.fullmatch(text):
        raise CellError(NOT_8_DIGITS)
    return text


def pin(text: str) -> str:
    if not _4_DIGITS.fullmatch(text):
        raise CellError(NOT_4_DIGITS)
    return text


def name(most: int) -> Reader:
    """A name of at most `most` UCS-2 units, composed and tidied."""

    def read(text: str) -> str:
        tidy = tidy_name(text)
        units = ucs2_units(tidy)
        if units > most:
            raise CellError(TOO_LONG, units=units, most=most)
        if not tidy:
            raise CellError(MISSING)
        return tidy

    return lru_cache(maxsize=10_000)(read)


def one_of(*values: str) -> Reader:
    return mapped({value: value for value in values})


def mapped(values: Mapping[str, object]) -> Reader:
    """One of the keys, in any case."""
    known = {key.casefold(): value for key, value in values.items()}

    def read(text: str) -> object:
        try:
            return known[text.casefold()]
        except KeyError:
            raise CellError(NOT_KNOWN_VALUE, known=", ".join(values)) from None

    return read


def msisdn(text: str) -> str:
    """E.164 of a Lao mobile number, the only kind that gets our SMS."""
    try:
        number = parse(text)
    except InvalidMsisdn as error:
        raise CellError(error.reason) from None
    if not (number.is_lao and number.is_mobile):
        raise CellError(NOT_MOBILE)
    return number.e164


def day(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise CellError(NOT_A_DATE)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellError(NO_SUCH_DAY) from None


def day_between(first: date, last: date, *, today: date) -> Reader:
    """A plausible day; a later one than both `last` and `today` is called future."""

    def read(text: str) -> date:
        value = day(text)
        if value > last:
            raise CellError(IN_THE_FUTURE if last == today else IMPLAUSIBLE)
        if value < first:
            raise CellError(IMPLAUSIBLE)
        return value

    return read


def amount(text: str) -> int:
    if not _AMOUNT.fullmatch(text):
        raise CellError(NOT_AN_AMOUNT)
    return int(text)


def cycle(text: str) -> str:
    as_date = _CYCLE_AS_DATE.fullmatch(text)
    text = as_date[1] if as_date else text
    try:
        first_of_cycle(text)
    except CycleError:
        raise CellError(NOT_A_CYCLE) from None
    return text


def latin_of(lao: str) -> str:
    """The name in Latin letters, a draft; names are made of few words, so words are kept."""
    return " ".join(_latin_word(word) for word in lao.split())


@lru_cache(maxsize=20_000)
def _latin_word(word: str) -> str:
    return romanise(word)
