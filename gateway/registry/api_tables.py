"""The API's tables: keys, their secrets, and the answers that a repeated request gets again."""

from datetime import timedelta

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
)

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

ANSWERS_KEPT = timedelta(hours=24)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("scopes", JSON, nullable=False),  # ["payments:write", ...]
    Column("district_id", ForeignKey("districts.id")),  # NULL: all of them
    Column("numbers", JSON, nullable=False),  # of a team key: who gets SMS
    Column("created_by", String(120), nullable=False),
    Column("created_by_id", Uuid),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)

# Two of a key are valid while one replaces the other.
api_key_secrets = Table(
    "api_key_secrets",
    metadata,
    Column("lookup", String(16), primary_key=True),  # the part of the key that is no secret
    Column("key_id", ForeignKey("api_keys.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),  # of one that was replaced
    Index(None, "key_id"),
)

api_answers = Table(
    "api_answers",
    metadata,
    Column("key_id", ForeignKey("api_keys.id"), primary_key=True),
    Column("idempotency_key", String(255), primary_key=True),
    Column("request", String(64), nullable=False),  # a keyed hash of it
    Column("status", SmallInteger, nullable=False),
    Column("etag", String(80)),
    Column("body", LargeBinary),  # encrypted; NULL once the person it is about was erased
    Column("registration_no", String(8)),  # of the person it is about, where it is one
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
    Index(None, "registration_no"),
)
