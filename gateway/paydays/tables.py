"""What staff have marked as paid or missed, list by list, what they have moved, and paydays that
are being moved; on the registry's metadata.
"""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Uuid

import gateway.staff.tables  # noqa: F401 - a list refers to the accounts
from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

# A sheet of the paying clerk as it was entered; what is marked singly is a list of one.
payment_lists = Table(
    "payment_lists",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("due_on", Date),  # of the sheet
    Column("pay_point_id", ForeignKey("pay_points.id")),
    Column("staff_id", ForeignKey("staff_users.id")),
    Column("who", String(120), nullable=False),  # the email as it was then
    Column("at", UtcDateTime, nullable=False),
)

payment_marks = Table(
    "payment_marks",
    metadata,
    Column("list_id", ForeignKey("payment_lists.id"), primary_key=True),
    Column("payment_id", ForeignKey("payments.id"), primary_key=True),
    Column("was", String(12), nullable=False),
    Column("was_before", String(12)),  # `status_before` of the payment
    Column("became", String(12), nullable=False),
    Column("taken_back_at", UtcDateTime),
    Column("taken_back_by", String(120)),
    Index(None, "payment_id"),
)

# Payments that were moved together, and each of them.
payment_moves = Table(
    "payment_moves",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("becomes_on", Date, nullable=False),
    Column("pay_point_id", ForeignKey("pay_points.id")),  # the new one; NULL: each stayed
    Column("reason", String(200), nullable=False),
    Column("who", String(120), nullable=False),  # the email as it was then
    Column("at", UtcDateTime, nullable=False),
)

moved_payments = Table(
    "moved_payments",
    metadata,
    Column("move_id", ForeignKey("payment_moves.id"), primary_key=True),
    Column("payment_id", ForeignKey("payments.id"), primary_key=True),
    Index(None, "payment_id"),
)

# A payday of more people than one transaction moves: see `gateway.paydays.large_moves`.
payday_moves = Table(
    "payday_moves",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("becomes_on", Date, nullable=False),
    Column("tell", String(8), nullable=False),  # told, all
    Column("reason", String(200), nullable=False),
    Column("who", String(120), nullable=False),  # the email as it was then
    Column("payments", Integer, nullable=False),  # moved by now
    Column("sms", Integer, nullable=False),
    Column("ordered_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index(None, "due_on"),
)
