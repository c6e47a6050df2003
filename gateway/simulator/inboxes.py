"""What each handset received: every SMS in full, held in memory without repeating a text."""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from gateway.core.segments import Segments, segment


class Text(NamedTuple):
    sender: str
    body: str
    segments: Segments


class _Received(NamedTuple):
    text: Text
    message_id: str
    at: float


class Inboxes:
    """Thread-safe. A broadcast's messages share one `Text`: about 200 bytes an SMS."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._received: dict[str, list[_Received]] = {}
            self._texts: dict[tuple[str, str], Text] = {}

    def text(self, sender: str, body: str) -> Text:
        """The one `Text` of this sender and body."""
        with self._lock:
            known = self._texts.get((sender, body))
            if known is None:
                known = self._texts[sender, body] = Text(sender, body, segment(body))
            return known

    def receive(self, text: Text, messages: Iterable[tuple[str, str]]) -> None:
        """`messages` are pairs of MSISDN and message id."""
        now = time.time()
        with self._lock:
            for msisdn, message_id in messages:
                self._received.setdefault(msisdn, []).append(_Received(text, message_id, now))

    def inbox(self, msisdn: str) -> list[dict[str, object]]:
        """The handset's messages, oldest first."""
        with self._lock:
            received = list(self._received.get(msisdn, ()))
        return [_shown(one) for one in received]

    def counts(self) -> dict[str, object]:
        """`received` in all, `handsets` (MSISDN to count), `duplicates`: every MSISDN and body
        that arrived more than once, with its count; `surplus` is what should not have come."""
        with self._lock:
            handsets = {msisdn: len(received) for msisdn, received in self._received.items()}
            bodies = Counter(
                (msisdn, one.text.body)
                for msisdn, received in self._received.items()
                for one in received
            )
        duplicates = [
            {"msisdn": msisdn, "body": body, "count": count}
            for (msisdn, body), count in bodies.items()
            if count > 1
        ]
        return {
            "received": sum(handsets.values()),
            "handsets": handsets,
            "duplicates": duplicates,
            "surplus": sum(bodies.values()) - len(bodies),
        }


def _shown(one: _Received) -> dict[str, object]:
    segments = one.text.segments
    return {
        "id": one.message_id,
        "from": one.text.sender,
        "body": one.text.body,
        "segments": segments.count,
        "encoding": "GSM-7" if segments.encoding == "gsm7" else "UCS-2",
        "units": segments.units,
        "left": segments.left,
        "received_at": datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds"),
    }
