"""Runs the revisions on the connection that `gateway.registry.migrate` passes in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    compare_type=True,
    compare_server_default=True,
    # A table is held for one revision, and what stands in gateway.registry.online commits before.
    transaction_per_migration=True,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
with context.begin_transaction():
    context.run_migrations()
