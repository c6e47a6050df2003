"""Wordings that lie over the catalogues, proposed, approved and confirmed by staff."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    _publications()
    _wordings()
    _proposals()
    _confirmations()


def _publications() -> None:
    table = "wording_publications"
    op.create_table(
        table,
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.Column("approved_by", sa.String(length=120), nullable=False),
        sa.Column("approved_by_id", sa.Uuid()),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        _references(table, "undoes", "wording_publications.number"),
        _references(table, "approved_by_id", "staff_users.id"),
        sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{table}")),
    )


def _wordings() -> None:
    op.create_table(
        "wordings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication", sa.Integer(), nullable=False),
        *_text_columns(),
        sa.Column("text", sa.Text()),
        sa.Column("base_text", sa.Text()),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON()),
        _references("wordings", "publication", "wording_publications.number"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wordings")),
        sa.UniqueConstraint(
            "publication",
            "locale",
            "context",
            "msgid",
            name=op.f("uq_wordings_publication_locale_context_msgid"),
        ),
    )


def _proposals() -> None:
    table = "wording_proposals"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        *_text_columns(),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("instead_of", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=120)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text()),
        sa.Column("publication", sa.Integer()),
        _references(table, "publication", "wording_publications.number"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _one_alone("open", table, "state IN ('draft', 'submitted')")
    op.create_index(op.f(f"ix_{table}_state_updated_at"), table, ["state", "updated_at"])


def _confirmations() -> None:
    table = "wording_confirmations"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        *_text_columns(),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("capacity", sa.String(length=20), nullable=False),
        sa.Column("confirmed_by", sa.String(length=120), nullable=False),
        sa.Column("staff_id", sa.Uuid()),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True)),
        _references(table, "staff_id", "staff_users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    more = ("text_hash", "capacity", "confirmed_by")
    _one_alone("standing", table, "taken_back_at IS NULL", *more)


def _text_columns() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("msgid", sa.Text(), nullable=False),
    )


def _one_alone(name: str, table: str, where: str, *more: str) -> None:
    op.create_index(
        f"uq_{table}_{name}",
        table,
        ["locale", "context", "msgid", *more],
        unique=True,
        postgresql_where=sa.text(where),
        sqlite_where=sa.text(where),
    )


def _references(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
