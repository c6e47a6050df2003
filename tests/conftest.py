"""Fixtures that more than one package of tests needs."""

import pytest

pytest_plugins = ["tests.chromium", "tests.databases", "tests.service", "tests.valkey"]

# Each process takes the next file, so the longest start first: they wait more than they work.
_LONGEST = ("worker/test_chaos", "kannel/test_failures", "kannel/", "worker/", "demo/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        path = item.path.as_posix()
        found = (place for place, part in enumerate(_LONGEST) if f"/tests/{part}" in path)
        return next(found, len(_LONGEST))

    items.sort(key=turn)
