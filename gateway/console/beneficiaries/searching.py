"""What is typed into the search box becomes conditions that an index answers."""

import re
from contextlib import suppress

from sqlalchemy import ColumnElement, String, and_, cast, false, func, literal, or_
from sqlalchemy.dialects.postgresql import TSQUERY

from gateway.core.errors import InvalidMsisdn
from gateway.core.lao_text import tidy_name
from gateway.core.msisdn import parse
from gateway.registry.tables import NAME_WORDS, beneficiaries

_LAO_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙", "0123456789")
_NUMBER = re.compile(r"[\d+().\-\s]+")
_DIGIT = re.compile(r"\d")
_REGISTRATION_DIGITS = 8
_MOST_WORDS = 6


def matching(text: str, dialect: str) -> ColumnElement[bool]:
    """The condition on `beneficiaries` for what somebody typed, on the database `dialect`.

    Digits are the beginning of a registration number, one that lost its first noughts, or a phone
    number in any form; anything else are beginnings of words of a name, in any letters and order.
    """
    western = text.translate(_LAO_DIGITS)
    if _NUMBER.fullmatch(western) and _DIGIT.search(western):
        return _of_number(western)
    words = tidy_name(text).lower().split()[:_MOST_WORDS]
    return _of_words(words, dialect)


def _of_number(text: str) -> ColumnElement[bool]:
    digits = re.sub(r"\s", "", text)
    found: list[ColumnElement[bool]] = []
    if digits.isdigit() and len(digits) <= _REGISTRATION_DIGITS:
        first, last = (digits.ljust(_REGISTRATION_DIGITS, end) for end in "09")
        number = beneficiaries.c.registration_no
        found.append(number == digits if first == last else number.between(first, last))
        # A spreadsheet takes the noughts at the front away.
        found.append(number == digits.zfill(_REGISTRATION_DIGITS))
    with suppress(InvalidMsisdn):
        found.append(beneficiaries.c.msisdn == parse(text).e164)
    return or_(false(), *found)


def _of_words(words: list[str], dialect: str) -> ColumnElement[bool]:
    if not words:
        return false()
    if dialect == "postgresql":
        wanted = " & ".join(_lexeme(word) for word in words)
        return NAME_WORDS.bool_op("@@")(cast(literal(wanted, String), TSQUERY))
    name = func.lower(" " + beneficiaries.c.name + " " + beneficiaries.c.name_latin)
    return and_(*(name.contains(f" {word}", autoescape=True) for word in words))


def _lexeme(word: str) -> str:
    """The word as the beginning of a lexeme, quoted."""
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*"
