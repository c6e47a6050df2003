"""One phone on the network: dials, presses keys, hangs up, and shows what a real phone would."""

import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import msgspec

from gateway.simulator import wire
from gateway.simulator.callbacks import NoAnswerError, Post
from gateway.simulator.network import INVALID_CODE, Fault, Network, Page

Notify = Callable[[str, Mapping[str, str]], object]


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """What the phone shows after a hop. `body` is the reply as it came ("CON …"), `open` whether
    the network waits for an answer, `fault` why `text` is the network's error instead."""

    text: str
    body: str = ""
    open: bool = False
    fault: Fault = ""
    session_id: str = ""
    hop: int = 0
    encoding: Literal["GSM-7", "UCS-2"] = "GSM-7"
    units: int = 0
    budget: int = 0
    octets: int = 0
    took_ms: int = 0
    seconds_left: int = 0
    sent: str = ""


@dataclass
class _Session:
    id: str
    started: float
    inputs: list[str]
    open: bool = True
    hops: int = 0
    metadata: list[str] = field(default_factory=list)
    sent: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))
    body: str = ""


class Handset:
    """`post` reaches the gateway; `notify` takes the end-of-session event (default: `post`).

    Every verb gives the Screen; none raises because of what the gateway did.
    """

    def __init__(
        self,
        msisdn: str,
        post: Post,
        *,
        network: Network | None = None,
        notify: Notify | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.msisdn = msisdn
        self._post = post
        self._network = network or Network()
        self._notify = notify or self._post_event
        self._clock = clock
        self._session: _Session | None = None

    @property
    def in_session(self) -> bool:
        return self._session is not None and self._session.open

    def dial(self, code: str | None = None) -> Screen:
        """Starts a session; `code` defaults to the network's service code."""
        self.hang_up()
        inputs = self._network.inputs_of(code or self._network.service_code)
        if inputs is None:
            return _error("no_such_code")
        self._session = _Session(wire.session_id(), self._clock(), inputs)
        return self._hop(self._session)

    def press(self, keys: str) -> Screen:
        """Answers the page shown with `keys`."""
        session = self._session
        if session is None or not session.open:
            return _error("no_session")
        if self.expire():
            return _error("expired")
        session.inputs.append(keys)
        return self._hop(session)

    def retry(self) -> Screen:
        """The last hop again, byte for byte, as an operator does whose answer was lost."""
        if self._session is None:
            return _error("no_session")
        return self._exchange(self._session)

    def hang_up(self) -> None:
        """Ends an open session, as does a lost signal: the event says Incomplete."""
        if self._session is not None and self._session.open:
            self._end(self._session, "Incomplete")

    def expire(self) -> bool:
        """Ends the session if its time is over; True when it did."""
        session = self._session
        if session is None or not session.open or self._seconds_left(session) > 0:
            return False
        self._end(session, "Incomplete")
        return True

    def _hop(self, session: _Session) -> Screen:
        session.hops += 1
        text = self._network.text_of(session.inputs)
        echo = session.metadata[-1] if session.metadata else ""
        form = self._identity(session) | {"text": text}
        session.sent = (form, {wire.HOP_METADATA: echo} if echo else {})
        session.metadata.append("")
        return self._exchange(session)

    def _exchange(self, session: _Session) -> Screen:
        began = self._clock()
        try:
            reply = self._post(wire.USSD, *session.sent)
        except NoAnswerError as error:
            page = Page("", "", "timed_out" if error.timed_out else "unreachable")
        else:
            page = self._network.read(reply)
            session.metadata[-1] = reply.hop_metadata
        session.body = page.body
        self._close_after(session, page)
        return self._screen(session, page, self._clock() - began)

    def _close_after(self, session: _Session, page: Page) -> None:
        if not session.open:
            return
        if page.fault:
            self._end(session, "Failed", page.fault)
        elif page.body.startswith("END "):
            self._end(session, "Success")

    def _screen(self, session: _Session, page: Page, took: float) -> Screen:
        measure = self._network.measure(page.text)
        return Screen(
            text=INVALID_CODE if page.fault else page.text,
            body=page.body,
            open=session.open,
            fault=page.fault,
            session_id=session.id,
            hop=session.hops,
            encoding=measure.encoding,
            units=measure.units,
            budget=measure.budget,
            octets=measure.octets,
            took_ms=round(took * 1000),
            seconds_left=self._seconds_left(session) if session.open else 0,
            sent=session.sent[0]["text"],
        )

    def _seconds_left(self, session: _Session) -> int:
        ends = session.started + self._network.session_seconds
        return max(0, math.ceil(ends - self._clock()))

    def _identity(self, session: _Session) -> dict[str, str]:
        return {
            "sessionId": session.id,
            "phoneNumber": self.msisdn,
            "networkCode": wire.network_code(self.msisdn),
            "serviceCode": self._network.service_code,
        }

    def _end(self, session: _Session, status: str, error: str = "") -> None:
        session.open = False
        event = self._identity(session) | {
            "date": wire.event_date(datetime.now(UTC)),
            "status": status,
            "cost": "USD 0.0010",
            "durationInMillis": str(round((self._clock() - session.started) * 1000)),
            "hopsCount": str(session.hops),
            "hopsMetadata": "|".join(session.metadata),
            "input": session.sent[0].get("text", ""),
            "lastAppResponse": session.body,
        }
        self._notify(wire.USSD_EVENTS, event | {"errorMessage": error} if error else event)

    def _post_event(self, path: str, form: Mapping[str, str]) -> None:
        # The network does not care whether anybody heard that the session is over.
        with suppress(NoAnswerError):
            self._post(path, form, {})


def _error(fault: Fault) -> Screen:
    return Screen(text=INVALID_CODE, fault=fault)
