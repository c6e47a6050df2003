"""What is typed into the search box becomes conditions that an index answers."""

import re
from contextlib import suppress

from sqlalchemy import ColumnElement, String, and_, cast, false, func, literal, or_
from sqlalchemy.dialects.postgresql import TSQUERY

from gateway.console.kit.filters import DIGITS_SHOWN
from gateway.core.errors import InvalidMsisdn
from gateway.core.lao_text import tidy_name
from gateway.core.msisdn import parse
from gateway.registry.tables import NAME_WORDS, beneficiaries

_LAO_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙", "0123456789")
_NUMBER = re.compile(r"[\d+().\-\s]+")
_DIGIT = re.compile(r"\d")
_REGISTRATION_DIGITS = 8
_MOST_WORDS = 6


def matching(text: str, dialect: str, *, in_part: bool) -> ColumnElement[bool]:
    """The condition on `beneficiaries` for what somebody typed, on the database `dialect`.

    Digits are a registration number, one that lost its first noughts, or a phone number in any
    form; anything else are words of a name, in any letters and order. With `in_part` the beginning
    of a registration number or of a word is enough: whoever is shown numbers and names masked
    could find out the rest of them sign by sign. To them its last three digits are enough, which
    they are shown.
    """
    western = text.translate(_LAO_DIGITS)
    if _NUMBER.fullmatch(western) and _DIGIT.search(western):
        return _of_number(western, in_part=in_part)
    words = tidy_name(text).lower().split()[:_MOST_WORDS]
    return _of_words(words, dialect, in_part=in_part)


def _of_number(text: str, *, in_part: bool) -> ColumnElement[bool]:
    digits = re.sub(r"\s", "", text)
    found: list[ColumnElement[bool]] = []
    number = beneficiaries.c.registration_no
    if digits.isdigit() and len(digits) <= _REGISTRATION_DIGITS:
        # A spreadsheet takes the noughts at the front away.
        found.append(number == digits.zfill(_REGISTRATION_DIGITS))
        if in_part:
            first, last = (digits.ljust(_REGISTRATION_DIGITS, end) for end in "09")
            found.append(number.between(first, last))
        elif len(digits) == DIGITS_SHOWN:
            found.append(func.substr(number, _REGISTRATION_DIGITS - DIGITS_SHOWN + 1) == digits)
    with suppress(InvalidMsisdn):
        found.append(beneficiaries.c.msisdn == parse(text).e164)
    return or_(false(), *found)


def _of_words(words: list[str], dialect: str, *, in_part: bool) -> ColumnElement[bool]:
    if not words:
        return false()
    if dialect == "postgresql":
        wanted = " & ".join(_lexeme(word, in_part=in_part) for word in words)
        return NAME_WORDS.bool_op("@@")(cast(literal(wanted, String), TSQUERY))
    name = func.lower(" " + beneficiaries.c.name + " " + beneficiaries.c.name_latin + " ")
    end = "" if in_part else " "
    return and_(*(name.contains(f" {word}{end}", autoescape=True) for word in words))


def _lexeme(word: str, *, in_part: bool) -> str:
    """The word as a lexeme or the beginning of one, quoted."""
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*" if in_part else f"'{quoted}'"
