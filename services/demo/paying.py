"""How the demo company's customers paid: most in time by bank or card, some late or in part, and what went wrong."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from sqlmodel import select

from models.audit import Event
from models.core.types import new_id
from models.customers import Customer
from models.invoices import CLOSED, Invoice, InvoiceKind
from models.ledger import Account, LedgerEntry
from models.numbering import NumberSeries
from models.orders import Order, PaymentMethod
from models.payments import Allocation, AllocationKind, Payment, PaymentStatus, Refund, RefundState
from services.core.numbering import PAYMENT, REFUND
from services.demo.selling import Book, told
from services.demo.stage import ZONE, Stage
from services.payments.rules import discount_of

WRITER = 'finance@nordwerk.example'
PAYER = 'buyer@harbour.example'
HARBOUR, LATE, OVERPAID, REFUNDED = 'C-10428', 'C-10456', 'C-10428', 'C-10447'
BY_CARD = ('C-10428', 'C-10447', 'C-10461')
TOO_MUCH = Decimal('40.00')
SENT_TWICE = Decimal('120.00')
FRIDAY = 4


@dataclass
class Plan:
    """Money of one customer on one day, and which invoices it is for."""

    customer: Customer
    on: dt.date
    parts: list[tuple[Invoice, Decimal, Decimal]] = field(default_factory=list)
    order: Order | None = None
    extra: Decimal = Decimal(0)

    @property
    def amount(self) -> Decimal:
        """All of it."""
        return self.extra + sum((amount for _invoice, amount, _discount in self.parts), Decimal(0))


def pay_all(stage: Stage, book: Book) -> None:
    """Pay what was due by today as people do, oldest first, and one attempt that did not go through."""
    rows = stage.work.session.exec(select(Invoice).where(Invoice.kind == InvoiceKind.INVOICE)
                                   .order_by(Invoice.issued_on, Invoice.number)).all()  # type: ignore[arg-type]
    plans = sorted(_plans(stage, book, list(rows)), key=lambda plan: (plan.on, plan.customer.account))
    _mishaps(plans)
    last: Counter[int] = Counter()
    rest: list[object] = []
    made = [_pay(stage, book, plan, last, rest) for plan in plans]
    stage.keep(*made)
    stage.keep(*rest)
    _refund(stage, book, made)
    _declined(stage, book, last)
    stage.keep(*(NumberSeries(kind=PAYMENT, year=year, last=count) for year, count in last.items()))


def _plans(stage: Stage, book: Book, rows: list[Invoice]) -> list[Plan]:
    """Who pays what when; those who pay by bank do so on Fridays, several invoices at once."""
    customers = {customer.id: customer for customer in stage.customers.values()}
    orders = {order.id: order for order in book.orders if order.payment_method is PaymentMethod.PREPAYMENT}
    found: dict[tuple[uuid.UUID, dt.date, uuid.UUID | None], Plan] = {}
    for invoice in rows:
        customer = customers[invoice.customer_id]
        order = orders.get(invoice.order_id) if invoice.order_id else None
        for day, amount, discount in _wanted(stage, customer, invoice, order):
            at_once = customer.account in BY_CARD or order is not None
            on = day if at_once else day + dt.timedelta(days=(FRIDAY - day.weekday()) % 7)
            if on > stage.today:
                continue
            key = customer.id, on, order.id if order else None
            plan = found.setdefault(key, Plan(customer, on, order=order))
            plan.parts.append((invoice, amount, discount))
    return list(found.values())


def _wanted(stage: Stage, customer: Customer, invoice: Invoice,
            order: Order | None) -> list[tuple[dt.date, Decimal, Decimal]]:
    """The days, sums and discounts one invoice is paid with; nothing for one that is forgotten."""
    issued, due = invoice.issued_on, invoice.due_on
    if issued is None or due is None or not invoice.open:
        return []
    if order is not None:
        return [(max(order.placed_at.astimezone(ZONE).date(), issued - dt.timedelta(days=4)), invoice.open, Decimal(0))]
    if invoice.instalments and not invoice.settled:
        return [(dt.date.fromisoformat(part['on']) + dt.timedelta(days=stage.chance.randint(-3, 3)),
                 Decimal(part['amount']), Decimal(0)) for part in invoice.instalments]
    if invoice.discount_until and not invoice.settled and stage.chance.random() < 0.7:
        saved = discount_of(invoice, invoice.discount_until)
        return [(invoice.discount_until - dt.timedelta(days=stage.chance.randint(0, 3)), invoice.open - saved, saved)]
    return _late_or_not(stage, customer, invoice, max(due, issued + dt.timedelta(days=8)))


def _late_or_not(stage: Stage, customer: Customer, invoice: Invoice,
                 due: dt.date) -> list[tuple[dt.date, Decimal, Decimal]]:
    """Around the due day; of the newest some are forgotten and some paid in part."""
    chance, is_new = stage.chance.random(), (stage.today - due).days < 75
    if is_new and chance > (0.6 if customer.account == LATE else 0.93):
        return []
    late = stage.chance.randint(4, 21) if customer.account == LATE else stage.chance.randint(-7, 4)
    paid_on = due + dt.timedelta(days=late)
    if is_new and chance > (0.5 if customer.account == LATE else 0.88):
        part = (invoice.open / 2).quantize(Decimal(1))
        return [(paid_on, part, Decimal(0))] if part else []
    return [(paid_on, invoice.open, Decimal(0))]


def _mishaps(plans: list[Plan]) -> None:
    """One who paid too much, and one who paid something twice and gets it back."""
    for account, more in ((OVERPAID, TOO_MUCH), (REFUNDED, SENT_TWICE)):
        of = [plan for plan in plans if plan.customer.account == account and not plan.order]
        if of:
            of[-1].extra = more


def _pay(stage: Stage, book: Book, plan: Plan, last: Counter[int], rows: list[object]) -> Payment:
    """The payment of a plan; `rows` gets what it settles and what the books say, which refer to it."""
    customer, person = plan.customer, stage.people[WRITER]
    at = dt.datetime.combine(plan.on, dt.time(8, 40), ZONE).astimezone(dt.UTC)
    at = min(at, stage.now)
    by_card = customer.account in BY_CARD
    last[plan.on.year] += 1
    invoices = [str(invoice.number) for invoice, _amount, _discount in plan.parts]
    payment = Payment(
        id=new_id(), number=f'{PAYMENT}-{plan.on.year}-{last[plan.on.year]:06d}', customer_id=customer.id,
        status=PaymentStatus.RECEIVED, method='card' if by_card else 'bank', currency=customer.currency,
        amount=plan.amount, allocated=plan.amount - plan.extra, order_id=plan.order.id if plan.order else None,
        wishes=[{'invoice': str(invoice.id), 'amount': str(amount)} for invoice, amount, _discount in plan.parts],
        reference='' if by_card else ' '.join(invoices)[:140], created_at=at, received_at=at, received_on=plan.on,
        created_by_name='' if by_card else person.name)
    rows += _posted(payment, 'payment', {Account.MONEY: payment.amount, Account.RECEIVABLE: -payment.amount})
    for invoice, amount, discount in plan.parts:
        when = max(at, invoice.issued_at or at)
        rows.append(Allocation(id=new_id(), customer_id=customer.id, kind=AllocationKind.PAYMENT, amount=amount,
                               invoice_id=invoice.id, payment_id=payment.id, at=when, by_name=payment.created_by_name))
        if discount:
            rows.append(Allocation(id=new_id(), customer_id=customer.id, kind=AllocationKind.DISCOUNT, amount=discount,
                                   invoice_id=invoice.id, at=when, by_name=payment.created_by_name))
            rows += _posted(payment, 'discount', {Account.DISCOUNT: discount, Account.RECEIVABLE: -discount}, invoice)
        _settle(invoice, amount + discount, when)
    book.events.append(_event(stage, payment, customer, 'payment.received', at))
    return payment


def _settle(invoice: Invoice, amount: Decimal, at: dt.datetime) -> None:
    invoice.settled += amount
    invoice.status = invoice.status_for(invoice.settled)
    invoice.closed_at = at if invoice.status in CLOSED else None


def _posted(payment: Payment, document: str, entries: dict[Account, Decimal],
            source: Invoice | Refund | None = None) -> list[LedgerEntry]:
    posting, on = new_id(), payment.received_on or payment.created_at.date()
    found = source or payment
    return [LedgerEntry(id=new_id(), posting_id=posting, customer_id=payment.customer_id, account=account,
                        amount=amount, currency=payment.currency, day=on, at=payment.created_at, document=document,
                        document_id=found.id, number=str(found.number)) for account, amount in entries.items()]


def _event(stage: Stage, payment: Payment, customer: Customer, action: str, at: dt.datetime) -> Event:
    event = told(at, action, stage.people[WRITER], customer=customer, source='office')
    event.subject_type, event.subject_id, event.number = 'payment', payment.id, payment.number
    event.changes = {'amount': str(payment.amount), 'method': payment.method}
    return event


def _refund(stage: Stage, book: Book, made: list[Payment]) -> None:
    """What was paid twice goes back."""
    payment = next((row for row in reversed(made) if row.free == SENT_TWICE), None)
    if payment is None:
        return
    at = min(payment.created_at + dt.timedelta(days=1), stage.now)
    refund = Refund(
        id=new_id(), number=f'{REFUND}-{at.year}-000001', customer_id=payment.customer_id, payment_id=payment.id,
        state=RefundState.DONE, method='bank', amount=SENT_TWICE, currency=payment.currency, from_office=True,
        reason='Paid twice', asked_at=at, asked_by_id=stage.people[WRITER].id,
        asked_by_name=stage.people[WRITER].name, done_at=at)
    payment.refunded, payment.status = SENT_TWICE, PaymentStatus.PARTLY_REFUNDED
    stage.keep(refund, NumberSeries(kind=REFUND, year=at.year, last=1), *_posted(
        payment, 'refund', {Account.RECEIVABLE: SENT_TWICE, Account.MONEY: -SENT_TWICE}, refund))
    customer = next(row for row in stage.customers.values() if row.id == payment.customer_id)
    book.events.append(_event(stage, payment, customer, 'refund.done', at))


def _declined(stage: Stage, book: Book, last: Counter[int]) -> None:
    """A card that was declined when a buyer wanted to pay his order at once; nothing came of it."""
    customer, person = stage.customers[HARBOUR], stage.people[PAYER]
    order = next(row for row in reversed(book.orders) if row.placed_by_id == person.id)
    at = max(stage.at(2, '15:12'), order.placed_at)
    last[at.year] += 1
    payment = Payment(
        id=new_id(), number=f'{PAYMENT}-{at.astimezone(ZONE).year}-{last[at.year]:06d}', customer_id=customer.id,
        status=PaymentStatus.FAILED, method='card', currency=customer.currency, amount=order.gross,
        order_id=order.id,
        failure='Your card was declined.', created_at=at, created_by_id=person.id, created_by_name=person.name)
    stage.keep(payment)
    event = told(at, 'payment.failed', person, customer=customer, source='portal')
    event.subject_type, event.subject_id, event.number = 'payment', payment.id, payment.number
    book.events.append(event)
