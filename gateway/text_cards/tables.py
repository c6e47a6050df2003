"""What mothers pressed when the texts were tried with them; nobody is named. On the registry's
metadata.
"""

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, String, Table, Uuid

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

text_trials = Table(
    "text_trials",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tried_on", Date, nullable=False),
    Column("task", String(32), nullable=False),  # gateway.text_cards.trial.TASKS
    Column("pressed", String(100), nullable=False),  # as it stands on the sheet
    Column("reached", Boolean, nullable=False),  # the screen that answers it
    Column("keys", Integer, nullable=False),  # until there, or until she gave up
    Column("steps", JSON, nullable=False),  # [[screen, what was pressed on it], ...]
    Column("entered_by", String(120), nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Index(None, "task", "id"),
)
