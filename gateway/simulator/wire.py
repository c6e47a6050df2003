"""What Africa's Talking puts on the wire: codes, costs, ids, and the forms of its callbacks.

Field names and spellings are the provider's public documentation, faults of spelling included.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec

from gateway.core.msisdn import OPERATORS

USSD = "/callbacks/africastalking/ussd"
USSD_EVENTS = "/callbacks/africastalking/ussd-events"
DELIVERY_REPORTS = "/callbacks/africastalking/delivery-reports"
INCOMING_MESSAGES = "/callbacks/africastalking/incoming-messages"
OPT_OUTS = "/callbacks/africastalking/opt-outs"
HOP_METADATA = "at-ussd-hop-metadata"

QUEUED = 102
INVALID_NUMBER = 403
BLACKLISTED = 406
STATUS_CODES = {
    100: "Processed",
    101: "Sent",
    QUEUED: "Queued",
    401: "RiskHold",
    402: "InvalidSenderId",
    INVALID_NUMBER: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    BLACKLISTED: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}
PRICE = 0.0079  # USD a segment
DEFAULT_SENDER = "AFRICASTKNG"
_NETWORK_CODES = {
    "laotel": "45701",
    "etl": "45702",
    "unitel": "45703",
    "best": "45707",
    "tplus": "45708",
}
_NUMBER = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)


class Recipient(msgspec.Struct, frozen=True):
    """One entry of a send answer's `Recipients`."""

    number: str
    status: str
    status_code: int = msgspec.field(name="statusCode")
    cost: str = "0"
    message_id: str = msgspec.field(name="messageId", default="None")
    message_parts: int = msgspec.field(name="messageParts", default=0)

    @property
    def accepted(self) -> bool:
        return self.status_code < 200


def accepted(number: str, code: int, parts: int) -> Recipient:
    """The operator took the message; whether it arrives is the delivery report's to say."""
    message_id = f"ATXid_{secrets.token_hex(16)}"
    return Recipient(number, "Success", code, f"USD {parts * PRICE:.4f}", message_id, parts)


def refused(number: str, code: int) -> Recipient:
    return Recipient(number, STATUS_CODES[code], code)


def send_answer(recipients: Sequence[Recipient], parts: int) -> bytes:
    """The JSON of a 201: `parts` is the segment count of the message."""
    taken = sum(recipient.accepted for recipient in recipients)
    cost = f"USD {taken * parts * PRICE:.4f}" if taken else "0"
    message = f"Sent to {taken}/{len(recipients)} Total Cost: {cost} Message parts: {parts}"
    return sms_message_data(message, recipients)


def sms_message_data(message: str, recipients: Iterable[Recipient] = ()) -> bytes:
    data = {"Message": message, "Recipients": list(recipients)}
    return msgspec.json.encode({"SMSMessageData": data})


def is_number(number: str) -> bool:
    return _NUMBER.fullmatch(number) is not None


def network_code(msisdn: str) -> str:
    """MCC-MNC of a Lao operator by prefix; 99999, the sandbox's, for everybody else."""
    operator = OPERATORS.get(msisdn[4:7], "") if msisdn.startswith("+856") else ""
    return _NETWORK_CODES.get(operator, "99999")


def delivery_report(message_id: str, msisdn: str, status: str, reason: str = "") -> bytes:
    form = {
        "id": message_id,
        "status": status,
        "phoneNumber": msisdn,
        "networkCode": network_code(msisdn),
    }
    return urlencode(form | {"failureReason": reason} if reason else form).encode()


def incoming_message(msisdn: str, text: str, to: str) -> bytes:
    form = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "from": msisdn,
        "id": secrets.token_hex(16),
        "text": text,
        "to": to,
        "cost": "USD 0.0000",
        "networkCode": network_code(msisdn),
    }
    return urlencode(form).encode()


def opt_out(msisdn: str, sender: str) -> bytes:
    return urlencode({"senderId": sender, "phoneNumber": msisdn}).encode()


def session_id() -> str:
    return f"ATUid_{secrets.token_hex(16)}"


def event_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
