"""Staff accounts, the audit log, what staff did about a case and have ready for one; on the
registry's metadata.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    false,
)

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import SERIAL, metadata

staff_users = Table(
    "staff_users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", String(120), nullable=False, unique=True),  # in lower case
    # As people call them, in any script; "": not known, the e-mail address stands for it.
    Column("name", String(80), nullable=False, server_default=""),
    Column("msisdn", String(16)),  # of the person's own phone, for SMS that they try
    Column("password_hash", String(160), nullable=False),
    Column("role", String(16), nullable=False),
    Column("district_id", ForeignKey("districts.id")),  # NULL: every district
    Column("health_centre_id", ForeignKey("health_centres.id")),
    Column("active", Boolean, nullable=False),
    # Every session was opened under it: a new one signs the person out everywhere.
    Column("uniquifier", String(32), nullable=False, unique=True),
    Column("must_change_password", Boolean, nullable=False),
    Column("demo_password", Boolean, nullable=False),
    Column("locale", String(8), nullable=False),
    # Of the release before; tries are rows of sign_in_tries now.
    Column("failed_sign_ins", SmallInteger, nullable=False),
    Column("locked_until_at", UtcDateTime),
    Column("last_sign_in_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", Uuid, primary_key=True),  # random, in a signed cookie
    Column("staff_id", ForeignKey("staff_users.id"), nullable=False),
    Column("uniquifier", String(32), nullable=False),  # the account's when it was opened
    Column("started_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("address", String(45)),
    Column("subscriber", String(45), nullable=False),  # as gateway.core.addresses says
    Column("agent", String(40), nullable=False),
    # Opened without the second factor that the role needs: nothing comes before setting one up.
    Column("owes_factor", Boolean, nullable=False, server_default=false()),
    Index(None, "staff_id", "started_at"),
)

# A row is a try that was wrong, or has not been answered yet: a right one takes it away again.
sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff_id", ForeignKey("staff_users.id"), nullable=False),
    Column("source", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "staff_id", "at"),
)

# A sign-in that may not have been theirs: told on their pages until they have seen it.
sign_in_alerts = Table(
    "sign_in_alerts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff_id", ForeignKey("staff_users.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("new_device", Boolean, nullable=False),
    Column("new_address", Boolean, nullable=False),
    Column("failures", SmallInteger, nullable=False),  # wrong passwords since the sign-in before
    Column("address", String(45)),
    Column("agent", String(40), nullable=False),
    # Not a sign-in: somebody at the sign-in service opens the account from now on.
    Column("linked", Boolean, nullable=False, server_default=false()),
    Column("seen_at", UtcDateTime),
    Index(None, "staff_id", "at"),
)

# Append-only: the database itself refuses UPDATE, DELETE and TRUNCATE (triggers of migrations).
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", ForeignKey("staff_users.id")),
    Column("who", String(120), nullable=False),  # the email as it was then, or what acted
    Column("action", String(40), nullable=False),
    Column("kind", String(24)),
    Column("object_id", String(64)),
    # The object's; NULL: of no one district. It stays when that district is merged into another.
    Column("district_id", SERIAL),
    Column("changes", JSON, nullable=False),  # {field: [before, after]}
    Column("address", String(45)),
    Index(None, "at", "id"),
    Index(None, "who", "at"),
    Index(None, "action", "at"),
    Index(None, "kind", "object_id", "at"),
)

# What staff did about a case goes when the case does, after the retention period.
case_assignments = Table(
    "case_assignments",
    metadata,
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), primary_key=True),
    Column("staff_id", ForeignKey("staff_users.id"), nullable=False),
    Column("assigned_at", UtcDateTime, nullable=False),
    Index(None, "staff_id"),
)

case_notes = Table(
    "case_notes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("staff_id", ForeignKey("staff_users.id")),
    Column("who", String(120)),  # of none of the staff: what acted
    Column("kind", String(12), nullable=False),  # note, assigned, answered, closed, reopened
    Column("text", Text),
    Column("message_id", ForeignKey("messages.id", ondelete="SET NULL")),  # the SMS of an answer
    Column("at", UtcDateTime, nullable=False),
    Index(None, "case_number", "at"),
    Index(None, "message_id"),
)

# Texts of the staff's own that stand ready beside those of the catalogues.
ready_answers = Table(
    "ready_answers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("district_id", ForeignKey("districts.id")),  # for its cases; NULL: for all
    Column("texts", JSON, nullable=False),  # {locale: text}, every language
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("retired_at", UtcDateTime),  # offered no more
    Index(None, "district_id"),
)
