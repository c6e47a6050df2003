"""What somebody who looks after an installation is told: what is wrong, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """From well to worst, but for UNKNOWN, which is worse than OK alone."""

    OK = "ok"
    UNKNOWN = "cannot tell"
    WARNING = "warning"
    FAULT = "fault"


_RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Finding:
    """Sentences. Neither repeats a secret, a number of a phone or a name."""

    level: Level
    wrong: str
    do: str = ""


def fault(wrong: str, do: str) -> Finding:
    """The service does not do what it should, or is open to somebody, now."""
    return Finding(Level.FAULT, wrong, do)


def warning(wrong: str, do: str) -> Finding:
    """It works, and will not some day."""
    return Finding(Level.WARNING, wrong, do)


def unknown(wrong: str, do: str = "") -> Finding:
    """It could not be looked at."""
    return Finding(Level.UNKNOWN, wrong, do)


def worst(levels: Iterable[Level]) -> Level:
    """OK where there are none."""
    return max(levels, key=_RANK.__getitem__, default=Level.OK)
