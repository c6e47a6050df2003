"""Prometheus metrics, right over several processes.

Counters and histograms add up through files where PROMETHEUS_MULTIPROC_DIR is set; what is
true of the whole service (messages by state, queue depth) is read when it is asked for.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class _Process:
    """Our own id, asked for after a fork and not at every count: that is a system call."""

    def __init__(self) -> None:
        self._ask()
        os.register_at_fork(after_in_child=self._ask)

    def _ask(self) -> None:
        self._id = os.getpid()

    def __call__(self) -> int:
        return self._id


if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    values.ValueClass = values.MultiProcessValue(_Process())  # type: ignore[no-untyped-call]

HOPS = Counter("ussd_hops", "USSD requests answered", ["provider", "state", "outcome"])
HOP_SECONDS = Histogram(
    "ussd_hop_seconds",
    "Time to answer a USSD request",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
CALLBACKS = Counter("callbacks", "Other callbacks", ["provider", "kind", "outcome"])

Readings = Callable[[], Mapping[str, Mapping[str, float]]]


@cache
def hops(provider: str, state: str, outcome: str) -> Counter:
    """The child is kept: looking it up by labels costs as much as the menu's step."""
    return HOPS.labels(provider, state, outcome)


class _ReadWhenAsked(Collector):
    """Gauges whose values are asked for at each scrape: {metric: {label: value}}."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def collect(self) -> Iterable[Metric]:
        for name, readings in self._readings().items():
            family = GaugeMetricFamily(name, name.replace("_", " "), labels=["name"])
            for label, value in readings.items():
                family.add_metric([label], value)
            yield family


def exposition(readings: Readings) -> bytes:
    """The text that `/metrics` answers."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(HOPS)
        registry.register(HOP_SECONDS)
        registry.register(CALLBACKS)
    registry.register(_ReadWhenAsked(readings))
    return generate_latest(registry)
