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
from models.payments import TRANSITIONS, BankEntry, EntryState, Payment, Refund, RefundState
from services.banking.known import item_of
from services.banking.matching import Known, OpenItem, Received, exact, named, propose
from services.calendar import today
from services.core import formats
from services.core.errors import Conflict, Invalid
from services.core.work import Work
from services.ledger import Source, post
from services.payments.news import customer_of, tell_customer, topics_of
from services.payments.parting import part_all
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
    customer_of(work, customer.id, lock=True)  # acts on a company's money follow each other
    work.session.refresh(entry)
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


def undo(work: Work, entry: BankEntry, reason: str) -> None:
    """Take a booking back: its invoices are open again, the payment counts no more, the entry is open.

    Raises Conflict when the entry is not booked, or money of the payment was paid back already.
    """
    if entry.state is not EntryState.BOOKED or entry.payment_id is None:
        raise Conflict(_('This entry is not booked.'))
    payment = work.one(Payment, Payment.id == entry.payment_id)
    move = TRANSITIONS.find(payment.status, 'undo')
    if move is None or _goes_back(work, payment):
        raise Conflict(_('Money of {number} was paid back or is asked to be; its booking stays.').format(
            number=payment.number))
    customer_of(work, payment.customer_id, lock=True)
    work.session.refresh(payment)
    part_all(work, payment, reason)
    work.change(payment, expect={'status': payment.status, 'allocated': Decimal(0)}, status=move.target,
                note=reason[:300])
    source = Source('payment', payment.id, payment.number, today(work))
    post(work, payment.customer_id, payment.currency, source,
         {Account.RECEIVABLE: payment.amount, Account.MONEY: -payment.amount})
    work.change(entry, expect={'state': EntryState.BOOKED}, state=EntryState.OPEN, payment_id=None, note=reason[:200])
    work.record('bank.undone', payment, note=reason, changes={'entry': str(entry.id)},
                topics=(TOPIC, *entry_topics(entry), *topics_of(payment)))
    tell_customer(work, payment, 'payment_undone', note=reason)


def _goes_back(work: Work, payment: Payment) -> bool:
    """Whether money of a payment was paid back, or is asked to be."""
    return bool(payment.refunded) or work.session.exec(select(Refund.id).where(
        Refund.payment_id == payment.id, Refund.state != RefundState.FAILED)).first() is not None


def entry_topics(entry: BankEntry) -> tuple[str, ...]:
    """Where news of an entry is followed."""
    return f'bank:{entry.statement_id}', f'bank-entry:{entry.id}'


def shares_of(proposal: dict[str, Any]) -> list[Share]:
    """The invoices of a kept proposal."""
    return [Share(item['number'], Decimal(item['amount'])) for item in proposal['items']]
