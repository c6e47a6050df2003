"""Who is told, of what, and what has become of each telling."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import SERIAL, metadata

_WAITING = text("state = 'waiting'")
_PARKED = text("state = 'parked'")

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("url", String(500), nullable=False),
    Column("api_key_id", Uuid, nullable=False),  # its scopes say what may be told
    Column("district_id", ForeignKey("districts.id")),  # the key's: nothing of another is told
    # Encrypted: see gateway.webhooks.sealing. Both sign until the older one's time is over.
    Column("secret", Text, nullable=False),
    Column("secret_before", Text),
    Column("secret_before_until_at", UtcDateTime),
    Column("state", String(8), nullable=False),  # active, paused
    Column("paused_why", String(8)),  # asked, gone, no_key
    # One worker at a time, and none before `next_at`.
    Column("failures", Integer, nullable=False),  # in a row
    Column("next_at", UtcDateTime, nullable=False),
    Column("claim_id", Uuid),
    Column("lease_until_at", UtcDateTime),
    Column("delivered", BigInteger, nullable=False),  # calls, since it was made
    Column("failed", BigInteger, nullable=False),
    Column("delivered_at", UtcDateTime),  # the last success
    Column("failed_at", UtcDateTime),
    Column("fault", String(20)),  # of the last failure
    Column("status", SmallInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# "*" is every event.
webhook_events = Table(
    "webhook_events",
    metadata,
    Column("endpoint_id", ForeignKey("webhook_endpoints.id"), primary_key=True),
    Column("event", String(40), primary_key=True),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("endpoint_id", ForeignKey("webhook_endpoints.id"), nullable=False),
    Column("change_id", Uuid),  # none of a test
    Column("event", String(40), nullable=False),
    Column("state", String(10), nullable=False),  # waiting, delivered, parked, ended
    Column("attempts", SmallInteger, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("give_up_at", UtcDateTime, nullable=False),  # then it is parked
    Column("fault", String(20)),  # of the last attempt
    Column("status", SmallInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("endpoint_id", "change_id"),
    Index(None, "endpoint_id", "id"),
    Index(
        "ix_webhook_deliveries_waiting",
        "endpoint_id",
        "next_at",
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    ),
    Index(
        "ix_webhook_deliveries_parked",
        "endpoint_id",
        "id",
        postgresql_where=_PARKED,
        sqlite_where=_PARKED,
    ),
    Index(None, "updated_at"),
)
