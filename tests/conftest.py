"""Fixtures that more than one package of tests needs."""

import gc
import os
import signal
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from gateway.staff import passwords

# No test may fail because the machine is busy: neither an example nor the making of it is timed.
# CI tries more examples than a run between two changes.
settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=100 if "CI" in os.environ else 40,
)
settings.load_profile("untimed")

pytest_plugins = [
    "tests.chromium",
    "tests.databases",
    "tests.sentinels",
    "tests.service",
    "tests.valkey",
]

# A run in the background ignores Ctrl-C, and what it starts would with it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Each process takes the next file, so the longest start first: they wait more than they work.
_LONGEST = ("worker/test_chaos", "kannel/test_failures", "kannel/", "worker/", "demo/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        path = item.path.as_posix()
        found = (place for place, part in enumerate(_LONGEST) if f"/tests/{part}" in path)
        return next(found, len(_LONGEST))

    items.sort(key=turn)
    for item in items:
        # Whoever opens a browser needs not remember to say so.
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.chromium)


def pytest_collection_finish() -> None:
    """What is collected by now stays: it is not looked through for rubbish again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """A tenth of a second for every password is meant for thieves; what the service really takes
    stands in tests/staff/test_passwords.py."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", cheap)
        yield
