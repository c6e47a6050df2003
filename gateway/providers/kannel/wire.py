"""Kannel: what its smsbox asks and reports, and how a USSD page is answered.

One URL brings USSD and SMS from handsets, told apart by the operator's USSD TLV in `meta`. Formats:
the Kannel 1.4 user guide and SMPP 3.4.
"""

import re
from datetime import datetime
from urllib.parse import quote_from_bytes, unquote_to_bytes
from uuid import UUID

from gateway.core.encoding import is_gsm7
from gateway.core.message_states import ReceiptOutcome
from gateway.core.msisdn import Msisdn, pseudonym
from gateway.providers import fields
from gateway.providers.base import (
    LONGEST_SENDER,
    BadCallback,
    DeliveryReceipt,
    MOMessage,
    UssdReply,
    UssdRequest,
)
from gateway.providers.callback import Callback
from gateway.providers.fields import LONGEST_SMS, Fields, without_control
from gateway.providers.kannel.operators import FAMILY, LONGEST_NAME, KannelOperator

NAME = FAMILY
LONGEST_INPUT = 1000  # octets; the host has a tighter limit in characters

# What %d of a receipt says, as bits of the mask it was asked for with.
RECEIPTS: dict[str, ReceiptOutcome] = {
    "1": "delivered",
    "2": "failed",
    "4": "in_flight",  # waiting on the SMSC
    "8": "in_flight",  # taken by the SMSC
    "16": "failed",  # refused by the SMSC
}
_WORDS = {"8": "ACK", "16": "NACK"}
# Kannel found no bind to send by; the answer to our own request has said so, and what it meant.
_NOT_SENT = "NACK/no SMSC"

_GROUP = re.compile(r"\?smpp\?([^?]*)")
_STAT = re.compile(r"\bstat:(\w{1,20})")
_ERR = re.compile(r"\berr:(\w{1,20})")


def read_query(callback: Callback) -> Fields:
    """The fields of a request, one character an octet: `text` may be UTF-16. Raises BadCallback."""
    return callback.query("latin-1")


def is_ussd(form: Fields, operator: KannelOperator) -> bool:
    if not operator.op_tlv:
        return form.get("smsc") == operator.ussd
    return operator.op_tlv in _tlvs(form)


def is_end(form: Fields, operator: KannelOperator) -> bool:
    """Whether the operator reports that a dialogue is over, and wants no page."""
    return _op(form, operator) in operator.end_ops


def is_stale(form: Fields, operator: KannelOperator, now: datetime) -> bool:
    """Whether nobody waits any more: smsbox repeats for ten minutes what we did not answer."""
    received_at = form.get("time", "")
    if not (received_at.isascii() and received_at.isdigit()):
        return False
    return now.timestamp() - int(received_at[:12]) > operator.answer_seconds


def parse_ussd(form: Fields, operator: KannelOperator, secret: bytes, code: str) -> UssdRequest:
    """One hop: only the newest input. `code` is the service code ("*123#"); raises BadCallback.

    `session_id` is the operator's, which comes again for later dialogues: the caller of this makes
    one of it that does not. `secret` keys the pseudonym that stands for the number in it.
    """
    if "text" not in form or len(form["text"]) > LONGEST_INPUT:
        raise BadCallback("text")
    op = _op(form, operator)
    if op not in {*operator.dial_ops, *operator.answer_ops, *operator.end_ops}:
        raise BadCallback(operator.op_tlv)
    dials = op in operator.dial_ops
    if operator.number and form.get("from") != operator.number:
        raise BadCallback("from")
    msisdn = fields.msisdn(form, "from", national=True)
    text = _text(form)
    return UssdRequest(
        provider=operator.provider,
        session_id=_session_id(form, operator, msisdn, secret),
        msisdn=msisdn,
        service_code=_dialled_to(form),
        network_code=operator.name,
        text=_deep(text, operator.service_code or code) if dials else text,
        accumulated=False,
        kind="dial" if dials else "answer",
        request_key=fields.identifier(form, "id"),
    )


