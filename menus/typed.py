"""Numbers as people type them on a phone: "2600 0001", "26-00-00-01"."""

import re

_GAPS = re.compile(r"[\s.\u00ad\u2010-\u2015\u2212-]+")


def without_gaps(typed: str) -> str:
    """`typed` without the blanks, dashes and dots that people set between the digits of a card."""
    return _GAPS.sub("", typed)
