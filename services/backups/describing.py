"""What a manifest says of a database: rows per table and sums of money; verifying compares them with what came back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext

from models.invoices import Invoice
from models.ledger import Account, LedgerEntry
from models.orders import Order
from models.payments import Payment
from models.tables import metadata
from services.backups.manifest import Manifest
from services.core.version import version

_MONEY: dict[str, tuple[Any, str]] = {
    'orders': (Order, 'gross'), 'invoices': (Invoice, 'gross'), 'settled': (Invoice, 'settled'),
    'payments': (Payment, 'amount'), 'owed': (LedgerEntry, 'amount')}


def describe(connection: sa.Connection, now: dt.datetime) -> Manifest:
    """A manifest of this database, still without entries."""
    revision = MigrationContext.configure(connection).get_current_revision() or ''
    manifest = Manifest(database=connection.dialect.name, revision=revision, made_at=now.isoformat(), version=version())
    inspector = sa.inspect(connection)
    tables = sorted(set(inspector.get_table_names()) - {'alembic_version'})
    for table in tables:
        manifest.columns[table] = [c['name'] for c in inspector.get_columns(table) if 'computed' not in c]
        manifest.counts[table] = connection.execute(
            sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one()
    for what, (entity, name) in _MONEY.items():
        if entity.__tablename__ in tables:
            _sum(connection, manifest, what, metadata.tables[str(entity.__tablename__)].c, name)
    return manifest


def _sum(connection: sa.Connection, manifest: Manifest, what: str, columns: Any, name: str) -> None:
    total = sa.func.sum(columns[name], type_=columns[name].type)
    statement = sa.select(columns.currency, total).group_by(columns.currency)
    if what == 'owed':
        statement = statement.where(columns.account == Account.RECEIVABLE)
    for currency, amount in connection.execute(statement):
        manifest.sums[f'{what} {currency}'] = str(amount)
