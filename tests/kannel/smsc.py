"""An operator's SMSC, played by smpp34 in a thread with an event loop of its own.

It keeps every submit_sm, answers as it is told to, and sends what a handset or a network sends.
"""

import asyncio
import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import smpp34

from tests.kannel import gsm7
from tests.kannel.wire import Wire
from tests.ports import free_port

OK, THROTTLED, INVALID_DESTINATION = 0x0, 0x58, 0xB  # command_status
SHORTEST_DELIVERY = 0.05  # seconds from an SMSC's answer to a handset's
PATIENCE = 30.0  # seconds a test waits for something to come about
USSD_SERVICE_OP, ITS_SESSION_INFO = 0x0501, 0x1383
SMS_ESME, USSD_ESME = "esme1", "ussd1"
UCS2 = 8  # data_coding
UDH = 0x40  # esm_class: the text starts with a user data header


class NotBound(Exception):
    """Nobody is bound under this system id."""


@dataclass(frozen=True)
class Submitted:
    """One submit_sm; `octets` is what would go to the handset."""

    source: str
    destination: str
    octets: bytes
    data_coding: int
    esm_class: int
    registered_delivery: int
    tlvs: dict[int, bytes]
    message_id: str | None  # None: it was refused, or its answer was kept back

    @property
    def text(self) -> str:
        """The text as the handset shows it."""
        header = self.octets[0] + 1 if self.esm_class & UDH else 0
        body = self.octets[header:]
        return body.decode("utf-16-be") if self.data_coding == UCS2 else gsm7.decode(body)

    @property
    def op(self) -> int | None:
        value = self.tlvs.get(USSD_SERVICE_OP)
        return int.from_bytes(value, "big") if value is not None else None


@dataclass(frozen=True)
class Answer:
    """What the SMSC says to a submit_sm: a command status, or nothing where `silent`."""

    status: int = OK
    silent: bool = False


Decide = Callable[[Submitted], Answer]


def accept(_submitted: Submitted) -> Answer:
    return Answer()


