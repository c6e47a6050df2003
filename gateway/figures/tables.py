"""Counted figures, and when each topic was counted; on the registry's metadata."""

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

NO_DISTRICT = 0  # a caller or a message that belongs to no beneficiary

figures = Table(
    "figures",
    metadata,
    Column("topic", String(48), primary_key=True),
    Column("period_on", Date, primary_key=True),  # the day, or the first day of the month
    Column("district_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(80), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

figure_topics = Table(
    "figure_topics",
    metadata,
    Column("topic", String(48), primary_key=True),
    Column("counted_at", UtcDateTime, nullable=False),
    Column("took_ms", Integer, nullable=False),
)
