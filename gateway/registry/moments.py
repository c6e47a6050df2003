"""Ids are UUIDv7: a moment is found by the primary key, with no index of its own."""

from datetime import datetime, timedelta
from uuid import UUID

_SKEW = timedelta(minutes=5)  # of the clocks of those who make ids


def first_id(at: datetime) -> UUID:
    """Below every UUIDv7 made at `at` or later: RFC 9562 begins them with the milliseconds."""
    return UUID(int=max(int((at - _SKEW).timestamp() * 1000), 0) << 80)
