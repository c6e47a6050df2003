"""Whoever carries SMS: whether it answers, and takes our account."""

from collections.abc import Iterator

from gateway.cli.checkup.examining import Installation
from gateway.core.findings import Finding

_SECONDS = 2.0  # of each request


def accounts(installation: Installation) -> Iterator[Finding]:
    for provider in installation.providers:
        if provider.in_use(installation.settings):
            yield from provider.look(installation.settings, _SECONDS)
