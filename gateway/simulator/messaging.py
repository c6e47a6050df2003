"""POST /version1/messaging: Africa's Talking's bulk SMS endpoint."""

import hmac
import re
import time
from collections.abc import Iterator, Sequence
from typing import Self

from flask import Blueprint, Response, request

from gateway.simulator import wire
from gateway.simulator.fates import REPORTS, UNREACHED, Fate
from gateway.simulator.faults import Verdict
from gateway.simulator.inboxes import Text
from gateway.simulator.postman import Letter
from gateway.simulator.world import World, world

blueprint = Blueprint("messaging", __name__)

UNAUTHORISED = "The supplied authentication is invalid"
INVALID_SENDER = "INVALID"  # never registered, whatever the configuration
_SENDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,10}|\+?\d{3,15}", re.ASCII)
_REFUSALS = {
    "unauthorised_401": (401, UNAUTHORISED),
    "throttle_429": (429, "Too Many Requests"),
    "http_500": (500, "Internal Server Error"),
    "http_503": (503, "Service Unavailable"),
}


@blueprint.post("/version1/messaging")
def send() -> Response:
    """Answers as documented; what the script or a magic number says befalls it."""
    here = world()
    here.tally(requests=1)
    refusal = _refusal(here)
    if refusal:
        return refusal
    numbers = [number.strip() for number in request.form["to"].split(",")]
    verdict = here.court.judge(numbers)
    if verdict.request in _REFUSALS:
        return _plain(*_REFUSALS[verdict.request])
    if verdict.request == "no_recipients":
        return _json(wire.sms_message_data(f"Sent to 0/{len(numbers)} Total Cost: 0"))
    sender = request.form.get("from") or wire.DEFAULT_SENDER
    if not _registered(here, sender):
        return _json(wire.sms_message_data("InvalidSenderId"))
    text = here.inboxes.text(sender, request.form["message"])
    recipients = _accept(here, text, numbers, verdict)
    time.sleep(verdict.latency)
    return _answer(verdict, wire.send_answer(recipients, text.segments.count))


@blueprint.get("/version1/user")
def account() -> Response:
    """What the account has left."""
    if not _is_ours(world(), request.args.get("username", "")):
        return _plain(401, UNAUTHORISED)
    return Response('{"UserData": {"balance": "USD 100.0000"}}', content_type="application/json")


def _is_ours(here: World, username: str) -> bool:
    given = (request.headers.get("apiKey", ""), username)
    wanted = (here.config.api_key, here.config.username)
    return hmac.compare_digest(repr(given).encode(), repr(wanted).encode())


def _refusal(here: World) -> Response | None:
    if not _is_ours(here, request.form.get("username", "")):
        return _plain(401, UNAUTHORISED)
    for name in ("to", "message"):
        if not request.form.get(name):
            return _plain(400, f"Request is missing required form field '{name}'")
    return None


def _registered(here: World, sender: str) -> bool:
    if sender == INVALID_SENDER or not _SENDER.fullmatch(sender):
        return False
    known = here.config.sender_ids
    return not known or sender in known or sender == wire.DEFAULT_SENDER


def _accept(
    here: World, text: Text, numbers: Sequence[str], verdict: Verdict
) -> list[wire.Recipient]:
    parts = text.segments.count
    recipients = [
        _recipient(here, number, fate, parts)
        for number, fate in zip(numbers, verdict.fates, strict=True)
    ]
    sent = [pair for pair in zip(recipients, verdict.fates, strict=True) if pair[0].accepted]
    here.tally(accepted=len(sent), refused=len(recipients) - len(sent))
    here.inboxes.receive(
        text, [(one.number, one.message_id) for one, fate in sent if fate.reports not in UNREACHED]
    )
    _report(here, sent, text.sender, verdict.report_delay or here.config.report_delay)
    return recipients


def _recipient(here: World, number: str, fate: Fate, parts: int) -> wire.Recipient:
    if not wire.is_number(number):
        return wire.refused(number, wire.INVALID_NUMBER)
    if here.blocked(number):
        return wire.refused(number, wire.BLACKLISTED)
    if fate.code in wire.STATUS_CODES and fate.code >= 400:
        return wire.refused(number, fate.code)
    return wire.accepted(number, fate.code, parts)


def _report(
    here: World, sent: Sequence[tuple[wire.Recipient, Fate]], sender: str, delay: float
) -> None:
    early = [pair for pair in sent if pair[1].reports == "before_answer"]
    late = [pair for pair in sent if pair[1].reports != "before_answer"]
    here.postman.send_first(_reports(early, 0.0))
    here.postman.send(_reports(late, delay))
    leavers = [one.number for one, fate in sent if fate.opts_out]
    for msisdn in leavers:
        here.block(msisdn, True)
    here.postman.send(Letter(wire.OPT_OUTS, (wire.opt_out(one, sender),)) for one in leavers)


def _reports(sent: Sequence[tuple[wire.Recipient, Fate]], delay: float) -> Iterator[Letter]:
    for one, fate in sent:
        forms = [
            wire.delivery_report(one.message_id, one.number, status, reason)
            for status, reason in REPORTS[fate.reports]
        ]
        yield Letter(wire.DELIVERY_REPORTS, tuple(forms), delay)


def _answer(verdict: Verdict, body: bytes) -> Response:
    if verdict.request == "drop_answer":
        return Response(_Dropped(), 201)
    if verdict.request == "http_500_after":
        return _plain(500, "Internal Server Error")
    if verdict.request == "odd_content_type":
        return Response(body, 201, content_type="application/json; charset=utf-8")
    return _json(body)


class _Dropped:
    """A body at whose first byte Werkzeug's server closes the connection, no status line sent."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        raise ConnectionAbortedError


def _json(body: bytes) -> Response:
    return Response(body, 201, content_type="application/json")


def _plain(status: int, text: str) -> Response:
    return Response(text, status, content_type="text/plain")
