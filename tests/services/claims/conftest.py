"""What the tests of claims share."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from models.core.types import new_id
from models.invoices import Invoice, InvoiceLine
from models.tables import metadata
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from tests.bills import bill
from tests.world import World

TRACES = ('dispute', 'dispute_word', 'pledge', 'event', 'mail', 'notification', 'stored_file', 'allocation', 'invoice',
          'ledger_entry')


@pytest.fixture
def invoice(runtime: Runtime, world: World) -> Invoice:
    """An invoice of Harbour over 119.00 with 19 % VAT: a lamp for 100.00 net, due in thirty days."""
    return bill(runtime, world.harbour, '100')


@pytest.fixture
def again(runtime: Runtime, invoice: Invoice) -> Callable[[], Invoice]:
    """The invoice as it stands now."""
    def act() -> Invoice:
        with runtime.database.reading() as session:
            return session.exec(select(Invoice).where(Invoice.id == invoice.id)).one()
    return act


@pytest.fixture
def look(runtime: Runtime) -> Callable[..., list[Any]]:
    """The rows of a table as they stand now, oldest first."""
    def act(kind: Any, *conditions: Any) -> list[Any]:
        with runtime.database.reading() as session:
            return list(session.exec(select(kind).where(*conditions).order_by(kind.id)).all())
    return act


@pytest.fixture
def traces(runtime: Runtime) -> Callable[[], tuple[Any, ...]]:
    """How many rows of each kind there are, and what every invoice says."""
    def act() -> tuple[Any, ...]:
        with runtime.database.reading() as session:
            counts = tuple(session.execute(sa.select(sa.func.count()).select_from(metadata.tables[name])).scalar_one()
                           for name in TRACES)
            rows = session.exec(select(Invoice).order_by(Invoice.id)).all()
            return counts, tuple((row.settled, row.disputed, row.version, row.paused_until) for row in rows)
    return act


@pytest.fixture
def line(runtime: Runtime, invoice: Invoice, look: Callable[..., list[Any]]) -> InvoiceLine:
    """A second line for 10.00 net at 7 % on the same invoice, as far as disputes look at it."""
    with runtime.work(SYSTEM, writes=True) as work:
        row = InvoiceLine(id=new_id(), customer_id=invoice.customer_id, invoice_id=invoice.id, position=2, sku='BOOK',
                          name='Book', unit='pcs', quantity=Decimal(1), unit_price=Decimal(10), tax_rate=Decimal(7),
                          net=Decimal(10))
        work.session.add(row)
        work.session.flush()
        return row
