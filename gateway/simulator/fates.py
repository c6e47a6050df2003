"""What can befall a send request and each of its messages."""

from typing import Literal, NamedTuple, get_args

from gateway.simulator.wire import QUEUED

RequestFault = Literal[
    "drop_answer",
    "no_recipients",
    "unauthorised_401",
    "http_500",
    "http_500_after",
    "http_503",
    "throttle_429",
    "odd_content_type",
]
Reports = Literal[
    "on_time",
    "before_answer",
    "twice",
    "out_of_order",
    "never",
    "absent_then_success",
    "unknown_status",
    "failed",
    "rejected",
    "expired",
]
REPORTS: dict[Reports, tuple[tuple[str, str], ...]] = {
    "on_time": (("Success", ""),),
    "before_answer": (("Success", ""),),
    "twice": (("Success", ""), ("Success", "")),
    "out_of_order": (("Success", ""), ("Buffered", "")),
    "never": (),
    "absent_then_success": (("AbsentSubscriber", ""), ("Success", "")),
    "unknown_status": (("HandedToNeighbour", ""),),
    "failed": (("Failed", "DeliveryFailure"),),
    "rejected": (("Rejected", "DoNotDisturbRejection"),),
    "expired": (("Expired", ""),),
}
UNREACHED: frozenset[Reports] = frozenset({"failed", "rejected", "expired"})

RefusalCode = Literal[401, 402, 403, 404, 405, 406, 407, 409, 500, 501, 502]
REQUEST_FAULTS: tuple[RequestFault, ...] = get_args(RequestFault)
REFUSAL_CODES: tuple[RefusalCode, ...] = get_args(RefusalCode)


class Fate(NamedTuple):
    """What becomes of one recipient: a status code, how it is reported, whether it opts out."""

    code: int = QUEUED
    reports: Reports = "on_time"
    opts_out: bool = False


UNHARMED = Fate()
