"""Waiting for what other processes do."""

import time
from collections.abc import Callable
from typing import TypeVar

SECONDS = 30.0
Value = TypeVar("Value")


def until(read: Callable[[], Value], good: Callable[[Value], bool], seconds: float = SECONDS):
    """What `read` gives once it is `good`; fails with the last value when it never is.

    Patience ends `seconds` after the last change: on a busy machine a thousand SMS take their time.
    """
    last, deadline = None, time.monotonic() + seconds
    while not good(value := read()):
        if value != last:
            last, deadline = value, time.monotonic() + seconds
        assert time.monotonic() < deadline, f"still {value!r}"
        time.sleep(0.05)
    return value
