"""Erasures: asked for by one of the staff, decided by another; on the registry's metadata."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text, Uuid, text

import gateway.staff.tables  # noqa: F401 - an erasure refers to the accounts
from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

_ASKED = text("state = 'asked'")

erasures = Table(
    "erasures",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("beneficiary_id", ForeignKey("beneficiaries.id"), nullable=False),
    Column("state", String(10), nullable=False),  # asked, withdrawn, done
    Column("reason", Text),  # goes with what it was about
    Column("asked_by", ForeignKey("staff_users.id"), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_by", ForeignKey("staff_users.id")),
    Column("decided_at", UtcDateTime),
    Column("counts", JSON),  # {holding: rows}, of what was done
    Index(
        "uq_erasures_asked", "beneficiary_id", unique=True, postgresql_where=_ASKED,
        sqlite_where=_ASKED,
    ),
    Index(None, "state", "asked_at"),
    Index(None, "beneficiary_id"),
)  # fmt: skip
