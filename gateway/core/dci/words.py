"""The closed vocabularies of DCI 1.0.0, as its specifications spell them."""

from enum import StrEnum
from typing import Literal

Profile = Literal["openspp", "openg2p", "opencrvs", "none"]
Status = Literal["rcvd", "pdng", "succ", "rjct"]
Ack = Literal["ACK", "NACK", "ERR"]

VERSION = "1.0.0"
LONGEST_ID = 99
LONGEST_REASON = 999


class Action(StrEnum):
    """What a message asks or tells; `header.action`."""

    SEARCH = "search"
    ON_SEARCH = "on-search"
    SUBSCRIBE = "subscribe"
    ON_SUBSCRIBE = "on-subscribe"
    UNSUBSCRIBE = "unsubscribe"
    ON_UNSUBSCRIBE = "on-unsubscribe"
    NOTIFY = "notify"
    TXN_STATUS = "txn-status"
    TXN_ON_STATUS = "txn-on-status"


class ErrorCode(StrEnum):
    """Why a whole message is refused; `message.error.code`."""

    BAD = "err.request.bad"
    UNAUTHORIZED = "err.request.unauthorized"
    FORBIDDEN = "err.request.forbidden"
    NOT_FOUND = "err.request.not_found"
    TOO_MANY = "err.request.too_many_requests"
    VERSION = "err.version.not_supported"
    SENDER = "err.sender_id.invalid"
    SENDER_URI = "err.sender_uri.invalid"
    RECEIVER = "err.receiver_id.invalid"
    SIGNATURE_MISSING = "err.signature.missing"
    SIGNATURE_INVALID = "err.signature.invalid"
    ENCRYPTION = "err.encryption.invalid"
    UNAVAILABLE = "err.service.unavailable"


class Reject(StrEnum):
    """Why one request of a message, or its header, is refused; `status_reason_code`."""

    CRITERIA = "rjct.search_criteria.invalid"
    SORT = "rjct.sort.invalid"
    PAGINATION = "rjct.pagination.invalid"
    TIMESTAMP = "rjct.timestamp.invalid"
    REFERENCE_TWICE = "rjct.reference_id.duplicate"
    MESSAGE_TWICE = "rjct.message_id.duplicate"
    MESSAGE_TS = "rjct.message_ts.invalid"
    ACTION = "rjct.action.invalid"
    TOO_MANY = "rjct.total_count.limit_exceeded"
    NOTIFY_DETAILS = "rjct.notify_details.invalid"
    SUBSCRIPTION_CODE = "rjct.subscription_code.invalid"


class MessageError(ValueError):
    """A message that is refused as a whole: `code` for machines, the text names field and value."""

    def __init__(self, code: ErrorCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
