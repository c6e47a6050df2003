"""Scripted faults: which one befalls a send request and each of its messages.

A script (POST /simulator/faults) draws with the probabilities given, from a seeded generator;
magic numbers come before it.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, NamedTuple, TypeVar

import msgspec

from gateway.simulator import magic
from gateway.simulator.fates import (
    REQUEST_FAULTS,
    UNHARMED,
    Fate,
    RefusalCode,
    Reports,
    RequestFault,
)
from gateway.simulator.wire import QUEUED

Drawn = TypeVar("Drawn")
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A script; every share is a probability. `reports` is one mode for all, or shares of modes
    (the rest is on time). `latency_ms` passes between acceptance and answer, `report_delay_ms`
    before each report. With `requests` only that many send requests are touched."""

    drop_answer: Share = 0
    no_recipients: Share = 0
    unauthorised_401: Share = 0
    http_500: Share = 0
    http_500_after: Share = 0
    http_503: Share = 0
    throttle_429: Share = 0
    odd_content_type: Share = 0
    codes: dict[RefusalCode, Share] = {}
    reports: Reports | dict[Reports, Share] = "on_time"
    opt_out: Share = 0
    latency_ms: int = 0
    report_delay_ms: int = 0
    requests: int | None = None
    seed: int = 1


class Verdict(NamedTuple):
    request: RequestFault | None
    fates: Sequence[Fate]
    latency: float
    report_delay: float


class Court:
    """Judges send requests; keeps the script, its generator and how often each fault struck."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._struck: Counter[str] = Counter()
        self.set(Faults())

    def set(self, script: Faults) -> None:
        with self._lock:
            self._script = script
            self._left = script.requests
            self._random = random.Random(script.seed)  # noqa: S311 - repeatable, not secret

    @property
    def script(self) -> Faults:
        return self._script

    def judge(self, msisdns: Sequence[str]) -> Verdict:
        """The verdict on one request; the same script and requests give the same verdicts."""
        with self._lock:
            script = self._turn()
            fault = magic.request_fault(msisdns) or self._draw_request(script)
            fates = [self._fate(script, msisdn) for msisdn in msisdns]
            self._struck.update(_names(fault, fates))
        return Verdict(fault, fates, script.latency_ms / 1000, script.report_delay_ms / 1000)

    def struck(self) -> dict[str, int]:
        with self._lock:
            return dict(self._struck)

    def reset(self) -> None:
        with self._lock:
            self._struck.clear()

    def _turn(self) -> Faults:
        if self._left is None:
            return self._script
        if self._left == 0:
            return Faults()
        self._left -= 1
        return self._script

    def _draw_request(self, script: Faults) -> RequestFault | None:
        return self._draw({fault: getattr(script, fault) for fault in REQUEST_FAULTS})

    def _draw(self, shares: Mapping[Drawn, float]) -> Drawn | None:
        """One of `shares`' keys or, for what they leave of 1, none."""
        if not any(shares.values()):
            return None
        point = self._random.random()
        for drawn, share in shares.items():
            if point < share:
                return drawn
            point -= share
        return None

    def _reports(self, reports: Reports | dict[Reports, float]) -> Reports:
        if isinstance(reports, dict):
            return self._draw(reports) or "on_time"
        return reports

    def _fate(self, script: Faults, msisdn: str) -> Fate:
        if msisdn.startswith(magic.BLOCK):
            return magic.fate(msisdn)
        code = self._draw(script.codes)
        opts_out = bool(script.opt_out) and self._random.random() < script.opt_out
        return Fate(code or QUEUED, self._reports(script.reports), opts_out)


def _names(fault: RequestFault | None, fates: Iterable[Fate]) -> Iterator[str]:
    if fault:
        yield fault
    for fate in fates:
        if fate == UNHARMED:
            continue
        if fate.code != QUEUED:
            yield str(fate.code)
        if fate.reports != "on_time":
            yield fate.reports
        if fate.opts_out:
            yield "opt_out"
