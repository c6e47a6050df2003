"""Is Kannel well? What bearerbox says of its binds, and a dial that goes the way of any dial.

The dial enters bearerbox by a bind of its own (kannel.conf: `smsc = fake`), whose protocol is a
line each way: "from to text what was typed", and "ucs-2" or "text" with the page.
"""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import requests

from gateway.core.errors import GatewayError
from gateway.providers.http import ProviderSession
from gateway.providers.kannel.operators import DOCTOR

LONGEST_PAGE = 4096  # octets of a reply
_MENU = re.compile(r"^1 ", re.MULTILINE)


class Unwell(GatewayError):
    """Says in a sentence what is not as it should be."""


@dataclass(frozen=True, slots=True)
class Health:
    """`binds` are bearerbox's words for each smsc-id ("online 3s", "re-connecting")."""

    smsboxes: int
    binds: Mapping[str, str]

    def troubles(self, wanted: tuple[str, ...]) -> list[str]:
        """A sentence for each of the `wanted` binds that is not up, and for a missing smsbox."""
        found = [] if self.smsboxes else ["No smsbox is connected to bearerbox."]
        for smsc in wanted:
            state = self.binds.get(smsc, "in no file of Kannel's")
            if not state.startswith("online"):
                found.append(f"The bind {smsc} is {state}.")
        return found


def read_health(status_url: str, password: str, *, seconds: float = 5.0) -> Health:
    """What bearerbox says at `status_url` (…/status.xml). Raises Unwell."""
    try:
        # No proxy has any business between us and Kannel.
        with ProviderSession(status_url, proxies=False) as session:
            answer = session.get(status_url, params={"password": password}, timeout=seconds)
        root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own bearerbox wrote it
    except requests.RequestException as error:
        raise Unwell(f"bearerbox does not answer: {type(error).__name__}.") from None
    except ElementTree.ParseError:
        raise Unwell("bearerbox gives no status: is its password right?") from None
    if root.find("smscs") is None:
        raise Unwell("bearerbox gives no status: is its password right?")
    boxes = [box for box in root.iter("box") if _text(box, "type") == "smsbox"]
    return Health(
        smsboxes=len(boxes),
        binds={_text(smsc, "id"): _text(smsc, "status") for smsc in root.iter("smsc")},
    )


def dial(host: str, port: int, code: str, *, seconds: float = 10.0) -> str:
    """The menu that dialling `code` shows; raises Unwell where none comes in time."""
    line = f"{DOCTOR.number} {code} text {code}\n"
    try:
        with socket.create_connection((host, port), timeout=seconds) as bind:
            bind.sendall(line.encode())
            answer = _line(bind)
    except TimeoutError:
        raise Unwell(f"Nobody answered the dial within {seconds:g} s.") from None
    except OSError as error:
        raise Unwell(f"The dial did not reach bearerbox: {type(error).__name__}.") from None
    page = _page(answer)
    if not _MENU.search(page):
        # An apology, from a gateway that has lost its database, say.
        raise Unwell(f"The dial was answered with no menu: {page}")
    return page


def _line(bind: socket.socket) -> bytes:
    """All that comes before bearerbox falls silent; a page has lines of its own."""
    answer = bind.recv(LONGEST_PAGE)
    bind.settimeout(0.2)
    try:
        while answer and len(answer) < LONGEST_PAGE and not answer.endswith(b"\n"):
            answer += bind.recv(LONGEST_PAGE)
    except TimeoutError:
        pass
    return answer


def _page(answer: bytes) -> str:
    try:
        _sender, _receiver, kind, body = answer.rstrip(b"\n").split(b" ", 3)
    except ValueError:
        raise Unwell("The dial was answered with something that is no page.") from None
    if kind == b"ucs-2":
        return unquote_to_bytes(body.replace(b"+", b" ")).decode("utf-16-be", "replace")
    return body.decode("utf-8", "replace")


def _text(element: Any, name: str) -> str:
    return (element.findtext(name) or "").strip()
