"""An entry becomes a payment, once: by itself when it fits to the cent, else when a person agrees; and back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from models.core.words import _
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice
from models.ledger import Account
from models.payments import AllocationKind, BankEntry, EntryState, Payment, PaymentStatus
from services.banking.known import item_of
from services.banking.matching import Known, OpenItem, Received, exact, named, propose
from services.calendar import today
from services.core import formats
from services.core.errors import Conflict, Invalid
from services.core.work import Work
from services.ledger import Source, post
from services.payments.allocating import allocate, live, take_back
from services.payments.receiving import receive

TOPIC = 'office:payments'


@dataclass(frozen=True)
class Share:
    """So much of an entry is for this invoice."""

    number: str
    amount: Decimal


def received(entry: BankEntry) -> Received:
    """An entry as matching looks at it."""
    return Received(entry.amount, entry.booked_on, entry.payer, entry.payer_account, entry.words)


def match(work: Work, entry: BankEntry, known: Known) -> EntryState:
    """Book an open entry when it fits to the cent as things stand now; else it stays open."""
    sure = named(entry.words, known.items)
    fits = exact(received(entry), _as_now(work, sure)) if sure else ()
    if fits:
        customer = work.session.exec(select(Customer).where(Customer.id == fits[0][0].customer_id)).one()
        if customer.currency == entry.currency:
            book(work, entry, customer, [Share(item.number, worth) for item, worth in fits])
    return entry.state


def suggest(work: Work, entry: BankEntry, known: Known) -> None:
    """Keep with an open entry what it may be, for a person to agree."""
    proposals = [proposal.kept() for proposal in propose(received(entry), known)]
    if proposals != entry.proposals:
        work.change(entry, expect={'state': EntryState.OPEN}, proposals=proposals)
    work.announce(TOPIC, *entry_topics(entry))


def _as_now(work: Work, items: Sequence[OpenItem]) -> list[OpenItem]:
    """The items read anew; one that was settled meanwhile is gone."""
    rows = work.session.exec(work.reach(Invoice).where(
        col(Invoice.id).in_([item.invoice_id for item in items]), col(Invoice.status).in_(UNSETTLED)))
    return [item_of(invoice) for invoice in rows]


def book(work: Work, entry: BankEntry, customer: Customer, shares: Sequence[Share]) -> Payment:
    """Make the payment of an open entry: for these invoices, the rest is the customer's credit.

    Raises Conflict when somebody else was first, Invalid for another currency or more than there is or is open.
    """
    if entry.state is not EntryState.OPEN or entry.amount <= 0:
        raise Conflict(_('This entry is not open any more.'))
    if entry.currency != customer.currency:
        raise Invalid(_('{customer} pays in {currency}.').format(customer=customer.name, currency=customer.currency))
    if sum(share.amount for share in shares) > entry.amount:
        raise Invalid(_('Only {amount} came in.').format(amount=formats.money(entry.amount, entry.currency)),
                      field='amount')
    invoices = [_theirs(work, customer, share) for share in shares]
    payment = receive(work, customer=customer, amount=entry.amount, method='bank', received_on=entry.booked_on,
                      wishes=[{'invoice': str(invoice.id), 'amount': str(share.amount)}
                              for invoice, share in zip(invoices, shares, strict=True)],
                      reference=entry.words[:140])
    _discount(work, entry, invoices)
    work.change(entry, expect={'state': EntryState.OPEN, 'payment_id': None}, state=EntryState.BOOKED,
                payment_id=payment.id, note='')
    work.record('bank.booked', payment, changes={'entry': str(entry.id), 'amount': str(entry.amount)},
                topics=(TOPIC, f'bank:{entry.statement_id}', f'bank-entry:{entry.id}', f'money:{customer.id}'))
    return payment


def _theirs(work: Work, customer: Customer, share: Share) -> Invoice:
    """An invoice of this customer; raises NotFound for another's, Invalid for more than is open."""
    invoice = work.one(Invoice, Invoice.number == share.number, Invoice.customer_id == customer.id)
    if share.amount <= 0 or share.amount > invoice.open or invoice.status not in UNSETTLED:
        raise Invalid(_('Only {amount} of {number} is open.').format(
            amount=formats.money(invoice.open, invoice.currency), number=invoice.number), field='amount')
    return invoice


def _discount(work: Work, entry: BankEntry, invoices: Sequence[Invoice]) -> None:
    """What is left of an invoice that was paid in time less its early-payment discount is let go."""
    for invoice in invoices:
        work.session.refresh(invoice)
        early = invoice.discount_until is not None and entry.booked_on <= invoice.discount_until
        if not early or invoice.open <= 0:
            continue
        whole = item_of(invoice.model_copy(update={'settled': Decimal(0)})).discounted
        if whole is not None and invoice.settled == whole:
            allocate(work, invoice, invoice.open, kind=AllocationKind.DISCOUNT)


def undo(work: Work, entry: BankEntry, reason: str) -> None:
    """Take a booking back: its invoices are open again, the payment counts no more, the entry is open.

    Raises Conflict when the entry is not booked, or money of the payment was paid back already.
    """
    if entry.state is not EntryState.BOOKED or entry.payment_id is None:
        raise Conflict(_('This entry is not booked.'))
    payment = work.one(Payment, Payment.id == entry.payment_id)
    if payment.status is not PaymentStatus.RECEIVED or payment.refunded:
        raise Conflict(_('Money of {number} was paid back; its booking stays.').format(number=payment.number))
    for allocation in live(work, payment=payment):
        invoice = work.one(Invoice, Invoice.id == allocation.invoice_id)
        for other in live(work, invoice=invoice):
            if other.kind is AllocationKind.DISCOUNT and other.at >= allocation.at:
                take_back(work, other, reason)
        take_back(work, allocation, reason)
    work.session.refresh(payment)
    work.change(payment, expect={'status': PaymentStatus.RECEIVED, 'allocated': Decimal(0)},
                status=PaymentStatus.CANCELLED, note=reason[:300])
    source = Source('payment', payment.id, payment.number, today(work))
    post(work, payment.customer_id, payment.currency, source,
         {Account.RECEIVABLE: payment.amount, Account.MONEY: -payment.amount})
    work.change(entry, expect={'state': EntryState.BOOKED}, state=EntryState.OPEN, payment_id=None, note=reason[:200])
    work.record('bank.undone', payment, note=reason, changes={'entry': str(entry.id)},
                topics=(TOPIC, *entry_topics(entry), f'money:{payment.customer_id}', f'payment:{payment.id}'))


def entry_topics(entry: BankEntry) -> tuple[str, ...]:
    """Where news of an entry is followed."""
    return f'bank:{entry.statement_id}', f'bank-entry:{entry.id}'


def shares_of(proposal: dict[str, Any]) -> list[Share]:
    """The invoices of a kept proposal."""
    return [Share(item['number'], Decimal(item['amount'])) for item in proposal['items']]
