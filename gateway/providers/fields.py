"""Readers of one field of a callback: each bounds what it reads, and names the field it cannot.

Values come from the network. A form brings text, JSON also numbers: both are read as text, anything
else as if it were not there. Control characters go no further; a value is in no error.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from xml.etree.ElementTree import Element

from gateway.core.errors import InvalidMsisdn
from gateway.core.msisdn import Msisdn
from gateway.core.msisdn import parse as parse_msisdn
from gateway.providers.base import BadCallback

LONGEST_SMS = 1600  # characters; ten segments: no handset sends more

_MOST = 2_000_000_000  # what the columns of the statistics hold
_LARGEST = 10**15  # of a number that stands for a text: an MSISDN has 15 digits
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_INTERNATIONAL = re.compile(r"\+?\d{1,15}", re.ASCII)
_NATIONAL = re.compile(r"\+?\d{8,15}", re.ASCII)  # shorter ones are short codes

Fields = Mapping[str, Any]


def without_control(value: str) -> str:
    """`value` without control characters and lone surrogates; line ends stay."""
    return value if value.isprintable() else _CONTROL.sub("", value)


def text(fields: Fields, name: str, longest: int) -> str:
    """What somebody wrote: may be empty, must be there, and may not be longer. Raises BadCallback.

    A missing text is an error, never an empty one: an undecodable body arrives as an empty form.
    """
    value = _value(fields, name)
    if value is None or len(value) > longest:
        raise BadCallback(name)
    return without_control(value)


def sms_text(fields: Fields, name: str) -> str:
    """The text of an SMS, cut where no handset's is longer; raises BadCallback where it lacks."""
    value = _value(fields, name)
    if value is None:
        raise BadCallback(name)
    return without_control(value)[:LONGEST_SMS]


def identifier(fields: Fields, name: str, longest: int = 64) -> str:
    """A value that becomes part of a key: never empty, never shortened. Raises BadCallback."""
    value = (_value(fields, name) or "").strip()
    if not value or len(value) > longest or not value.isprintable():
        raise BadCallback(name)
    return value


def optional(fields: Fields, name: str, longest: int) -> str | None:
    """At most `longest` characters; None where nothing is said."""
    return short(fields, name, longest) or None


def short(fields: Fields, name: str, longest: int) -> str:
    """At most `longest` characters; "" where nothing is said."""
    return without_control(_value(fields, name) or "").strip()[:longest]


def word(fields: Fields, name: str, longest: int) -> str:
    """Like `short`, but must be there; raises BadCallback."""
    value = short(fields, name, longest)
    if not value:
        raise BadCallback(name)
    return value


def msisdn(fields: Fields, name: str, *, national: bool = False) -> Msisdn:
    """ "+856…", " 856…" (an unescaped plus) and "856…" are the same number. Raises BadCallback.

    `national`: the network may leave the country out.
    """
    number = (_value(fields, name) or "").strip()
    if not (_NATIONAL if national else _INTERNATIONAL).fullmatch(number):
        raise BadCallback(name)
    try:
        return parse_msisdn(number if national else "+" + number.removeprefix("+"))
    except InvalidMsisdn:
        raise BadCallback(name) from None


def any_msisdn(fields: Fields, name: str, *, national: bool = False) -> Msisdn | None:
    """None where no phone stands in the field."""
    try:
        return msisdn(fields, name, national=national)
    except BadCallback:
        return None


def count(fields: Fields, name: str) -> int:
    """A number of the operator's statistics: a wrong one is nought, not an error."""
    value = _value(fields, name) or ""
    if not (value.isascii() and value.isdigit()):
        return 0
    # Python refuses to read thousands of digits.
    return min(int(value), _MOST) if len(value) <= len(str(_MOST)) else _MOST


def moment(fields: Fields, name: str, written: str = "%Y-%m-%d %H:%M:%S") -> datetime | None:
    """A time in UTC, `written` as strptime reads it; None for any other."""
    try:
        return datetime.strptime(_value(fields, name) or "", written).replace(tzinfo=UTC)
    except ValueError:
        return None


def flag(fields: Fields, name: str) -> bool:
    """True, "true" and "1"; anything else, and nothing, is not."""
    return fields.get(name) is True or short(fields, name, 5).lower() in {"true", "1"}


def inner(fields: Fields, name: str) -> Fields:
    """The object in a field; raises BadCallback."""
    found = fields.get(name)
    if not isinstance(found, dict):
        raise BadCallback(name)
    return found


def items(fields: Fields, name: str) -> list[Fields]:
    """The objects of a list; an empty one for what is none. Raises BadCallback."""
    found = fields.get(name)
    if not isinstance(found, list):
        raise BadCallback(name)
    return [one if isinstance(one, dict) else {} for one in found]


def children(element: Element) -> Fields:
    """{name: text} of the elements right below."""
    return {child.tag: child.text or "" for child in element}


Record = TypeVar("Record")


def each(said: Iterable[Fields], read: Callable[[Fields], Record]) -> list[Record | BadCallback]:
    """What `read` makes of each, and its BadCallback in place of what it cannot."""
    return [_one(one, read) for one in said]


def _one(said: Fields, read: Callable[[Fields], Record]) -> Record | BadCallback:
    try:
        return read(said)
    except BadCallback as error:
        return error


def _value(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return str(value)
    return None
