"""Where a page of a list goes on: opaque, of one list alone."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec

from gateway.api.problems import FieldFault, ProblemError

Position = TypeVar("Position")
MOST = 1000  # rows a page
Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST)]


def cursor_of(position: Any) -> str:
    """`position` (anything that msgspec encodes) as text for an address."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def position_of(cursor: str, kind: type[Position]) -> Position:
    """The position behind a cursor. Raises ProblemError for one that was made up."""
    try:
        octets = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        position = msgspec.json.decode(octets, type=kind)
        if isinstance(position, tuple) and any(map(_has_no_zone, position)):
            raise ValueError("a moment without its zone")  # noqa: TRY301 - as for any other made up
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        fault = FieldFault(field="after", reason="not a cursor of this list")
        raise ProblemError("bad_request", errors=[fault]) from None
    return position


def _has_no_zone(part: object) -> bool:
    return isinstance(part, datetime) and part.tzinfo is None
