"""What is known when entries are matched: open invoices, and who paid from where before; read once for many entries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col

from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.payments import BankEntry, EntryState, Payment
from services.banking.matching import Known, OpenItem
from services.core.work import Work


def item_of(invoice: Invoice) -> OpenItem:
    """An invoice as matching looks at it."""
    return OpenItem(invoice.id, invoice.customer_id, invoice.number or '', invoice.payment_reference, invoice.open,
                    invoice.due_on, _early(invoice), invoice.discount_until)


def _early(invoice: Invoice) -> Decimal | None:
    """What settles it within the time of its discount; partial payments and disputes earn none (flows 3.7)."""
    is_whole = invoice.discount > 0 and not invoice.settled and not invoice.disputed
    return invoice.gross - invoice.discount if is_whole else None


def open_invoices(work: Work, currency: str) -> Iterable[Invoice]:
    """All invoices of a currency that are not settled."""
    found: Iterable[Invoice] = work.session.exec(work.reach(Invoice).where(
        Invoice.kind == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED), Invoice.currency == currency))
    return found


def known_in(work: Work, currency: str) -> Known:
    """All that matching may know of a currency."""
    accounts, payers = _payers(work, currency)
    names = work.session.execute(sa.select(col(Customer.id), col(Customer.name)).where(
        col(Customer.currency) == currency))
    return Known(tuple(item_of(invoice) for invoice in open_invoices(work, currency)), accounts, payers,
                 dict(iter(names)))


def _payers(work: Work, currency: str) -> tuple[dict[str, uuid.UUID], dict[str, uuid.UUID]]:
    """Accounts and names that only ever paid for one customer."""
    rows = work.session.execute(sa.select(
        col(BankEntry.payer_account), col(BankEntry.payer), col(Payment.customer_id)).join(
        Payment, col(Payment.id) == BankEntry.payment_id).where(
        col(BankEntry.state) == EntryState.BOOKED, col(BankEntry.currency) == currency).distinct()).all()
    return (_only({(account, customer) for account, _payer, customer in rows if account}),
            _only({(payer.casefold(), customer) for _account, payer, customer in rows if payer}))


def _only(pairs: set[tuple[str, uuid.UUID]]) -> dict[str, uuid.UUID]:
    counts: dict[str, int] = {}
    for name, _customer in pairs:
        counts[name] = counts.get(name, 0) + 1
    return {name: customer for name, customer in pairs if counts[name] == 1}
