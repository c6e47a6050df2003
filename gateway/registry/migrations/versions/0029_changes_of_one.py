"""What imports wrote of one person is found by an index."""

from alembic import op

from gateway.registry import online

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    online.create_index(op.f("ix_import_changes_object_id"), "import_changes", ["object_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_import_changes_object_id"), "import_changes")
