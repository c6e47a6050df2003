"""Addresses of a Redis on this machine, for a service that waits for it.

The service gives up on Redis after 250 ms. A busy machine pauses for longer, and a test would then
meet a service without Redis; what a silent one costs is tested where that is what is asked.
"""


def patient(port: int, database: int = 0) -> str:
    return f"redis://127.0.0.1:{port}/{database}?socket_timeout=30&socket_connect_timeout=30"
