"""Numbers that bring an outcome each, for a key of kind test; nothing is sent to any of them."""

from collections.abc import Mapping
from typing import NamedTuple

from gateway.core.message_states import MessageState


class Outcome(NamedTuple):
    """What becomes of a test message."""

    state: MessageState
    reason: str | None = None


DELIVERED = Outcome("delivered")
MAGIC: Mapping[str, Outcome] = {
    "+8562055509001": DELIVERED,
    "+8562055509002": Outcome("failed"),
    "+8562055509003": Outcome("expired"),
    "+8562055509004": Outcome("refused"),
    "+8562055509005": Outcome("unknown", "no_answer"),
    "+8562055509006": Outcome("accepted"),
    "+8562055509007": Outcome("queued"),
    "+8562055509008": Outcome("suppressed", "duplicate"),
    "+8562055509009": Outcome("suppressed", "opted_out"),
}


def outcome_of(msisdn: str) -> Outcome:
    """Of any other number: delivered."""
    return MAGIC.get(msisdn, DELIVERED)
