"""What an import changed, row by row, so that it can be taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """New columns may be empty: PostgreSQL rewrites no row."""
    op.add_column("imports", sa.Column("merged_at", sa.DateTime(timezone=True)))
    for name in ("taken_back", "left"):
        op.add_column("imports", sa.Column(name, sa.Integer()))
    op.create_table(
        "import_changes",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("fields", sa.JSON().with_variant(JSONB(), "postgresql")),
        sa.Column("left", sa.String(length=12)),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_changes_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_changes")),
    )


def downgrade() -> None:
    op.drop_table("import_changes")
    for name in ("left", "taken_back", "merged_at"):
        op.drop_column("imports", name)
