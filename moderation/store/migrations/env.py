"""Run by Alembic, inside the transaction that `moderation.store.schema` has begun."""

from alembic import context

from moderation.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, when the transaction is begun by hand
)
with context.begin_transaction():
    context.run_migrations()
