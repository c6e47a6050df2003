"""What partners sent and have still to be answered; what they want to be told of."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text, UniqueConstraint, Uuid

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

# A message with an acknowledgement. Its body goes once it is worked through: what stays is how it
# is told from a new one.
dci_messages = Table(
    "dci_messages",
    metadata,
    Column("id", Uuid, primary_key=True),  # the correlation id
    Column("partner", String(64), nullable=False),
    Column("message_id", String(99), nullable=False),
    Column("action", String(16), nullable=False),
    Column("transaction_id", String(99), nullable=False),
    Column("reference_ids", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reply_to", Text),  # the address of the callback; NULL: none is owed
    Column("body", Text),  # JSON of the message; NULL: worked through
    Column("state", String(8), nullable=False),  # waiting, done, failed
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime),  # when it is worked on next; NULL: never again
    Column("counts", JSON),  # {taken, refused, unchanged} of the rows of a callback
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("partner", "message_id"),
    Index(None, "due_at"),
    Index(None, "partner", "transaction_id"),
    Index(None, "received_at"),
)

dci_subscriptions = Table(
    "dci_subscriptions",
    metadata,
    Column("code", Uuid, primary_key=True),
    Column("partner", String(64), nullable=False),
    Column("event", String(32), nullable=False),
    Column("record_type", String(64), nullable=False),
    Column("filter_type", String(16), nullable=False),
    Column("filter", JSON, nullable=False),
    Column("reply_to", Text, nullable=False),
    # Told of all that changed before: by moment, then by person.
    Column("since", UtcDateTime, nullable=False),
    Column("since_id", Uuid, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "partner", "ended_at"),
)