def render_ussd(
    reply: UssdReply, form: Fields, operator: KannelOperator
) -> tuple[str, dict[str, str]]:
    """The body and the headers of the answer; its status is always 200."""
    tlvs = {}
    if operator.op_tlv:
        tlvs[operator.op_tlv] = str(operator.close_op if reply.closes else operator.ask_op)
    session = _tlvs(form).get(operator.session_tlv)
    if session is not None:
        tlvs[operator.session_tlv] = quote_from_bytes(session, safe="")
    return reply.text, {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-Kannel-Coding": "0" if is_gsm7(reply.text) else "2",
        "X-Kannel-Charset": "UTF-8",
        "X-Kannel-Meta-Data": "?smpp?" + "".join(f"{tag}={value}&" for tag, value in tlvs.items()),
    }


def parse_incoming(form: Fields, operator: KannelOperator) -> MOMessage:
    """An SMS that came in; raises BadCallback. An empty text is a text."""
    if "text" not in form:
        raise BadCallback("text")
    return MOMessage(
        provider=operator.provider,
        provider_id=fields.identifier(form, "id"),
        msisdn=fields.any_msisdn(form, "from", national=True),
        shortcode=_dialled_to(form),
        text=_text(form)[:LONGEST_SMS],
        sender=fields.word(form, "from", LONGEST_SENDER),
    )


def parse_receipt(form: Fields) -> DeliveryReceipt:
    """A receipt: its URL is ours, and names message and operator. An unknown type is kept.

    Raises BadCallback.
    """
    kind = fields.identifier(form, "type", 8)
    answer = fields.short(form, "answer", 400)
    stat, err = _STAT.search(answer), _ERR.search(answer)
    outcome = RECEIPTS.get(kind)
    if stat is not None and stat[1] == "EXPIRED" and outcome == "failed":
        outcome = "expired"
    message_id = _message_id(form)
    return DeliveryReceipt(
        provider=KannelOperator(name=fields.short(form, "operator", LONGEST_NAME)).provider,
        # What the SMSC refused has no id of the SMSC's.
        provider_ref=fields.short(form, "ref", 80) or str(message_id),
        message_id=message_id,
        msisdn=None,
        status=stat[1] if stat else _WORDS.get(kind, kind),
        outcome=None if answer == _NOT_SENT else outcome,
        reason=_reason(answer, err) if outcome in {"failed", "expired"} else None,
    )


def _reason(answer: str, err: re.Match[str] | None) -> str | None:
    """`err:` of a receipt, or the SMSC's answer: "0x0000000b/Invalid Destination Address"."""
    if err is not None:
        return f"err_{err[1]}"
    return answer.removeprefix("NACK/")[:64] or None


def _message_id(form: Fields) -> UUID:
    try:
        return UUID(form.get("message", ""))
    except ValueError:
        raise BadCallback("message") from None


def _tlvs(form: Fields) -> dict[str, bytes]:
    """Kannel's "?smpp?name=%01&other=%00%01&" as raw octets."""
    group = _GROUP.search(form.get("meta", ""))
    pairs = (pair.partition("=") for pair in (group[1] if group else "").split("&"))
    return {name: unquote_to_bytes(value.replace("+", " ")) for name, _, value in pairs if name}


def _op(form: Fields, operator: KannelOperator) -> int:
    if not operator.op_tlv:
        text = form.get("text", "")
        dials = text.startswith("*") and text.endswith("#")
        return operator.dial_ops[0] if dials else operator.answer_ops[0]
    return int.from_bytes(_tlvs(form).get(operator.op_tlv, b"")[:4], "big")


def _session_id(form: Fields, operator: KannelOperator, msisdn: Msisdn, secret: bytes) -> str:
    """The operator's ids are few, and taken by many numbers at once: the number is part of it."""
    session = _tlvs(form).get(operator.session_tlv, b"")[: operator.session_octets]
    return f"{session.hex() or 'number'}.{pseudonym(msisdn, secret)}"


def _deep(dialled: str, code: str) -> str:
    """What was dialled behind the service code: "2" of "*123*2#", "" of "*123#"."""
    base = code.rstrip("#")
    rest = dialled.strip().rstrip("#")
    return rest[len(base) + 1 :] if rest.startswith(base + "*") else ""


def _text(form: Fields) -> str:
    """Kannel hands on UCS-2 as it is where it could not make it UTF-8."""
    octets = form["text"].encode("latin-1")
    encoding = "utf-16-be" if form.get("coding") == "2" else "utf-8"
    return without_control(octets.decode(encoding, "replace"))


def _dialled_to(form: Fields) -> str:
    """Kannel puts a plus before any destination that is said to be international."""
    return fields.short(form, "to", 33).removeprefix("+")[:32]
