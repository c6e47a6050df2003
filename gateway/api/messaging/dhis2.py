"""What DHIS2's generic HTTP gateway sends, by each of its content types. Pure.

Its SimplisticHttpGetGateWay fills `${recipients}` (up to 200 numbers joined by commas, without
their plus) and `${text}` into a template of the administrator's, and encodes the text for an
address first, whatever the template is: in JSON too.
"""

import re
from typing import Annotated
from urllib.parse import parse_qs, unquote_plus

import msgspec
from msgspec import Meta

FORM, PLAIN = "application/x-www-form-urlencoded", "text/plain"
MOST_RECIPIENTS = 200

_ENCODED = re.compile(r"(?:[A-Za-z0-9._*+-]|%[0-9A-Fa-f]{2})*")
_FORM = re.compile(r"(?:[A-Za-z0-9._*+,=&-]|%[0-9A-Fa-f]{2})*")
_WRITTEN = re.compile(r"to=([^&]*)&text=(.*)", re.DOTALL)  # a text as it is, not encoded


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """A text for numbers: one, several joined by commas, or a list."""

    to: Annotated[str, Meta(max_length=8000)] | Annotated[list[str], Meta(max_length=200)]
    text: Annotated[str, Meta(max_length=16000)]


def read(octets: bytes) -> Notification | None:
    """What a form or plain text says; None where it is not `to=…&text=…` in UTF-8."""
    try:
        body = octets.decode().strip()
        if _FORM.fullmatch(body):
            fields = parse_qs(body, keep_blank_values=True, errors="strict", max_num_fields=20)
            return Notification(to=fields["to"][0], text=fields["text"][0])
    except (ValueError, KeyError):
        return None
    found = _WRITTEN.fullmatch(body)
    return Notification(to=found[1], text=found[2]) if found else None


def recipients_of(notification: Notification) -> list[str]:
    """Each once, in their order; blanks are none."""
    given = notification.to
    said = given.split(",") if isinstance(given, str) else given
    return list(dict.fromkeys(one.strip() for one in said if one.strip()))


def text_of(notification: Notification) -> str:
    """The text as a person reads it: encoded for an address it has neither blanks nor Lao letters.

    A text of one word that holds a plus is taken for an encoded one.
    """
    if not _ENCODED.fullmatch(notification.text):
        return notification.text
    try:
        return unquote_plus(notification.text, errors="strict")
    except UnicodeDecodeError:
        return notification.text
