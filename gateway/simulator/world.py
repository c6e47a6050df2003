"""All that one simulator process holds: the script of faults, inboxes, handsets, the postman."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import current_app

from gateway.simulator.callbacks import over_http
from gateway.simulator.faults import Court
from gateway.simulator.handset import Handset
from gateway.simulator.inboxes import Inboxes
from gateway.simulator.network import Network
from gateway.simulator.postman import Letter, Postman

MOST_HANDSETS = 10_000
EXPIRY_CHECK = 1.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Config:
    """`gateway_url` without a path. Without `sender_ids` every well-formed one is registered."""

    gateway_url: str
    callback_key: str = "demo"
    username: str = "sandbox"
    api_key: str = "demo-api-key"
    sender_ids: frozenset[str] = frozenset()
    shortcode: str = "1330"
    network: Network = field(default_factory=Network)
    report_delay: float = 0.0
    report_threads: int = 4
    report_room: int = 100_000
    mo_pace: float = 60.0


class World:
    """Shared by the request threads; `close` ends the background threads."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.court = Court()
        self.inboxes = Inboxes()
        self.postman = Postman(
            config.gateway_url,
            config.callback_key,
            threads=config.report_threads,
            room=config.report_room,
        )
        self._lock = threading.Lock()
        self._tally: Counter[str] = Counter()
        self._blocked: set[str] = set()
        self._handsets: OrderedDict[str, tuple[Handset, threading.Lock]] = OrderedDict()
        self._closed = threading.Event()
        self._expiry: threading.Thread | None = None

    def close(self) -> None:
        self._closed.set()
        if self._expiry:
            self._expiry.join()
        self.postman.stop()

    def reset(self) -> None:
        """Empty inboxes, zero counts, nobody blocked, no callback waiting; the script stays."""
        self.postman.reset()
        self.court.reset()
        self.inboxes.reset()
        with self._lock:
            self._tally.clear()
            self._blocked.clear()

    def tally(self, **counts: int) -> None:
        with self._lock:
            self._tally.update(counts)

    def counts(self) -> dict[str, object]:
        with self._lock:
            tally = {name: self._tally[name] for name in ("requests", "accepted", "refused")}
        callbacks = self.postman.counts()
        return (
            tally | self.inboxes.counts() | {"callbacks": callbacks, "faults": self.court.struck()}
        )

    def blocked(self, msisdn: str) -> bool:
        return msisdn in self._blocked

    def block(self, msisdn: str, blocked: bool) -> None:
        """A handset that opted out of bulk SMS is refused with 406 until it is unblocked."""
        with self._lock:
            (self._blocked.add if blocked else self._blocked.discard)(msisdn)

    @contextmanager
    def handset(self, msisdn: str) -> Iterator[Handset]:
        """The handset, for one request at a time: a phone has one screen."""
        with self._lock:
            handset, lock = self._handsets.get(msisdn) or self._new_handset(msisdn)
            self._handsets.move_to_end(msisdn)
        with lock:
            yield handset

    def _new_handset(self, msisdn: str) -> tuple[Handset, threading.Lock]:
        post = over_http(self.config.gateway_url, self.config.callback_key)
        handset = Handset(msisdn, post, network=self.config.network, notify=self._notify)
        self._handsets[msisdn] = made = (handset, threading.Lock())
        if len(self._handsets) > MOST_HANDSETS:
            self._handsets.popitem(last=False)
        if self._expiry is None:
            self._expiry = threading.Thread(target=self._expire, name="expiry", daemon=True)
            self._expiry.start()
        return made

    def _notify(self, path: str, form: Mapping[str, str]) -> None:
        self.postman.send([Letter(path, (urlencode(form).encode(),))])

    def _expire(self) -> None:
        while not self._closed.wait(EXPIRY_CHECK):
            with self._lock:
                handsets = [pair for pair in self._handsets.values() if pair[0].in_session]
            for handset, lock in handsets:
                with lock:
                    handset.expire()


def world() -> World:
    """The world of the app that is answering."""
    found: World = current_app.extensions["simulator"]
    return found
