"""What always holds of the books: postings add up to nothing, and what customers owe is what is open."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.core.types import Amount
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceStatus
from models.ledger import Account, LedgerEntry
from models.payments import IN_HAND, Allocation, Payment
from services.core.runtime import Runtime

Owed = dict[tuple[uuid.UUID, str], Decimal]


def _postings(session: Session, runtime: Runtime) -> Iterator[str]:
    total = sa.func.sum(LedgerEntry.amount, type_=Amount())
    plain = sa.func.sum(sa.type_coerce(col(LedgerEntry.amount), sa.BigInteger))
    rows = session.execute(sa.select(sa.func.min(LedgerEntry.number), total).group_by(
        col(LedgerEntry.posting_id)).having(plain != 0))
    for number, amount in rows:
        yield f'{number}: its posting adds up to {amount}'


def _receivables(session: Session, runtime: Runtime) -> Iterator[str]:
    books, documents = _sum(session, LedgerEntry, LedgerEntry.amount, LedgerEntry.account == Account.RECEIVABLE), _open(
        session)
    accounts = {row[0]: row[1] for row in session.execute(sa.select(col(Customer.id), col(Customer.account)))}
    for key in books.keys() | documents.keys():
        booked, is_open = books.get(key, Decimal(0)), documents.get(key, Decimal(0))
        if booked != is_open:
            yield f'{accounts.get(key[0], key[0])}: the books say {booked} {key[1]}, its documents {is_open}'


def _open(session: Session) -> Owed:
    """Open invoices less open credit notes less money not used, by customer and currency."""
    found: defaultdict[tuple[uuid.UUID, str], Decimal] = defaultdict(Decimal)
    issued = col(Invoice.status) != InvoiceStatus.DRAFT
    for sign, kind in ((1, InvoiceKind.INVOICE), (-1, InvoiceKind.CREDIT_NOTE)):
        sums = _sum(session, Invoice, col(Invoice.gross) - col(Invoice.settled), issued, col(Invoice.kind) == kind)
        for key, amount in sums.items():
            found[key] += sign * amount
    free = col(Payment.amount) - col(Payment.allocated) - col(Payment.refunded)
    for key, amount in _sum(session, Payment, free, col(Payment.status).in_(IN_HAND)).items():
        found[key] -= amount
    return dict(found)


def _sum(session: Session, entity: Any, amount: Any, *conditions: Any) -> Owed:
    rows = session.execute(sa.select(entity.customer_id, entity.currency, sa.func.sum(amount, type_=Amount())).where(
        *conditions).group_by(entity.customer_id, entity.currency))
    return {(customer, currency): total or Decimal(0) for customer, currency, total in rows}


def _settled(session: Session, runtime: Runtime) -> Iterator[str]:
    """What is settled of an invoice is what its live allocations add up to."""
    total = sa.func.coalesce(sa.func.sum(sa.type_coerce(col(Allocation.amount), sa.BigInteger)), 0)
    live = sa.and_(col(Allocation.invoice_id) == col(Invoice.id), col(Allocation.reversed_at).is_(None))
    rows = session.execute(sa.select(col(Invoice.number), col(Invoice.settled), total).outerjoin(
        Allocation, live).where(col(Invoice.kind) == InvoiceKind.INVOICE).group_by(
        col(Invoice.id), col(Invoice.number), col(Invoice.settled)).having(
        total != sa.type_coerce(col(Invoice.settled), sa.BigInteger)))
    for number, settled, allocated in rows:
        yield f'{number}: {settled} settled, but allocations are {Decimal(int(allocated)).scaleb(-4)}'


def _charges(session: Session, runtime: Runtime) -> Iterator[str]:
    """Reminder fees stand in an account of their own: all of them, less what was given back, and nothing else."""
    asked = aliased(Invoice)
    booked = _sum(session, LedgerEntry, LedgerEntry.amount, LedgerEntry.account == Account.CHARGES)
    issued = col(Invoice.status) != InvoiceStatus.DRAFT
    charged = _sum(session, Invoice, Invoice.net, issued, col(Invoice.reminder_id).is_not(None))
    back = _sum(session, Invoice, Invoice.net, issued, col(Invoice.corrects_id).in_(
        select(asked.id).where(col(asked.reminder_id).is_not(None))))
    for key in booked.keys() | charged.keys():
        due = charged.get(key, Decimal(0)) - back.get(key, Decimal(0))
        if -booked.get(key, Decimal(0)) != due:
            yield f'customer {key[0]}: the books say {-booked.get(key, Decimal(0))} of reminder fees, documents {due}'


CHECKS: dict[str, Callable[[Session, Runtime], Iterator[str]]] = {
    'postings': _postings, 'receivables': _receivables, 'settlements': _settled, 'reminder fees in the books': _charges}
