"""Ports that nobody listens on."""

import random
import socket

_BELOW_OUTGOING = range(12_000, 32_000)  # Linux takes 32768 and up for connections that go out


def free_port() -> int:
    """Any: servers started later may take it, so no two runs side by side look in one order."""
    while True:
        port = random.SystemRandom().choice(_BELOW_OUTGOING)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
