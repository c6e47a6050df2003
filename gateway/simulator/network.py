"""What a mobile network does with a USSD code dialled, and with an application's reply."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gateway.core.encoding import octets, septets, ucs2_units
from gateway.simulator.callbacks import Reply

INVALID_CODE = "Connection problem or invalid MMI code"
LONGEST_METADATA = 99

Fault = Literal[
    "",
    "no_such_code",
    "no_session",
    "expired",
    "unreachable",
    "timed_out",
    "status",
    "content_type",
    "not_utf8",
    "prefix",
    "empty",
    "too_long",
    "hop_metadata",
]
_DIALLED = re.compile(r"\*[\d*]+#", re.ASCII)
_REPLY = re.compile(r"(CON|END) (.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Network:
    """One operator's habits; lengths are those of one page (3GPP TS 23.038: 160 octets)."""

    service_code: str = "*123#"
    ucs2_units: int = 80
    septets: int = 182
    session_seconds: float = 180.0
    accumulates: bool = True

    def inputs_of(self, dialled: str) -> list[str] | None:
        """What a dial already answers: `*123*2*1#` on `*123#` gives 2 and 1; None elsewhere."""
        if dialled == self.service_code:
            return []
        start = self.service_code.removesuffix("#") + "*"
        if not _DIALLED.fullmatch(dialled) or not dialled.startswith(start):
            return None
        return dialled.removeprefix(start).removesuffix("#").split("*")

    def text_of(self, inputs: Sequence[str]) -> str:
        """The `text` of a request after these inputs."""
        if self.accumulates:
            return "*".join(inputs)
        return inputs[-1] if inputs else ""

    def read(self, reply: Reply) -> "Page":
        """The page in a reply; `fault` says why a network would end the session instead."""
        try:
            body = reply.body.decode()
        except UnicodeDecodeError:
            return Page("", "", "not_utf8")
        match = _REPLY.fullmatch(body)
        text = match[2] if match else ""
        return Page(body, text, self._fault(reply, match[1] if match else "", text))

    def measure(self, text: str) -> "Measure":
        length = septets(text)
        if length is None:
            return Measure("UCS-2", ucs2_units(text), self.ucs2_units, octets(text))
        return Measure("GSM-7", length, self.septets, octets(text))

    def _fault(self, reply: Reply, prefix: str, text: str) -> Fault:
        checks: tuple[tuple[Fault, bool], ...] = (
            ("status", reply.status != 200),
            ("content_type", reply.content_type.partition(";")[0].strip() != "text/plain"),
            ("prefix", not prefix),
            ("empty", not text.strip()),
            ("too_long", not self.measure(text).fits),
            ("hop_metadata", not _is_metadata(reply.hop_metadata)),
        )
        return next((fault for fault, found in checks if found), "")


class Page(NamedTuple):
    """`body` as it came, `text` as a phone shows it."""

    body: str
    text: str
    fault: Fault


class Measure(NamedTuple):
    """`units` of `budget` are septets or UCS-2 units, by `encoding`."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    budget: int
    octets: int

    @property
    def fits(self) -> bool:
        return self.units <= self.budget


def _is_metadata(metadata: str) -> bool:
    return len(metadata) <= LONGEST_METADATA and "|" not in metadata
