"""What settles what: the one place where money, credit notes and discounts meet invoices, and part from them again."""

from __future__ import annotations

from decimal import Decimal

from sqlmodel import col, select

from models.core.money import rounded
from models.core.types import new_id
from models.core.words import _
from models.invoices import CLOSED, UNSETTLED, Invoice, InvoiceKind
from models.ledger import Account
from models.payments import IN_HAND, Allocation, AllocationKind, Payment
from services.calendar import today
from services.claims.freezing import give_way
from services.core import formats
from services.core.errors import Conflict, Invalid
from services.core.work import Work
from services.invoices.news import topics_of
from services.ledger import Source, post

_LET_GO = {AllocationKind.DISCOUNT: Account.DISCOUNT, AllocationKind.WRITE_OFF: Account.WRITE_OFF,
           AllocationKind.HISTORY: Account.HISTORY}


def allocate(work: Work, invoice: Invoice, amount: Decimal, *, payment: Payment | None = None,
             credit: Invoice | None = None, kind: AllocationKind | None = None) -> Allocation:
    """Settle so much of an invoice with money in hand, with a credit note, or else by the `kind` named.

    Compare-and-set on all documents concerned. Raises Invalid for an amount that is nothing, more than is open, or more
    than there is of money or credit, or for another company's or currency's; Conflict when one changed meanwhile.
    """
    kind = kind or (AllocationKind.PAYMENT if payment else AllocationKind.CREDIT)
    _refuse(invoice, amount, payment, credit)
    settle(work, invoice, invoice.settled + amount)
    give_way(work, invoice)
    if payment is not None:
        work.change(payment, expect={'allocated': payment.allocated}, allocated=payment.allocated + amount)
    if credit is not None:
        settle(work, credit, credit.settled + amount)
    row = Allocation(id=new_id(), customer_id=invoice.customer_id, kind=kind, invoice_id=invoice.id,
                     payment_id=payment.id if payment else None, credit_id=credit.id if credit else None,
                     amount=amount, at=work.now, by_name=work.actor.name)
    work.session.add(row)
    _book(work, invoice, kind, amount)
    work.session.flush()
    return row


def take_back(work: Work, allocation: Allocation, reason: str) -> None:
    """Undo an allocation: the invoice is open again, the money or credit is free again. Conflict when undone before."""
    if allocation.reversed_at is not None:
        raise Conflict(_('This was taken back before.'))
    invoice = work.one(Invoice, Invoice.id == allocation.invoice_id)
    work.change(allocation, expect={'reversed_at': None}, reversed_at=work.now, reverse_reason=reason[:200])
    settle(work, invoice, invoice.settled - allocation.amount)
    _book(work, invoice, allocation.kind, -allocation.amount)
    if allocation.payment_id is not None:
        payment = work.one(Payment, Payment.id == allocation.payment_id)
        work.change(payment, allocated=payment.allocated - allocation.amount)
    if allocation.credit_id is not None:
        credit = work.one(Invoice, Invoice.id == allocation.credit_id)
        settle(work, credit, credit.settled - allocation.amount)


def live(work: Work, *, payment: Payment | None = None, invoice: Invoice | None = None) -> tuple[Allocation, ...]:
    """The allocations in force of a payment or on an invoice, oldest first."""
    statement = select(Allocation).where(col(Allocation.reversed_at).is_(None)).order_by(col(Allocation.at))
    if payment is not None:
        statement = statement.where(Allocation.payment_id == payment.id)
    if invoice is not None:
        statement = statement.where(Allocation.invoice_id == invoice.id)
    return tuple(work.session.exec(statement))


def _refuse(invoice: Invoice, amount: Decimal, payment: Payment | None, credit: Invoice | None) -> None:
    if amount <= 0 or rounded(amount, invoice.currency) != amount:
        raise Invalid(_('Please give an amount above zero, in whole cents.'), field='amount')
    if invoice.kind is not InvoiceKind.INVOICE or invoice.status not in UNSETTLED or amount > invoice.open:
        raise Invalid(_('Only {amount} of {number} is open.').format(
            amount=formats.money(invoice.open if invoice.status in UNSETTLED else Decimal(0), invoice.currency),
            number=invoice.number), field='amount')
    for source in (payment, credit):
        if source and (source.customer_id, source.currency) != (invoice.customer_id, invoice.currency):
            raise Invalid(_('{number} belongs to another company or is in another currency.').format(
                number=source.number))
    if payment and (payment.status not in IN_HAND or amount > payment.free):
        raise Invalid(_('Only {amount} of {number} is not used yet.').format(
            amount=formats.money(payment.free, payment.currency), number=payment.number), field='amount')
    if credit and (credit.kind is not InvoiceKind.CREDIT_NOTE or credit.status not in UNSETTLED
                   or amount > credit.open):
        raise Invalid(_('Only {amount} of {number} is not used yet.').format(
            amount=formats.money(credit.open, credit.currency), number=credit.number), field='amount')


def _book(work: Work, invoice: Invoice, kind: AllocationKind, amount: Decimal) -> None:
    """What is let go lowers what the customer owes; money and credit notes did so when they came in."""
    account = _LET_GO.get(kind)
    if account is not None:
        source = Source(kind.value, invoice.id, invoice.number or '', today(work))
        post(work, invoice.customer_id, invoice.currency, source, {account: amount, Account.RECEIVABLE: -amount})


def settle(work: Work, document: Invoice, settled: Decimal) -> None:
    """Bring a document's settled sum to this by compare-and-set, and its status with it."""
    status = document.status_for(settled)
    closed = work.now if status in CLOSED else None
    work.change(document, expect={'settled': document.settled}, settled=settled, status=status, closed_at=closed)
    work.announce(*topics_of(document))
