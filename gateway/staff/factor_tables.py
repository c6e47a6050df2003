"""What people prove themselves with besides a password; on the registry's metadata."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text, Uuid

import gateway.staff.tables  # noqa: F401 - these refer to the accounts
from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

staff_factors = Table(
    "staff_factors",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff_id", ForeignKey("staff_users.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # authenticator, key
    Column("name", String(60), nullable=False),
    Column("secret", Text),  # an authenticator's, encrypted by FACTOR_KEY
    Column("credential_id", String(1400), unique=True),  # a key's, in base64url
    Column("public_key", Text),
    Column("sign_count", BigInteger),
    # What was used last: nothing up to it is taken again. An authenticator's interval of 30
    # seconds; the moment in microseconds at which a key was asked.
    Column("last_counter", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Index(None, "staff_id"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff_id", ForeignKey("staff_users.id"), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "staff_id"),
)

second_factor_roles = Table(
    "second_factor_roles",
    metadata,
    Column("role", String(16), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

# A password and, where `factors`, every second factor given up: asked by one, confirmed by another.
account_resets = Table(
    "account_resets",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff_id", ForeignKey("staff_users.id"), nullable=False),
    Column("factors", Boolean, nullable=False),
    Column("asked_by", String(120), nullable=False),  # the email as it was then, or what acted
    Column("asked_by_id", ForeignKey("staff_users.id")),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("confirmed_by", String(120)),
    Column("confirmed_at", UtcDateTime),
    Column("code_hash", String(64)),  # of what is handed over; NULL until it is confirmed
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # used, or dropped
    Index(None, "staff_id", "asked_at"),
)

# Who somebody is at the sign-in service (OpenID Connect), once linked.
staff_subjects = Table(
    "staff_subjects",
    metadata,
    Column("issuer", String(200), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("staff_id", ForeignKey("staff_users.id"), nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    Index(None, "staff_id"),
)
