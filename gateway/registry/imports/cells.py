"""What each kind of cell may hold. A reader takes the text and gives the value, or CellError."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from gateway.core.encoding import ucs2_units
from gateway.core.errors import InvalidMsisdn
from gateway.core.lao_text import tidy_name
from gateway.core.msisdn import parse
from gateway.core.payments import CycleError, first_of_cycle
from gateway.core.texts import _
from gateway.registry.imports.report import CellError
from gateway.registry.imports.signs import LETTERS_LOST, has_lost_letters
from gateway.registry.imports.vocabulary import INVISIBLE, fold

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
LOST_DIGITS = _(
    "Excel has shortened this number: its last digits are lost. Format the column as text and type "
    "the number again."
)
TOO_LONG = _("The name has %(units)s characters; %(most)s are the most, names are never cut.")

_8_DIGITS = re.compile(r"[0-9]{8}")
_4_DIGITS = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CYCLE_AS_DATE = re.compile(r"([0-9]{4}-[0-9]{2})-01")  # what Excel makes of 2026-11
_AMOUNT = re.compile(r"[1-9][0-9]{0,8}")
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]*)?E[+-]?[0-9]+", re.IGNORECASE)
_ROUNDED = re.compile(r"\+?856[0-9]+000000")  # of a long number Excel shows six digits
_ZEROS = (0x0ED0, 0x0E50, 0xFF10)  # Lao, Thai, full-width
_DIGITS = {zero + value: str(value) for zero in _ZEROS for value in range(10)}


def plain(text: str) -> str:
    """Digits of every script as ASCII, without what nobody sees."""
    if text.isascii():
        return text
    return INVISIBLE.sub("", text).translate(_DIGITS).strip()


def _number(text: str) -> str:
    """A number as it is typed, or as text in Excel ('26000001)."""
    text = plain(text).removeprefix("'")
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(LOST_DIGITS)
    return text


def registration_no(text: str) -> str:
    digits = _number(text)
    if not _8_DIGITS.fullmatch(digits):
        raise CellError(NOT_8_DIGITS)
    return digits


def pin(text: str) -> str:
    digits = _number(text)
    if not _4_DIGITS.fullmatch(digits):
        raise CellError(NOT_4_DIGITS)
    return digits


def name(most: int) -> Reader:
    """A name of at most `most` UCS-2 units, composed and tidied."""

    def read(text: str) -> str:
        if has_lost_letters(text):
            raise CellError(LETTERS_LOST)
        tidy = tidy_name(text)
        units = ucs2_units(tidy)
        if units > most:
            raise CellError(TOO_LONG, units=units, most=most)
        if not tidy:
            raise CellError(MISSING)
        return tidy

    return read


def one_of(words: Mapping[str, Iterable[str]]) -> Reader:
    """One of the codes, or of the words that say the same, however it is written."""
    return mapped(words, {code: code for code in words})


def mapped(words: Mapping[str, Iterable[str]], values: Mapping[str, object]) -> Reader:
    """As `one_of`, with a value for each code."""
    known = {fold(word): values[code] for code in words for word in (code, *words[code])}
    listed = ", ".join(_with_first(code, words[code]) for code in words)

    def read(text: str) -> object:
        try:
            return known[fold(text)]
        except KeyError:
            raise CellError(NOT_KNOWN_VALUE, known=listed) from None

    return read


def _with_first(code: str, words: Iterable[str]) -> str:
    word = next(iter(words), None)
    return f"{code} ({word})" if word else code


def msisdn(text: str) -> str:
    """E.164 of a Lao mobile number, the only kind that gets our SMS."""
    text = _number(text)
    if _ROUNDED.fullmatch(text):
        raise CellError(LOST_DIGITS)
    try:
        number = parse(text)
    except InvalidMsisdn as error:
        raise CellError(error.reason) from None
    if not (number.is_lao and number.is_mobile):
        raise CellError(NOT_MOBILE)
    return number.e164


def day(text: str) -> date:
    text = plain(text)
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
    text = _number(text)
    if not _AMOUNT.fullmatch(text):
        raise CellError(NOT_AN_AMOUNT)
    return int(text)


def cycle(text: str) -> str:
    text = plain(text)
    as_date = _CYCLE_AS_DATE.fullmatch(text)
    text = as_date[1] if as_date else text
    try:
        first_of_cycle(text)
    except CycleError:
        raise CellError(NOT_A_CYCLE) from None
    return text
