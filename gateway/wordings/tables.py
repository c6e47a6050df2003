"""Wordings over the catalogues, and how they came about; on the registry's metadata.

A text is known by its locale, its context ("" where it has none) and its msgid.
"""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import metadata

_OPEN = text("state IN ('draft', 'submitted')")
_STANDS = text("taken_back_at IS NULL")


def _text_columns() -> tuple[Column[str], ...]:
    return (
        Column("locale", String(8), nullable=False),
        Column("context", String(40), nullable=False),
        Column("msgid", Text, nullable=False),
    )


# Numbered without a gap: whoever publishes takes the next number, and loses to who was faster.
wording_publications = Table(
    "wording_publications",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(12), nullable=False),  # gateway.wordings.kinds.PublicationKind
    Column("undoes", ForeignKey("wording_publications.number")),  # of a roll-back
    Column("approved_by", String(120), nullable=False),  # the e-mail as it was then, or what acted
    Column("approved_by_id", ForeignKey("staff_users.id")),
    Column("published_at", UtcDateTime, nullable=False),
)

# Append-only; of several rows of a text that of the latest publication holds.
wordings = Table(
    "wordings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("publication", ForeignKey("wording_publications.number"), nullable=False),
    *_text_columns(),
    Column("text", Text),  # NULL: the catalogue's own again
    Column("base_text", Text),  # the catalogue's when it was laid over it; NULL: it had none
    Column("authors", JSON, nullable=False),  # as gateway.staff.authors keeps them
    Column("reasons", JSON(none_as_null=True)),  # why it was put back: faults, as plain data
    UniqueConstraint("publication", "locale", "context", "msgid"),
)

wording_proposals = Table(
    "wording_proposals",
    metadata,
    Column("id", Uuid, primary_key=True),
    *_text_columns(),
    Column("text", Text, nullable=False),
    Column("instead_of", Text, nullable=False),  # what stood there when it was written
    Column("note", Text),
    Column("state", String(12), nullable=False),  # gateway.wordings.kinds.ProposalState
    Column("authors", JSON, nullable=False),  # everybody who wrote in it
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("decided_by", String(120)),
    Column("decided_at", UtcDateTime),
    Column("reason", Text),  # of a rejection
    Column("publication", ForeignKey("wording_publications.number")),
    Index(
        "uq_wording_proposals_open",
        "locale",
        "context",
        "msgid",
        unique=True,
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    ),
    Index(None, "state", "updated_at"),
)

# One that a text has outlived is kept: it says what was read, and holds again with that wording.
wording_confirmations = Table(
    "wording_confirmations",
    metadata,
    Column("id", Uuid, primary_key=True),
    *_text_columns(),
    Column("text_hash", String(64), nullable=False),
    Column("capacity", String(20), nullable=False),  # gateway.wordings.kinds.Capacity
    Column("confirmed_by", String(120), nullable=False),  # the e-mail as it was then
    Column("staff_id", ForeignKey("staff_users.id")),
    Column("confirmed_at", UtcDateTime, nullable=False),
    Column("taken_back_at", UtcDateTime),
    Index(
        "uq_wording_confirmations_standing",
        "locale",
        "context",
        "msgid",
        "text_hash",
        "capacity",
        "confirmed_by",
        unique=True,
        postgresql_where=_STANDS,
        sqlite_where=_STANDS,
    ),
)

# Of the wording that its reader saw; settled by whoever has seen to it.
wording_comments = Table(
    "wording_comments",
    metadata,
    Column("id", Uuid, primary_key=True),
    *_text_columns(),
    Column("text_hash", String(64), nullable=False),
    Column("comment", Text, nullable=False),
    Column("capacity", String(20), nullable=False),  # gateway.wordings.kinds.Capacity
    Column("commented_by", String(120), nullable=False),  # the e-mail as it was then
    Column("staff_id", ForeignKey("staff_users.id")),
    Column("commented_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("settled_by", String(120)),
)
