"""Magic numbers: the recipient's number chooses the fault.

They are the block +856 20 5599 xxxx; the last four digits choose:

whole request, whoever else is in it          reports of the message
  9001 accepted, connection closed unanswered   9101 before the answer to the send
  9002 201 without recipients, nothing sent     9102 twice
  9003 401                                      9103 out of order: Success, then Buffered
  9004 500, nothing sent                        9104 never
  9005 500 after acceptance                     9105 AbsentSubscriber, then Success
  9006 429                                      9106 a status nobody knows
  9007 201, JSON under another content type     9107 Failed   9108 Rejected   9109 Expired
                                                9110 Success, and the handset opts out
one recipient: 9401-9407, 9409, 9500-9502: refused with code 401-407, 409, 500-502.
"""

from collections.abc import Iterable

from gateway.simulator.fates import REFUSAL_CODES, Fate, RefusalCode, Reports, RequestFault
from gateway.simulator.wire import QUEUED

BLOCK = "+856205599"
REQUESTS: dict[str, RequestFault] = {
    "9001": "drop_answer",
    "9002": "no_recipients",
    "9003": "unauthorised_401",
    "9004": "http_500",
    "9005": "http_500_after",
    "9006": "throttle_429",
    "9007": "odd_content_type",
}
REPORTS: dict[str, Reports] = {
    "9101": "before_answer",
    "9102": "twice",
    "9103": "out_of_order",
    "9104": "never",
    "9105": "absent_then_success",
    "9106": "unknown_status",
    "9107": "failed",
    "9108": "rejected",
    "9109": "expired",
}
OPT_OUT = "9110"
CODES: dict[str, RefusalCode] = {f"9{code}": code for code in REFUSAL_CODES}


def request_fault(msisdns: Iterable[str]) -> RequestFault | None:
    """The fault of the first number that has one for the whole request."""
    for msisdn in msisdns:
        if msisdn.startswith(BLOCK) and (fault := REQUESTS.get(_digits(msisdn))):
            return fault
    return None


def fate(msisdn: str) -> Fate:
    """What becomes of a message to this number of the block."""
    digits = _digits(msisdn)
    reports = REPORTS.get(digits, "on_time")
    return Fate(CODES.get(digits, QUEUED), reports, digits == OPT_OUT)


def _digits(msisdn: str) -> str:
    return msisdn.removeprefix(BLOCK)
