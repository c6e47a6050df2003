"""What a restored database cannot know: whether what it is about to send has gone out already.

Everything that was due between the moment it was copied and the moment it is at work again may
have been sent by the service of before. It is held until a person says what becomes of it.
"""

from enum import StrEnum

from gateway.core.consent import MessageCategory

# In the order in which they are told.
HELD_KINDS: tuple[MessageCategory, ...] = ("reply", "payment", "health", "broadcast")


class Sign(StrEnum):
    """How it is known that the database is a restored one."""

    COMMAND = "command"  # `flask restore` did it
    COPIED = "copied"  # its rows were not written by the service: a dump was loaded
    WENT_BACK = "went_back"  # Redis remembers a later beat than the database
    PROMOTED = "promoted"  # a new timeline, long after the last beat, and Redis remembers nothing


class Choice(StrEnum):
    """What becomes of the held messages of a kind."""

    AS_SENT = "as_sent"  # they count as with the operator, and are not sent
    SEND = "send"  # they go out; who had one gets another
    TO_STAFF = "to_staff"  # unknown: staff settle them in the console, as others of unknown outcome


class HeldReason(StrEnum):
    """Why a message is not sent, or is again. Nothing but a release leaves `RESTORED`."""

    RESTORED = "restored"
    AS_SENT = "restored_as_sent"
    SEND = "restored_send"
    TO_STAFF = "restored_to_staff"


# What no wait for a receipt sends again.
NOT_BY_ITSELF = (HeldReason.RESTORED.value, HeldReason.TO_STAFF.value)
