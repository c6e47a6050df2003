"""Uploaded files and what became of them; on the registry's metadata."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB

import gateway.staff.tables  # noqa: F401 - `imports` refers to the accounts
from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

imports = Table(
    "imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(16), nullable=False),  # beneficiaries, payments, visits, payment_results
    Column("file_name", String(120), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("state", String(12), nullable=False),  # see `gateway.uploads.store`
    Column("district_id", ForeignKey("districts.id")),  # the only one it may touch; NULL: any
    Column("staff_id", ForeignKey("staff_users.id")),  # NULL: a system by its key
    Column("who", String(120), nullable=False),  # the email as it was then, or the key's name
    Column("rows_read", Integer, nullable=False),
    Column("rows_expected", Integer),  # NULL: not known before the file is read
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("faults", Integer, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("merged_at", UtcDateTime),  # what the rows that it wrote have as `updated_at`
    Column("taken_back", Integer),  # rows; NULL: nobody took it back
    Column("left", Integer),  # rows that could not be
    # What waits are rows that were checked, not the file as it came.
    Column("checked", Boolean, nullable=False, server_default=false()),
    Column("decisions", JSON),  # see gateway.uploads.deciding
    Column(
        "unconfirmed", Integer, nullable=False, server_default="0"
    ),  # new places, of those listed
    Column("claim_id", Uuid),
    Column("lease_until_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "created_at", "id"),
)

# The file in pieces, for as long as it is needed: the worker may run on another host.
import_pieces = Table(
    "import_pieces",
    metadata,
    Column("import_id", ForeignKey("imports.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

# A fault (`reason` is a msgid), or a row kept as set here (`column` names what stays).
import_lines = Table(
    "import_lines",
    metadata,
    Column("import_id", ForeignKey("imports.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(8), nullable=False),  # fault, kept
    Column("line", Integer, nullable=False),
    Column("column", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("params", JSON, nullable=False),
)

# What an import wrote, for as long as calls and SMS are kept: see `gateway.uploads.recording`.
import_changes = Table(
    "import_changes",
    metadata,
    Column("import_id", ForeignKey("imports.id"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("object_id", Uuid, nullable=False),  # of the person, payment or visit
    Column("is_new", Boolean, nullable=False),
    Column("fields", JSON().with_variant(JSONB(), "postgresql")),  # {column: [before, after]}
    Column("left", String(12)),  # why it stayed when the import was taken back
    Index(None, "object_id"),  # what was ever written of one person
)
