"""What files say, under the other number of a woman who had two, of a cycle of which she has one
payment: the one that a merge dropped, or one that was paid beside hers later."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Uuid

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

dropped_payments = Table(
    "dropped_payments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("payment_id", ForeignKey("payments.id"), nullable=False),  # the one that stayed
    Column("registration_no", String(8), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("pay_point_id", ForeignKey("pay_points.id")),
    Column("status", String(12), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # That she was paid twice has been seen to.
    Column("settled_at", UtcDateTime),
    Column("settled_by", String(120)),
    Index(None, "payment_id"),
    Index(None, "pay_point_id"),
)
