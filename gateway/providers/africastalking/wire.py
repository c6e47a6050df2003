"""Africa's Talking: the callbacks it sends, and the reply to a USSD hop.

Formats: the provider's public documentation. Values come from the network: each is bounded
and free of control characters before it goes further, and an error names a field, not a value.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from gateway.core.errors import InvalidMsisdn
from gateway.core.message_states import ReceiptOutcome
from gateway.core.msisdn import Msisdn
from gateway.core.msisdn import parse as parse_msisdn
from gateway.providers.base import (
    LONGEST_SENDER,
    BadCallback,
    DeliveryReceipt,
    Form,
    MOMessage,
    OptOut,
    UssdEnd,
    UssdReply,
    UssdRequest,
)

NAME = "africastalking"
HOP_METADATA = "at-ussd-hop-metadata"

LONGEST_ID = 64
LONGEST_INPUT = 4000  # characters of accumulated USSD input; the host has a tighter limit
LONGEST_SMS = 1600  # ten segments: no handset sends more

RECEIPTS: dict[str, ReceiptOutcome] = {
    "Sent": "in_flight",
    "Submitted": "in_flight",
    "Buffered": "in_flight",
    "Success": "delivered",
    "Failed": "failed",
    "Rejected": "failed",
    "AbsentSubscriber": "failed",
    "Expired": "expired",
}
MISSPELT = {"NotNetworkSubcriber": "NotNetworkSubscriber"}  # the provider's own spelling

_MOST = 2_000_000_000  # what the columns of the statistics hold
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ENDS: dict[str, Literal["success", "incomplete", "failed"]] = {
    "Success": "success",
    "Incomplete": "incomplete",
    "Failed": "failed",
}


def parse_ussd(
    form: Form, *, hop_metadata: str | None = None, accumulates: bool = True
) -> UssdRequest:
    """One hop. `hop_metadata` is the request's header; raises BadCallback.

    A missing `text` is an error, never a dial: an undecodable body arrives as an empty form.
    """
    if "text" not in form:
        raise BadCallback("text")
    text = form["text"]
    if len(text) > LONGEST_INPUT:
        raise BadCallback("text")
    return UssdRequest(
        provider=NAME,
        session_id=_identifier(form, "sessionId"),
        msisdn=_msisdn(form, "phoneNumber"),
        service_code=_short(form, "serviceCode", 32),
        network_code=_short(form, "networkCode", 16),
        text=text if text.isprintable() else _CONTROL.sub("", text),
        accumulated=accumulates,
        hop_metadata=hop_metadata,
    )


def render_ussd(reply: UssdReply) -> tuple[str, dict[str, str]]:
    """The body and the headers of the answer; its status is always 200."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    if reply.hop_metadata and not reply.closes:
        headers[HOP_METADATA] = reply.hop_metadata
    return ("END " if reply.closes else "CON ") + reply.text, headers


def parse_ussd_event(form: Form) -> UssdEnd:
    """The end of a session; `input` and `lastAppResponse` are not even read. Raises BadCallback."""
    hops_metadata = _optional(form, "hopsMetadata", 8000)
    return UssdEnd(
        provider=NAME,
        session_id=_identifier(form, "sessionId"),
        msisdn=_msisdn(form, "phoneNumber"),
        service_code=_short(form, "serviceCode", 32),
        network_code=_short(form, "networkCode", 16),
        status=_ENDS.get(form.get("status", ""), "unknown"),
        hops=_count(form, "hopsCount"),
        duration_ms=_count(form, "durationInMillis"),
        cost=_optional(form, "cost", 24),
        hop_metadata=tuple(hops_metadata.split("|")) if hops_metadata else (),
        ended_at=_moment(form.get("date", "")),
    )


def parse_delivery_report(form: Form) -> DeliveryReceipt:
    """A receipt, with an unknown status kept as it came; its id says all. Raises BadCallback."""
    status = _optional(form, "status", 40)
    if status is None:
        raise BadCallback("status")
    reason = _optional(form, "failureReason", 64)
    return DeliveryReceipt(
        provider=NAME,
        provider_ref=_identifier(form, "id", 80),
        message_id=None,
        msisdn=_any_msisdn(form, "phoneNumber"),
        status=status,
        outcome=RECEIPTS.get(status),
        reason=MISSPELT.get(reason, reason) if reason else None,
    )


def parse_incoming(form: Form) -> MOMessage:
    """An SMS that came in; raises BadCallback. An empty text is a text."""
    if "text" not in form:
        raise BadCallback("text")
    sender = _short(form, "from", LONGEST_SENDER)
    if not sender:
        raise BadCallback("from")
    return MOMessage(
        provider=NAME,
        provider_id=_identifier(form, "id", 100),
        msisdn=_any_msisdn(form, "from"),
        shortcode=_short(form, "to", 32),
        text=_CONTROL.sub("", form["text"])[:LONGEST_SMS],
        sender=sender,
    )


def parse_opt_out(form: Form) -> OptOut:
    """A number on the operator's own list; raises BadCallback."""
    return OptOut(NAME, _msisdn(form, "phoneNumber"), _short(form, "senderId", 32))


def _msisdn(form: Mapping[str, str], field: str) -> Msisdn:
    """ "+856…", " 856…" (an unescaped plus) and "856…" are the same number."""
    digits = form.get(field, "").strip().removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise BadCallback(field)
    try:
        return parse_msisdn("+" + digits)
    except InvalidMsisdn:
        raise BadCallback(field) from None


def _any_msisdn(form: Mapping[str, str], field: str) -> Msisdn | None:
    try:
        return _msisdn(form, field)
    except BadCallback:
        return None


def _identifier(form: Mapping[str, str], field: str, longest: int = LONGEST_ID) -> str:
    """A value that becomes part of a key: never empty, never shortened."""
    value = form.get(field, "").strip()
    if not value or len(value) > longest or not value.isprintable():
        raise BadCallback(field)
    return value


def _optional(form: Mapping[str, str], field: str, longest: int) -> str | None:
    return _CONTROL.sub("", form.get(field, "")).strip()[:longest] or None


def _short(form: Mapping[str, str], field: str, longest: int) -> str:
    return _optional(form, field, longest) or ""


def _count(form: Mapping[str, str], field: str) -> int:
    """A number of the operator's statistics: a wrong one is nought, not an error."""
    value = form.get(field, "")
    if not (value.isascii() and value.isdigit()):
        return 0
    # Python refuses to read thousands of digits.
    return min(int(value), _MOST) if len(value) <= len(str(_MOST)) else _MOST


def _moment(value: str) -> datetime | None:
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
