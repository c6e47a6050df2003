"""Africa's Talking: the callbacks it sends, and the reply to a USSD hop.

Formats: the provider's public documentation.
"""

from typing import Literal

from gateway.core.message_states import ReceiptOutcome
from gateway.providers import fields
from gateway.providers.base import (
    LONGEST_SENDER,
    DeliveryReceipt,
    MOMessage,
    OptOut,
    UssdEnd,
    UssdReply,
    UssdRequest,
)
from gateway.providers.fields import Fields

NAME = "africastalking"
HOP_METADATA = "at-ussd-hop-metadata"

LONGEST_INPUT = 4000  # characters of accumulated USSD input; the host has a tighter limit

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

_ENDS: dict[str, Literal["success", "incomplete", "failed"]] = {
    "Success": "success",
    "Incomplete": "incomplete",
    "Failed": "failed",
}


def parse_ussd(
    form: Fields, *, hop_metadata: str | None = None, accumulates: bool = True
) -> UssdRequest:
    """One hop. `hop_metadata` is the request's header; raises BadCallback."""
    text = fields.text(form, "text", LONGEST_INPUT)
    return UssdRequest(
        provider=NAME,
        session_id=fields.identifier(form, "sessionId"),
        msisdn=fields.msisdn(form, "phoneNumber"),
        service_code=fields.short(form, "serviceCode", 32),
        network_code=fields.short(form, "networkCode", 16),
        text=text,
        accumulated=accumulates,
        hop_metadata=hop_metadata,
    )


def render_ussd(reply: UssdReply) -> tuple[str, dict[str, str]]:
    """The body and the headers of the answer; its status is always 200."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    if reply.hop_metadata and not reply.closes:
        headers[HOP_METADATA] = reply.hop_metadata
    return ("END " if reply.closes else "CON ") + reply.text, headers


def parse_ussd_event(form: Fields) -> UssdEnd:
    """The end of a session; `input` and `lastAppResponse` are not even read. Raises BadCallback."""
    hops_metadata = fields.optional(form, "hopsMetadata", 8000)
    return UssdEnd(
        provider=NAME,
        session_id=fields.identifier(form, "sessionId"),
        msisdn=fields.msisdn(form, "phoneNumber"),
        service_code=fields.short(form, "serviceCode", 32),
        network_code=fields.short(form, "networkCode", 16),
        status=_ENDS.get(fields.short(form, "status", 40), "unknown"),
        hops=fields.count(form, "hopsCount"),
        duration_ms=fields.count(form, "durationInMillis"),
        cost=fields.optional(form, "cost", 24),
        hop_metadata=tuple(hops_metadata.split("|")) if hops_metadata else (),
        ended_at=fields.moment(form, "date"),
    )


def parse_delivery_report(form: Fields) -> DeliveryReceipt:
    """A receipt, with an unknown status kept as it came; its id says all. Raises BadCallback."""
    status = fields.word(form, "status", 40)
    reason = fields.optional(form, "failureReason", 64)
    return DeliveryReceipt(
        provider=NAME,
        provider_ref=fields.identifier(form, "id", 80),
        message_id=None,
        msisdn=fields.any_msisdn(form, "phoneNumber"),
        status=status,
        outcome=RECEIPTS.get(status),
        reason=MISSPELT.get(reason, reason) if reason else None,
    )


def parse_incoming(form: Fields) -> MOMessage:
    """An SMS that came in; raises BadCallback. An empty text is a text."""
    return MOMessage(
        provider=NAME,
        provider_id=fields.identifier(form, "id", 100),
        msisdn=fields.any_msisdn(form, "from"),
        shortcode=fields.short(form, "to", 32),
        text=fields.sms_text(form, "text"),
        sender=fields.word(form, "from", LONGEST_SENDER),
    )


def parse_opt_out(form: Fields) -> OptOut:
    """A number on the operator's own list; raises BadCallback."""
    return OptOut(NAME, fields.msisdn(form, "phoneNumber"), fields.short(form, "senderId", 32))
