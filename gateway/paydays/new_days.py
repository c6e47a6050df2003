"""Which day a payment may be moved to: one that is to come, and near its cycle."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from gateway.core.texts import _
from gateway.registry.plausibility import near_cycle

LONGEST_AHEAD = timedelta(days=366)
IN_THE_PAST = _("The day has passed.")
TOO_FAR = _("The day lies more than a year ahead.")
WRONG_YEAR = _("The day is not near the cycle %(cycle)s: is the year right?")


class WrongDayError(Exception):
    """Nothing was moved; `reason` is a msgid, `params` fill it."""

    def __init__(self, reason: str, params: Mapping[str, str]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


def check_day(day: date, *, today: date, cycles: Collection[str]) -> None:
    """Raises WrongDayError unless the day is to come and near one of the cycles whose payments are
    moved; arrears among them may lie far back."""
    if day < today:
        raise WrongDayError(IN_THE_PAST, {})
    if day > today + LONGEST_AHEAD:
        raise WrongDayError(TOO_FAR, {})
    if cycles and not any(near_cycle(one, day) for one in cycles):
        raise WrongDayError(WRONG_YEAR, {"cycle": max(cycles)})
