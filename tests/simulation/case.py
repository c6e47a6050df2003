"""What is played: how many women, machines, and misfortunes."""

from dataclasses import dataclass
from datetime import date

MONDAY = date(2026, 12, 7)  # a week without a holiday
DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Misfortune:
    """From `start` (seconds of the week) for `seconds`."""

    start: float
    seconds: float

    def holds(self, now: float) -> bool:
        return self.start <= now < self.start + self.seconds

    @property
    def end(self) -> float:
        return self.start + self.seconds


NEVER = Misfortune(start=-1.0, seconds=0.0)


@dataclass(frozen=True, kw_only=True)
class Case:
    """`workers` are processes of `lanes` each, on two hosts in turns; `web` threads; `rate` is
    SMS_PER_SECOND in segments, 0 no limit; the districts' paying days are spread over `paydays`.
    """

    people: int = 400_000
    districts: int = 100
    workers: int = 4
    lanes: int = 2
    web: int = 4
    database_cores: int = 2
    rate: int = 40
    paydays: int = 5
    seed: int = 1
    quiet_hours: bool = True
    operator_down: Misfortune = Misfortune(start=DAY + 10 * 3600, seconds=3600)
    host_dead: Misfortune = Misfortune(start=2 * DAY + 9.5 * 3600, seconds=600)
    redis_away: Misfortune = Misfortune(start=3 * DAY + 10 * 3600, seconds=5)
    database_away: Misfortune = Misfortune(start=4 * DAY + 10 * 3600, seconds=15)
