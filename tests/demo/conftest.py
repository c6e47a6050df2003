"""The demo, started once for the tests that leave it running."""

from collections.abc import Iterator

import pytest

from tests.demo.checkout import Checkout, Demo


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def demo(checkout: Checkout) -> Iterator[Demo]:
    demo = checkout.start()
    yield demo
    demo.destroy()
