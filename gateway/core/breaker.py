"""How a provider is doing, by the share of its calls that fail, and what may be asked of it. Pure.

well -> slowed: one call at a time -> failing: probes of one recipient -> slowed -> well. It knows a
share, not a count: answers that come back healthy anywhere, in any lane of any worker, are
answers. What a provider orders (no credit, a wrong key, too fast) is `refusing`, and lasts as
long as it said; what staff switch off stays `off`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

ProviderState = Literal["well", "slowed", "failing", "refusing", "off"]

STOPPED: frozenset[ProviderState] = frozenset({"failing", "refusing", "off"})
NEWEST = 0.25  # the weight of the newest call: the share is that of the last ten or so
SLOW_FROM = 0.5  # three calls in a row that fail, none between them that does not
STOP_FROM = 0.75  # five in a row
WELL_BELOW = 0.4
FORGOTTEN_BELOW = 0.01

A_CALL = timedelta(seconds=15)  # nothing heard of it: another may be made
PAUSE = timedelta(seconds=1)  # after a call that failed while one goes at a time
FIRST_PROBE, LONGEST_PROBE = timedelta(seconds=1), timedelta(seconds=8)
FAILED_PROBES_TO_ALERT = 2  # a blip of a second or two is nobody's business


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`next_at`: no call before, where the state limits calls; `share` from 0 to 1.

    `failed_probes` counts since it stopped; `reason` is what the last failure or order said.
    """

    state: ProviderState = "well"
    share: float = 0.0
    failed_probes: int = 0
    next_at: datetime
    reason: str = ""

    @property
    def stopped(self) -> bool:
        return self.state in STOPPED

    @property
    def forgotten(self) -> bool:
        """Nothing worth remembering."""
        return self.state == "well" and self.share < FORGOTTEN_BELOW


Admission = Literal["all", "alone", "probe", "none"]


def admission(health: Health, now: datetime) -> Admission:
    """What may begin: calls side by side, calls one after the other, one recipient, or nothing."""
    if health.state == "well":
        return "all"
    if health.state == "off" or health.next_at > now:
        return "none"
    return "alone" if health.state == "slowed" else "probe"


def taken(health: Health, now: datetime) -> Health:
    """The only call there may be begins."""
    return replace(health, next_at=now + A_CALL)


def given_back(health: Health, now: datetime) -> Health:
    """That call is not made after all, or nothing follows it."""
    return replace(health, next_at=now) if health.state != "off" else health


def after_failure(health: Health, *, reason: str, only_call: bool, now: datetime) -> Health:
    """A call failed as a whole. `only_call`: the one that was `taken`."""
    health = replace(health, share=health.share + NEWEST * (1 - health.share))
    if health.state == "off":
        return health
    if health.stopped:
        return _probe_failed(health, reason, now) if only_call else health
    if health.share >= STOP_FROM:
        return replace(
            health, state="failing", reason=reason, failed_probes=0, next_at=now + FIRST_PROBE
        )
    if health.state == "slowed" or health.share >= SLOW_FROM:
        return replace(health, state="slowed", reason=reason, next_at=now + PAUSE)
    return replace(health, reason=reason)


def after_answer(health: Health, *, only_call: bool, now: datetime) -> Health:
    """A call got through. One that was under way does not lift what the provider has ordered."""
    health = replace(health, share=health.share * (1 - NEWEST))
    if health.state == "failing" or (health.state == "refusing" and only_call):
        share = min(health.share, SLOW_FROM)
        health = replace(health, state="slowed", share=share, failed_probes=0, next_at=now)
    if health.state == "slowed" and health.share < WELL_BELOW:
        return replace(health, state="well", next_at=now)
    return health


def after_order(health: Health, *, reason: str, until: datetime) -> Health:
    """The provider says that it takes nothing, and for how long; that is no failure."""
    if health.state == "off":
        return health
    return replace(health, state="refusing", reason=reason, failed_probes=0, next_at=until)


def _probe_failed(health: Health, reason: str, now: datetime) -> Health:
    failed = min(health.failed_probes + 1, 100)
    wait = min(FIRST_PROBE * 2 ** min(failed, 10), LONGEST_PROBE)
    return replace(health, state="failing", reason=reason, failed_probes=failed, next_at=now + wait)
