"""What is remembered of each connection, and of each of its runs."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, Uuid

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

connections = Table(
    "connections",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("driver", String(20), nullable=False),
    Column("cursor", Text),  # the driver's own: where the next pull begins
    Column("approved_at", UtcDateTime),  # somebody has seen what the first pull would do
    Column("approved_by", String(120)),
    Column("preview", JSON(none_as_null=True)),  # what that was
    Column("asked_at", UtcDateTime),  # a pull is wanted at once
    Column("due_at", UtcDateTime),  # of the next pull
    Column("lease_until_at", UtcDateTime),  # somebody is at it
    Column("last_ok_at", UtcDateTime),
    Column("fault", String(20)),  # of the last run; NULL: it went through
    Column("fault_about", String(200)),
)

connection_runs = Table(
    "connection_runs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("connection", ForeignKey("connections.name"), nullable=False),
    Column("kind", String(8), nullable=False),  # preview, pull, push
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("pages", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("withdrawn", Integer, nullable=False),
    Column("fault", String(20)),
    Column("fault_about", String(200)),
    Index(None, "connection", "begun_at"),
)

# Rows of a page that could not be taken; the page was not applied.
connection_faults = Table(
    "connection_faults",
    metadata,
    Column("run_id", ForeignKey("connection_runs.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("registration_no", String(40), nullable=False),
    Column("column", String(40), nullable=False),
    Column("reason", Text, nullable=False),  # a msgid, filled with `params`
    Column("params", JSON, nullable=False),
    Index(None, "registration_no"),
)
