"""Ports that nobody listens on, and that this process has not been given before."""

import os
import random
import re
import socket
from itertools import cycle

# Below what Linux takes for connections that go out, and each process of a run its own share:
# a port is often given long before its server listens.
_SHARE = 1_000
_PROCESS = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0) % 20
_FIRST = 12_000 + _SHARE * _PROCESS
_ports = cycle(random.SystemRandom().sample(range(_FIRST, _FIRST + _SHARE), _SHARE))


def free_port() -> int:
    """The next of them."""
    while True:
        port = next(_ports)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
