"""The invariants of invoices, credit notes and what settles them; `python app.py check` looks at all of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.core.money import rounded
from models.core.types import Amount, Quantity
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.orders import OrderLine
from models.payments import Allocation, Refund, RefundState
from services.core.runtime import Runtime

BATCH = 2000
OWN = 'import'
ZERO = Decimal(0)
_ISSUED = col(Invoice.status) != InvoiceStatus.DRAFT


def _issued(*conditions: Any) -> Any:
    return select(Invoice).where(_ISSUED, *conditions).execution_options(yield_per=BATCH)


def _numbers(session: Session, runtime: Runtime) -> Iterator[str]:
    """Own series have no gap and no double, and a later number no earlier date (invariant 5)."""
    series: dict[str, list[tuple[int, dt.date | None]]] = {}
    for number, day in session.execute(sa.select(col(Invoice.number), col(Invoice.issued_on)).where(
            _ISSUED, col(Invoice.source) != OWN)):
        name, _dash, count = str(number).rpartition('-')
        if not count.isdigit():
            yield f'{number} is no number of a series'
            continue
        series.setdefault(name, []).append((int(count), day))
    for name, found in series.items():
        found.sort()
        if [count for count, _day in found] != list(range(found[0][0], found[0][0] + len(found))):
            yield f'{name}: there are {len(found)} documents from {found[0][0]} to {found[-1][0]}'
        days = [day for _count, day in found if day]
        if days != sorted(days):
            yield f'{name}: a later number bears an earlier date'


def _totals(session: Session, runtime: Runtime) -> Iterator[str]:
    nets: dict[uuid.UUID, Decimal] = dict(iter(session.execute(select(
        InvoiceLine.invoice_id, sa.func.sum(InvoiceLine.net, type_=Amount())).group_by(col(InvoiceLine.invoice_id)))))
    for row in session.exec(_issued()):
        taxable = sum((Decimal(tax['taxable']) for tax in row.taxes), ZERO)
        tax = sum((Decimal(tax['tax']) for tax in row.taxes), ZERO)
        if row.lines_net != nets.get(row.id, ZERO):
            yield f'{row.number}: its lines add up to {nets.get(row.id, ZERO)}, not to {row.lines_net}'
        if row.net != row.lines_net + row.shipping_net or row.net + row.tax != row.gross:
            yield f'{row.number}: net, shipping and VAT do not add up to {row.gross}'
        if (taxable, tax) != (row.net, row.tax):
            yield f'{row.number}: its VAT table says {taxable} and {tax}, not {row.net} and {row.tax}'
        yield from _rates(row)


def _rates(row: Invoice) -> Iterator[str]:
    """VAT is taxable × rate, rounded once; a credit note may be a smallest unit beside it to end where it began."""
    unit = ZERO if row.kind is InvoiceKind.INVOICE else rounded(Decimal('0.01'), row.currency) or Decimal(1)
    for tax in row.taxes:
        due = rounded(Decimal(tax['taxable']) * Decimal(tax['rate']) / 100, row.currency)
        if abs(due - Decimal(tax['tax'])) > unit:
            yield f'{row.number}: VAT of {tax["rate"]} % on {tax["taxable"]} is {tax["tax"]}, not {due}'


def _settled(session: Session, runtime: Runtime) -> Iterator[str]:
    """What is settled is what live allocations and refunds say, and the status follows from it (invariant 3)."""
    on = _sums(session, Allocation.invoice_id, Allocation.amount, col(Allocation.reversed_at).is_(None))
    spent = _sums(session, Allocation.credit_id, Allocation.amount, col(Allocation.reversed_at).is_(None))
    paid_out = _sums(session, Refund.credit_id, Refund.amount, Refund.state != RefundState.FAILED)
    for row in session.exec(_issued()):
        is_credit = row.kind is InvoiceKind.CREDIT_NOTE
        due = spent.get(row.id, ZERO) + paid_out.get(row.id, ZERO) + on.get(row.id, ZERO) if is_credit \
            else on.get(row.id, ZERO)
        if row.settled != due or not 0 <= row.settled <= row.gross:
            yield f'{row.number}: {row.settled} of {row.gross} is settled, but allocations add up to {due}'
        if row.status not in (row.status_for(row.settled), InvoiceStatus.WRITTEN_OFF):
            yield f'{row.number} is {row.status}, which {row.settled} of {row.gross} settled does not make'


def _credited(session: Session, runtime: Runtime) -> Iterator[str]:
    """An invoice was credited as much as its credit notes say, and never more than all of it."""
    notes = _sums(session, Invoice.corrects_id, Invoice.gross, _ISSUED)
    for row in session.exec(_issued(Invoice.kind == InvoiceKind.INVOICE)):
        if row.credited != notes.get(row.id, ZERO) or row.credited > row.gross:
            yield f'{row.number}: {row.credited} of {row.gross} is credited, its credit notes add up to ' \
                  f'{notes.get(row.id, ZERO)}'


def _quantities(session: Session, runtime: Runtime) -> Iterator[str]:
    """What is invoiced of an order line is what its invoices say, less what is to be invoiced anew."""
    sign = sa.case((col(Invoice.kind) == InvoiceKind.INVOICE, 1), (col(InvoiceLine.reopens), -1), else_=0)
    billed = dict(iter(session.execute(
        select(InvoiceLine.order_line_id, sa.func.sum(InvoiceLine.quantity * sign, type_=Quantity()))
        .join(Invoice, col(Invoice.id) == InvoiceLine.invoice_id)
        .where(_ISSUED, col(InvoiceLine.order_line_id).is_not(None)).group_by(col(InvoiceLine.order_line_id)))))
    for line_id, sku, invoiced in session.execute(sa.select(
            col(OrderLine.id), col(OrderLine.sku), col(OrderLine.invoiced)).where(sa.or_(
                col(OrderLine.invoiced) != 0, col(OrderLine.id).in_(sa.select(col(InvoiceLine.order_line_id)))))):
        if invoiced != (billed.get(line_id) or ZERO):
            yield f'{sku} ({line_id}): {invoiced} is invoiced, but its invoices add up to {billed.get(line_id, ZERO)}'


def _sums(session: Session, key: Any, amount: Any, *conditions: Any) -> dict[Any, Decimal]:
    rows = session.execute(select(key, sa.func.sum(amount, type_=Amount())).where(key.is_not(None), *conditions)
                           .group_by(key))
    return {owner: total or ZERO for owner, total in rows}


CHECKS: dict[str, Callable[[Session, Runtime], Iterator[str]]] = {
    'invoice numbers': _numbers, 'invoice totals': _totals, 'settled': _settled, 'credited': _credited,
    'invoiced quantities': _quantities,
}
