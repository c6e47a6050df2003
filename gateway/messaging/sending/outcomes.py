"""Which messages travel together, and what a provider's answer means for each of them. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.core.message_states import MessageState
from gateway.messaging.sending.claims import Sending, Verdict
from gateway.messaging.sending.rendering import Ready
from gateway.providers.base import SendOutcome, SendResult

LONGEST_BACKOFF = timedelta(minutes=30)
STATES: dict[SendOutcome, MessageState] = {
    "accepted": "accepted",
    "refused": "refused",
    "retry": "queued",
    "stop": "queued",
    "unknown": "unknown",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One bulk call: the recipients of one text."""

    sending: Sending
    ready: tuple[Ready, ...]

    @property
    def segments(self) -> int:
        return self.sending.segments * len(self.ready)


@dataclass(slots=True)
class Settlement:
    """What is known and not written down yet.

    `failure` is why a call failed as a whole, `stop` why and until when the provider is left alone.
    """

    verdicts: list[Verdict] = field(default_factory=list)
    failure: str | None = None
    stop: tuple[str, datetime] | None = None
    went_through: bool = False


def calls_of(ready: Sequence[Ready], *, at_most: int) -> list[Call]:
    """Messages with the same text travel together, each number once, `at_most` in a call."""
    same: dict[Sending, list[Ready]] = defaultdict(list)
    for one in ready:
        same[Sending(one.body, one.told, one.segments)].append(one)
    return [
        Call(sending, tuple(numbers[start : start + at_most]))
        for sending, group in same.items()
        for numbers in _each_number_once(group)
        for start in range(0, len(numbers), at_most)
    ]


def _each_number_once(group: Sequence[Ready]) -> list[list[Ready]]:
    """An answer tells recipients apart by their number; replies may repeat a text to one."""
    rounds: list[dict[str, Ready]] = []
    for one in group:
        free = next((numbers for numbers in rounds if one.msisdn not in numbers), None)
        if free is None:
            free = {}
            rounds.append(free)
        free[one.msisdn] = one
    return [list(numbers.values()) for numbers in rounds]


def read_results(
    sent: Sequence[Ready],
    results: Sequence[SendResult],
    *,
    now: datetime,
    first_backoff: timedelta,
) -> Settlement:
    """What becomes of `sent`. Whoever is not in the answer may have been sent to: unknown.

    A retry waits `first_backoff`, doubled with every attempt made before.
    """
    answers = {result.message_id: result for result in results}
    complete = [
        answers.get(one.message_id) or SendResult(one.message_id, "unknown", reason="not_in_answer")
        for one in sent
    ]
    attempts = {one.message_id: one.attempts for one in sent}
    waits = [
        _wait(result, first_backoff * 2 ** min(attempts[result.message_id], 10))
        for result in complete
    ]
    pairs = zip(complete, waits, strict=True)
    through = any(result.outcome in {"accepted", "refused"} for result in complete)
    stops = [(result, wait) for result, wait in pairs if result.outcome == "stop"]
    return Settlement(
        verdicts=[
            _verdict(result, now + wait) for result, wait in zip(complete, waits, strict=True)
        ],
        failure=None if through or stops else complete[0].reason,
        stop=(str(stops[0][0].reason), now + stops[0][1]) if stops else None,
        went_through=through,
    )


def _wait(result: SendResult, backoff: timedelta) -> timedelta:
    if result.outcome == "stop":
        return timedelta(seconds=result.wait_seconds or 0)
    return min(backoff, LONGEST_BACKOFF)


def _verdict(result: SendResult, again_at: datetime) -> Verdict:
    state = STATES[result.outcome]
    return Verdict(
        message_id=result.message_id,
        state=state,
        reason=result.reason,
        provider_ref=result.provider_ref,
        cost=result.cost,
        currency=result.currency,
        segments=result.segments,
        not_before_at=again_at if state == "queued" else None,
    )
