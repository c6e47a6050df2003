"""Its callbacks and its reply, after those of aggregators in West Africa.

USSD      {"sessionID": "a1", "msisdn": "8562055500001", "newSession": true, "userData": ""}
  reply   {"sessionID": "a1", "msisdn": "8562055500001", "message": "…", "continueSession": true}
SMS       {"id": "7", "from": "8562055500001", "to": "1234", "text": "STOP"}
receipts  {"results": [{"id": "m1", "status": "DELIVERED"}, …]}
"""

import json
from collections.abc import Iterable

from gateway.core.message_states import ReceiptOutcome
from gateway.providers import fields
from gateway.providers.base import (
    LONGEST_SENDER,
    BadCallback,
    DeliveryReceipt,
    MOMessage,
    UssdReply,
    UssdRequest,
)
from gateway.providers.fields import Fields
from gateway.providers.provider import Answer

NAME = "jsonish"
LONGEST_INPUT = 400
RECEIPTS: dict[str, ReceiptOutcome] = {
    "SENT": "in_flight",
    "DELIVERED": "delivered",
    "UNDELIVERABLE": "failed",
    "EXPIRED": "expired",
}


def parse_ussd(said: Fields, service_code: str) -> UssdRequest:
    """One hop: only the newest input; what is typed behind the code is not brought."""
    text = fields.text(said, "userData", LONGEST_INPUT)
    dials = fields.flag(said, "newSession")
    return UssdRequest(
        provider=NAME,
        session_id=fields.identifier(said, "sessionID"),
        msisdn=fields.msisdn(said, "msisdn"),
        service_code=service_code,
        network_code=fields.short(said, "network", 16),
        text="" if dials else text,
        accumulated=False,
        kind="dial" if dials else "answer",
    )


def render_ussd(reply: UssdReply, said: Fields) -> Answer:
    """`said` is repeated as it came; there may be nothing of it."""
    echo = {name: fields.short(said, name, 64) for name in ("sessionID", "msisdn")}
    page = {**echo, "message": reply.text, "continueSession": not reply.closes}
    return json.dumps(page, ensure_ascii=False), {"Content-Type": "application/json"}


def parse_incoming(said: Fields) -> MOMessage:
    return MOMessage(
        provider=NAME,
        provider_id=fields.identifier(said, "id"),
        msisdn=fields.any_msisdn(said, "from"),
        shortcode=fields.short(said, "to", 32),
        text=fields.sms_text(said, "text"),
        sender=fields.word(said, "from", LONGEST_SENDER),
    )


def parse_receipts(said: Fields) -> Iterable[DeliveryReceipt | BadCallback]:
    return fields.each(fields.items(said, "results"), _receipt)


def _receipt(said: Fields) -> DeliveryReceipt:
    status = fields.word(said, "status", 40)
    return DeliveryReceipt(
        provider=NAME,
        provider_ref=fields.identifier(said, "id", 80),
        message_id=None,
        msisdn=None,
        status=status,
        outcome=RECEIPTS.get(status),
        reason=fields.optional(said, "error", 64),
    )
