"""What this side says: acknowledgements, refusals and enveloped answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.core.dci.moments import text_of
from gateway.core.dci.words import LONGEST_REASON, VERSION, Action, MessageError, Status


def acknowledged(correlation_id: str, now: datetime) -> dict[str, Any]:
    """An ACK: the message is kept, and what was asked for follows."""
    return {
        "message": {
            "ack_status": "ACK",
            "timestamp": text_of(now),
            "correlation_id": correlation_id,
        }
    }


def refused(error: MessageError, correlation_id: str, now: datetime) -> dict[str, Any]:
    """An ERR, which is at once the specification's HttpErrorResponse."""
    told = {"code": error.code.value, "message": str(error)[:LONGEST_REASON]}
    return {
        "message": {
            "ack_status": "ERR",
            "timestamp": text_of(now),
            "correlation_id": correlation_id,
            "error": told,
        },
        "errors": [told],
    }


def answer_header(
    action: Action,
    *,
    message_id: str,
    sender_id: str,
    receiver_id: str,
    status: Status,
    count: int,
    now: datetime,
    completed: int | None = None,
) -> dict[str, Any]:
    """The header of an answer or a callback to `receiver_id`."""
    return {
        "version": VERSION,
        "message_id": message_id,
        "message_ts": text_of(now),
        "action": action.value,
        "status": status,
        "total_count": count,
        "completed_count": count if completed is None else completed,
        "sender_id": sender_id,
        "receiver_id": receiver_id,
        "is_msg_encrypted": False,
    }


def request_header(
    action: Action,
    *,
    message_id: str,
    sender_id: str,
    sender_uri: str,
    receiver_id: str,
    now: datetime,
    count: int = 1,
) -> dict[str, Any]:
    """The header of a request of ours; without `sender_uri` it wants no callback."""
    header: dict[str, Any] = {
        "version": VERSION,
        "message_id": message_id,
        "message_ts": text_of(now),
        "action": action.value,
        "sender_id": sender_id,
        "receiver_id": receiver_id,
        "total_count": count,
        "is_msg_encrypted": False,
    }
    return {**header, "sender_uri": sender_uri} if sender_uri else header


def enveloped(
    signature: str, header: Mapping[str, Any], message: Mapping[str, Any]
) -> dict[str, Any]:
    """All of a message, the signature first as in the specification."""
    return {"signature": signature, "header": dict(header), "message": dict(message)}
