"""A message's way through the ledger: a table of moves; whatever is not in it is refused.

queued -> claimed -> sending -> accepted -> delivered | failed | expired, with `unknown` for an
answer that never came. What we do ourselves is `MOVES`; what a delivery receipt does is
`RECEIPT_MOVES`. A message only ever moves forward: `delivered` is never left.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

MessageState = Literal[
    "queued",  # wanted; not_before_at decides when
    "claimed",  # a worker holds it under a lease: rendered and checked, not yet sent
    "sending",  # the HTTP call may have begun
    "accepted",  # the provider took it
    "unknown",  # the answer never came: sent or not, nobody knows
    "delivered",
    "failed",
    "expired",  # its time passed, here or on the way to the handset
    "refused",  # the provider did not take it
    "suppressed",  # must not go: opted out, not eligible any more, duplicate, paused district
    "cancelled",  # staff, or a correction, took it back
]
# What a receipt says, whatever word its provider has for it. `expired` also stands for a handset
# that could not be reached: both may still be followed by `delivered`.
ReceiptOutcome = Literal["in_flight", "delivered", "failed", "expired"]

MOVES: Mapping[MessageState, frozenset[MessageState]] = MappingProxyType(
    {
        # Unknown: the database was restored, and whether it had gone out before nobody knows.
        "queued": frozenset({"claimed", "unknown", "suppressed", "cancelled", "expired"}),
        # Truth at send time: what is found while it is claimed ends it there. Back to queued:
        # the lease ran out before the call.
        "claimed": frozenset(
            {"sending", "queued", "unknown", "suppressed", "cancelled", "expired"}
        ),
        # Back to queued only where it is certain that nothing was sent.
        "sending": frozenset({"accepted", "refused", "queued", "unknown"}),
        "accepted": frozenset({"delivered", "failed", "expired"}),
        # By the rule for unmatched receipts, by the wait for reliable ones, or by staff.
        "unknown": frozenset({"accepted", "queued", "failed"}),
        "delivered": frozenset(),
        "failed": frozenset(),
        "expired": frozenset(),
        "refused": frozenset(),
        "suppressed": frozenset(),
        "cancelled": frozenset(),
    }
)

FINAL: frozenset[MessageState] = frozenset(state for state, onward in MOVES.items() if not onward)

_SENT: dict[ReceiptOutcome, MessageState] = {
    "in_flight": "accepted",
    "delivered": "delivered",
    "failed": "failed",
    "expired": "expired",
}
_ARRIVED_AFTER_ALL: dict[ReceiptOutcome, MessageState] = {"delivered": "delivered"}
# Queued again after `unknown`, and then a receipt shows that the first call had got through.
_WAS_SENT_AFTER_ALL: dict[ReceiptOutcome, MessageState] = {
    "in_flight": "accepted",
    "delivered": "delivered",
}

RECEIPT_MOVES: Mapping[MessageState, Mapping[ReceiptOutcome, MessageState]] = MappingProxyType(
    {
        "queued": _WAS_SENT_AFTER_ALL,
        "claimed": _WAS_SENT_AFTER_ALL,
        "sending": _SENT,
        "unknown": _SENT,
        "accepted": {outcome: state for outcome, state in _SENT.items() if state != "accepted"},
        "failed": _ARRIVED_AFTER_ALL,
        "expired": _ARRIVED_AFTER_ALL,
    }
)


def can_move(old: MessageState, new: MessageState) -> bool:
    """Whether a row in `old` may be moved to `new`, by us or by a receipt."""
    return new in MOVES[old] or new in RECEIPT_MOVES.get(old, {}).values()


def after_receipt(state: MessageState, outcome: ReceiptOutcome) -> MessageState | None:
    """Where a receipt moves a message that is in `state`; None where it stays.

    A receipt that is late, double or out of order moves nothing: after `delivered` nothing counts,
    after `failed` or `expired` only `delivered` does.
    """
    return RECEIPT_MOVES.get(state, {}).get(outcome)
