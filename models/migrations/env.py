"""Runs the migrations over the connection that `services.schema` hands over; Alembic executes this file."""

from __future__ import annotations

from alembic import context

from models.migrations import comparing
from models.tables import metadata

context.configure(connection=context.config.attributes['connection'], target_metadata=metadata,
                  transactional_ddl=True, **comparing.OPTIONS)
with context.begin_transaction():
    context.run_migrations()
