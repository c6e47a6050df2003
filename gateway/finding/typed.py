"""What is typed into the search box becomes conditions that an index answers."""

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

from sqlalchemy import ColumnElement, Connection, String, and_, cast, false, func, literal, or_
from sqlalchemy.dialects.postgresql import TSQUERY

from gateway.core.errors import InvalidMsisdn
from gateway.core.lao_text import tidy_name
from gateway.core.msisdn import parse
from gateway.core.names import heard_as, without_title
from gateway.registry.bulk import one_of
from gateway.registry.numbers import number_now
from gateway.registry.tables import NAME_PARTS, PHONE_END, PHONE_ENDS, beneficiaries

# The villages that are called what is given, as ids.
VillagesCalled = Callable[[str], Collection[int]]

REGISTRATION_DIGITS = 8
REGISTRATION_END = 3  # digits that a masked number shows
_LAO_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙", "0123456789")
_NUMBER = re.compile(r"[\d+().\-\s]+")
_DIGIT = re.compile(r"\d")
_MOST_WORDS = 6
_PART = 3  # letters, as in `name_parts`


def matching(
    connection: Connection, text: str, *, named: bool, villages_called: VillagesCalled
) -> ColumnElement[bool]:
    """The condition on `beneficiaries` for what somebody typed.

    Digits are a registration number, one that lost its first noughts, a phone in any form or its
    last four digits; anything else is a village, or a district. Whoever is shown names (`named`)
    finds people by any parts of a name too, in any letters, order and near spelling, with those of
    the place among them, and by the beginning of a registration number. To others what is
    masked would be found out sign by sign: they find by what they are shown, its last three digits.
    """
    western = text.translate(_LAO_DIGITS)
    if _NUMBER.fullmatch(western) and _DIGIT.search(western):
        return _of_number(connection, western, named=named)
    tidy = tidy_name(text)
    there = _in_one_of(connection, villages_called(tidy))
    if not named:
        return there
    typed = without_title(tidy).split()[:_MOST_WORDS]
    words = [one for one in typed if heard_as(one)]
    if not words:
        return there
    return or_(there, and_(*(_of_word(connection, one, villages_called) for one in words)))


def _of_number(connection: Connection, text: str, *, named: bool) -> ColumnElement[bool]:
    digits = re.sub(r"\s", "", text)
    found: list[ColumnElement[bool]] = []
    number = beneficiaries.c.registration_no
    if digits.isdigit() and len(digits) <= REGISTRATION_DIGITS:
        # A spreadsheet takes the noughts at the front away.
        whole = digits.zfill(REGISTRATION_DIGITS)
        found.append(number.in_((whole, number_now(connection, whole))))
        if named:
            first, last = (digits.ljust(REGISTRATION_DIGITS, end) for end in "09")
            found.append(number.between(first, last))
        elif len(digits) == REGISTRATION_END:
            start = REGISTRATION_DIGITS - REGISTRATION_END + 1
            found.append(func.substr(number, start) == digits)
    if digits.isdigit() and len(digits) == PHONE_END:
        found.append(PHONE_ENDS.in_((digits,)))
    with suppress(InvalidMsisdn):
        found.append(beneficiaries.c.msisdn == parse(text).e164)
    return or_(false(), *found)


def _of_word(
    connection: Connection, word: str, villages_called: VillagesCalled
) -> ColumnElement[bool]:
    # A letter or two are in the name of half of the villages.
    there = villages_called(word) if len(word) >= _PART else ()
    return or_(_in_name(heard_as(word), connection.dialect.name), _in_one_of(connection, there))


def _in_one_of(connection: Connection, villages: Collection[int]) -> ColumnElement[bool]:
    return one_of(connection, beneficiaries.c.village_id, villages) if villages else false()


def _in_name(spellings: Sequence[str], dialect: str) -> ColumnElement[bool]:
    key = beneficiaries.c.name_key
    said = or_(false(), *(key.contains(one, autoescape=True) for one in spellings))
    if dialect != "postgresql" or min(map(len, spellings), default=0) < _PART - 1:
        return said  # a single letter is found soon, in whatever order
    wanted = " | ".join(f"({_parts(one)})" for one in spellings)
    return and_(NAME_PARTS.bool_op("@@")(cast(literal(wanted, String), TSQUERY)), said)


def _parts(spelling: str) -> str:
    """What an index over NAME_PARTS has of whoever has this in their name."""
    if len(spelling) < _PART:
        return f"{_quoted(spelling)}:*"
    starts = range(len(spelling) - _PART + 1)
    return " & ".join(_quoted(spelling[start : start + _PART]) for start in starts)


def _quoted(letters: str) -> str:
    escaped = letters.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