class Smsc:
    """Started and stopped any number of times; what it was sent stays.

    `decide` answers each submit_sm; `stat` is in the receipt that follows an accepted one that
    asked for it ("DELIVRD"), None sends no receipts.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.decide: Decide = accept
        self.stat: str | None = "DELIVRD"
        self._changed = threading.Condition()
        self._submitted: list[Submitted] = []
        self._given: dict[str, list[Submitted]] = defaultdict(list)
        self._bound: dict[str, smpp34.Esme] = {}
        self._held: list[smpp34.SubmitSmEvent] = []
        self._numbers = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._inner_port = free_port()
        self._wire = Wire(port, self._inner_port)
        self._reachable = asyncio.Event()
        self._reachable.set()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._wait(self._serve_forever())
        self.start()

    # What a test does

    def start(self) -> None:
        self._wait(self._wire.connect())

    def stop(self) -> None:
        """Every bind is reset and the port refuses."""
        self._wait(self._wire.disconnect())
        with self._changed:
            gone = self._changed.wait_for(lambda: not self._bound, PATIENCE)
        assert gone, "a bind outlived its connection"

    def drop_the_bind(self) -> None:
        """Connections are reset; the port goes on listening."""
        self._loop.call_soon_threadsafe(self._wire.cut)

    def close(self) -> None:
        self.stop()
        self._wait(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def deliver(self, esme: str = SMS_ESME, **fields: Any) -> None:
        """Sends one deliver_sm; returns when it was acknowledged."""
        self._wait(self._deliver(esme, **fields))

    def ussd(
        self, msisdn: str, text: str, *, op: int, session: bytes | None = None, to: str = "*123#"
    ) -> None:
        tlvs = [smpp34.Tlv(USSD_SERVICE_OP, bytes([op]))]
        if session is not None:
            tlvs.append(smpp34.Tlv(ITS_SESSION_INFO, session))
        self.deliver(
            USSD_ESME,
            source_addr=msisdn,
            destination_addr=to,
            dest_addr_ton=0,
            # As a handset does: what is not in the default alphabet goes as UCS-2.
            short_message=text.encode() if text.isascii() else text.encode("utf-16-be"),
            data_coding=0 if text.isascii() else UCS2,
            service_type="USSD",
            tlvs=tlvs,
        )

    def exchange(
        self, msisdn: str, text: str, *, op: int, session: bytes | None = None
    ) -> Submitted:
        """What a handset sends in a dialogue, and the page that it is given for it."""
        number = msisdn.removeprefix("+")
        with self._changed:
            before = len(self._given[number])
        self.ussd(number, text, op=op, session=session)
        with self._changed:
            came = self._changed.wait_for(lambda: len(self._given[number]) > before, PATIENCE)
            assert came, "no page"
            return self._given[number][before]

    def submitted(self) -> list[Submitted]:
        with self._changed:
            return list(self._submitted)

    def reset(self) -> None:
        """Ready for the next test: nothing submitted yet, everything accepted and delivered."""
        with self._changed:
            self._submitted.clear()
            self._given.clear()
            self.decide, self.stat = accept, "DELIVRD"
        self.release_receipts()

    def hold_receipts(self) -> None:
        """The handsets are out of reach for now."""
        self._loop.call_soon_threadsafe(self._reachable.clear)

    def release_receipts(self) -> None:
        self._loop.call_soon_threadsafe(self._reachable.set)

    def wait_for(self, count: int, patience: float = PATIENCE) -> list[Submitted]:
        """The first `count` of what was submitted; fails when they do not come."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self._submitted) >= count, patience)
            assert came, f"{len(self._submitted)} of {count} submit_sm"
            return self._submitted[:count]

    def wait_until_bound(self) -> None:
        """Waits for the bind of the SMS account and that of the USSD account."""
        with self._changed:
            came = self._changed.wait_for(lambda: self._esmes() == {SMS_ESME, USSD_ESME}, PATIENCE)
        assert came, f"bound: {self._esmes()}"

    def _esmes(self) -> set[str]:
        return {esme.system_id for esme in self._bound.values()}

    # What the thread does

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _serve_forever(self) -> None:
        server = smpp34.Server(host="127.0.0.1", port=self._inner_port, system_id="SMSC")
        await server.start()
        self._spawn(self._serve(server))

    async def _end(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, server: smpp34.Server) -> None:
        try:
            while True:
                event = await server.next()
                with self._changed:
                    self._note(event)
                    self._changed.notify_all()
        finally:
            await server.stop()

    def _note(self, event: smpp34.Esme | smpp34.Unbound | smpp34.SubmitSmEvent) -> None:
        if isinstance(event, smpp34.Esme):
            self._bound[event.session_id] = event
        elif isinstance(event, smpp34.Unbound):
            self._bound.pop(event.session_id, None)
        else:
            self._take(event)

    def _take(self, event: smpp34.SubmitSmEvent) -> None:
        message_id = f"m{next(self._numbers)}"
        answer = self.decide(_submitted(event, None))
        accepted = answer.status == OK and not answer.silent
        submitted = _submitted(event, message_id if accepted else None)
        self._submitted.append(submitted)
        self._given[submitted.destination].append(submitted)
        if answer.silent:
            self._held.append(event)
        elif not accepted:
            event.reject(answer.status)
        else:
            event.accept(message_id)
            if self.stat is not None and event.registered_delivery & 1:
                self._spawn(self._report(event, message_id, self.stat))

    async def _report(self, event: smpp34.SubmitSmEvent, message_id: str, stat: str) -> None:
        """Offered until it is taken, as an SMSC does, and not before its submit was answered."""
        await asyncio.sleep(SHORTEST_DELIVERY)
        await self._reachable.wait()
        while True:
            with suppress(smpp34.SmppError, NotBound):
                return await self._deliver(
                    SMS_ESME,
                    source_addr=event.destination_addr,
                    destination_addr=event.source_addr,
                    esm_class=4,
                    short_message=receipt(message_id, stat),
                )
            await asyncio.sleep(0.2)

    async def _deliver(self, system_id: str, **fields: Any) -> None:
        with self._changed:
            esmes = [esme for esme in self._bound.values() if esme.system_id == system_id]
        if not esmes:
            raise NotBound(system_id)
        response = await esmes[-1].deliver_sm(**fields)
        if not response.is_success:
            raise AssertionError(f"deliver_sm was refused: {response.command_status:#x}")


def receipt(message_id: str, stat: str = "DELIVRD", err: str = "000") -> bytes:
    """The text of a delivery receipt, as SMPP 3.4 has it (appendix B)."""
    delivered = "001" if stat == "DELIVRD" else "000"
    return (
        f"id:{message_id} sub:001 dlvrd:{delivered} submit date:2611240900 "
        f"done date:2611240901 stat:{stat} err:{err} text:"
    ).encode()


def _submitted(event: smpp34.SubmitSmEvent, message_id: str | None) -> Submitted:
    return Submitted(
        source=event.source_addr,
        destination=event.destination_addr,
        octets=bytes(event.short_message),
        data_coding=event.data_coding,
        esm_class=event.esm_class,
        registered_delivery=event.registered_delivery,
        tlvs={tlv.tag: bytes(tlv.value) for tlv in event.tlvs},
        message_id=message_id,
    )
