"""The demo company's invoices of what was shipped, on the days of then, and a few credit notes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from models.audit import Event
from models.core.money import line_net
from models.core.types import new_id
from models.core.words import language
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus, InvoicingRule
from models.ledger import Account, LedgerEntry
from models.numbering import NumberSeries
from models.orders import Order, OrderLine, PaymentMethod
from models.payments import Allocation, AllocationKind
from models.shipments import Shipment
from services.core.numbering import CREDIT_NOTE, INVOICE
from services.demo.company import SETTINGS
from services.demo.selling import Book, told
from services.demo.stage import ZONE, Stage
from services.invoices.sealing import add_up, totals_of
from services.invoices.terms import due_on, instalments, payment_reference
from services.orders.owing import uninvoiced
from services.pricing.vat import reasons

FIRST_NUMBER = 164
WRITER = 'finance@nordwerk.example'
TERMS: dict[str, dict[str, Any]] = {
    'C-10447': {'discount_percent': Decimal(2), 'discount_days': 10},
    'C-10435': {'instalments': [{'percent': '50', 'days': '30'}, {'percent': '50', 'days': '60'}]},
    'C-10452': {'invoicing': InvoicingRule.MONTHLY},
    'C-10428': {'buyer_reference': 'HJ-Accounts'},
}
"""What is agreed with some customers beyond the usual."""
CREDITED = ('Damaged in transit', 'One piece short', 'Wrong colour delivered')
EVERY = 13
"""One invoice of a customer in so many is credited in part."""


class _Ledgers:
    """The documents as they are made, oldest first, with their numbers."""

    def __init__(self, stage: Stage, book: Book) -> None:
        self.stage, self.book = stage, book
        self.seller = {key.partition('.')[2]: value for key, value in SETTINGS.items() if key.startswith('seller.')}
        self.customers = {customer.id: customer for customer in stage.customers.values()}
        self.last: dict[str, Counter[int]] = {INVOICE: Counter(), CREDIT_NOTE: Counter()}

    def number(self, series: str, year: int) -> str:
        """The next number of a series."""
        last = self.last[series]
        last[year] = (last[year] or (FIRST_NUMBER if not sum(last.values()) and series == INVOICE else 0)) + 1
        return f'{series}-{year}-{last[year]:06d}'

    def issue(self, invoice: Invoice, lines: list[InvoiceLine], at: dt.datetime) -> None:
        """Freeze, number, post and tell of a document on a day of then."""
        day = at.astimezone(ZONE).date()
        customer = self.customers[invoice.customer_id]
        is_credit = invoice.kind is InvoiceKind.CREDIT_NOTE
        for position, line in enumerate(lines, 1):
            line.position, line.invoice_id = position, invoice.id
        invoice.line_count = len(lines)
        with language(invoice.language):
            add_up(invoice, totals_of(invoice, lines), why=reasons())
        invoice.number = self.number(CREDIT_NOTE if is_credit else INVOICE, day.year)
        invoice.issued_at, invoice.issued_on, invoice.created_at = at, day, at
        invoice.status = invoice.status_for(Decimal(0))
        if not is_credit:
            self._terms(invoice, customer, day)
        self.stage.keep(invoice)
        self.stage.keep(*lines, *_posted(invoice, at))
        self.book.events.append(self._told(invoice, customer, at))

    @staticmethod
    def _terms(invoice: Invoice, customer: Customer, day: dt.date) -> None:
        invoice.payment_reference = payment_reference(str(invoice.number))
        invoice.instalments = instalments(invoice.gross, invoice.currency, day, customer.instalments)
        invoice.due_on = due_on(day, invoice.terms_days, invoice.instalments)
        if customer.discount_days and not invoice.instalments:
            invoice.discount_percent = customer.discount_percent
            invoice.discount_until = day + dt.timedelta(days=customer.discount_days)

    def _told(self, invoice: Invoice, customer: Customer, at: dt.datetime) -> Event:
        event = told(at, f'{invoice.kind}.issued', self.stage.people[WRITER], customer=customer, source='office')
        event.subject_type, event.subject_id, event.number = 'invoice', invoice.id, str(invoice.number)
        event.note = invoice.order_number or invoice.corrects_number
        event.changes = {'gross': str(invoice.gross), 'lines': invoice.line_count}
        return event


def agree(stage: Stage) -> None:
    """What is agreed about invoices with some customers."""
    for account, terms in TERMS.items():
        for name, value in terms.items():
            setattr(stage.customers[account], name, value)
    stage.work.session.flush()


def invoice_all(stage: Stage, book: Book) -> None:
    """Invoice every shipment as its customer's rule says, and credit a little."""
    ledgers = _Ledgers(stage, book)
    orders = {order.id: order for order in book.orders}
    carried: dict[uuid.UUID, list[OrderLine]] = defaultdict(list)
    shipments = {shipment.id: shipment for shipment in book.carried.values()}
    for line in book.lines:
        if line.id in book.carried:
            carried[book.carried[line.id].id].append(line)
    due = [(at, places) for at, places in _due(ledgers, shipments.values()) if at <= stage.now]
    credits: list[tuple[dt.datetime, Invoice, list[InvoiceLine]]] = []
    made_for: Counter[uuid.UUID] = Counter()
    for at, places in due:
        while credits and credits[0][0] <= at:
            _credit(ledgers, *credits.pop(0))
        lines = [line for shipment in places for line in carried[shipment.id]]
        made = _invoice(ledgers, places, lines, [orders[shipment.order_id] for shipment in places], at)
        made_for[made[0].customer_id] += 1
        if made_for[made[0].customer_id] % EVERY == 0:
            credits.append((at + dt.timedelta(days=6), *made))
    for when, invoice, rows in credits:
        if when <= stage.now:
            _credit(ledgers, when, invoice, rows)
    stage.keep(*(NumberSeries(kind=series, year=year, last=last) for series, years in ledgers.last.items()
                 for year, last in years.items()))
    stage.work.session.flush()


def _due(ledgers: _Ledgers, shipments: Iterable[Shipment]) -> list[tuple[dt.datetime, list[Shipment]]]:
    """When what is invoiced, oldest first: each shipment an hour after it left, or all of a month after it."""
    found: list[tuple[dt.datetime, list[Shipment]]] = []
    months: dict[tuple[uuid.UUID, dt.date], list[Shipment]] = defaultdict(list)
    for shipment in sorted(shipments, key=lambda one: (one.shipped_at or one.created_at, one.number)):
        if shipment.shipped_at is None:
            continue
        if ledgers.customers[shipment.customer_id].invoicing is InvoicingRule.MONTHLY:
            first = shipment.shipped_at.astimezone(ZONE).date().replace(day=1)
            months[shipment.customer_id, (first + dt.timedelta(days=31)).replace(day=1)].append(shipment)
        else:
            found.append((shipment.shipped_at + dt.timedelta(hours=1), [shipment]))
    found += [(dt.datetime.combine(day, dt.time(6), ZONE).astimezone(dt.UTC), places)
              for (_customer, day), places in months.items()]
    return sorted(found, key=lambda pair: (pair[0], pair[1][0].number))


def _invoice(ledgers: _Ledgers, places: list[Shipment], lines: list[OrderLine], orders: list[Order],
             at: dt.datetime) -> tuple[Invoice, list[InvoiceLine]]:
    first, customer = orders[0], ledgers.customers[orders[0].customer_id]
    whole = list({order.id: order for order in orders}.values())
    numbers = {order.id: order.number for order in whole}
    fresh = [order for order in whole if not order.shipping_invoiced]
    days = [shipment.shipped_at.astimezone(ZONE).date() for shipment in places if shipment.shipped_at]
    invoice = Invoice(
        id=new_id(), customer_id=customer.id, order_id=first.id if len(whole) == 1 else None,
        order_number=', '.join(numbers.values())[:200], shipment_id=places[0].id if len(places) == 1 else None,
        created_at=at, currency=first.currency, language=customer.language, seller=dict(ledgers.seller),
        bill_to=dict(first.bill_to) | {'vat_id': customer.vat_id}, ship_to=dict(first.ship_to),
        po_number=first.po_number if len(whole) == 1 else '', buyer_reference=customer.buyer_reference,
        terms_days=0 if first.payment_method is PaymentMethod.PREPAYMENT else first.payment_terms_days,
        shipping_net=sum((order.shipping_net for order in fresh), Decimal(0)), shipping_name=first.shipping_name,
        shipping_tax_category=first.shipping_tax_category, shipping_tax_rate=first.shipping_tax_rate,
        delivered_from=min(days), delivered_to=max(days), source='office')
    rows = [InvoiceLine(
        id=new_id(), customer_id=customer.id, invoice_id=invoice.id, order_line_id=line.id, item_id=line.item_id,
        order_number=numbers[line.order_id], sku=line.sku, name=line.name, own_number=line.own_number, unit=line.unit,
        quantity=line.shipped, unit_price=line.unit_price, tax_category=line.tax_category, tax_rate=line.tax_rate,
        net=line_net(line.unit_price, line.shipped, first.currency)) for line in lines]
    ledgers.issue(invoice, rows, at)
    for line in lines:
        line.invoiced = line.shipped
    for order in whole:
        order.shipping_invoiced = True
        order.uninvoiced = uninvoiced(order, [line for line in ledgers.book.lines if line.order_id == order.id])
    return invoice, rows


def _credit(ledgers: _Ledgers, at: dt.datetime, invoice: Invoice, rows: list[InvoiceLine]) -> None:
    """Credit a piece of the first line; it settles as much of its invoice."""
    line = rows[0]
    reason = CREDITED[ledgers.last[CREDIT_NOTE].total() % len(CREDITED)]
    copied: dict[str, Any] = {name: getattr(invoice, name) for name in (
        'customer_id', 'order_id', 'order_number', 'currency', 'language', 'bill_to', 'ship_to', 'po_number',
        'buyer_reference', 'delivered_from', 'delivered_to')}
    note = Invoice(id=new_id(), kind=InvoiceKind.CREDIT_NOTE, corrects_id=invoice.id, reason=reason, created_at=at,
                   corrects_number=str(invoice.number), corrects_on=invoice.issued_on, terms_days=0, source='office',
                   seller=dict(ledgers.seller), **copied)
    quantity = min(Decimal(1), line.quantity)
    taken: dict[str, Any] = {name: getattr(line, name) for name in (
        'customer_id', 'order_line_id', 'item_id', 'order_number', 'sku', 'name', 'own_number', 'unit', 'unit_price',
        'tax_category', 'tax_rate')}
    back = InvoiceLine(id=new_id(), invoice_id=note.id, corrects_line_id=line.id, quantity=quantity,
                       net=line_net(line.unit_price, quantity, note.currency), **taken)
    ledgers.issue(note, [back], at)
    note.settled, note.status, note.closed_at = note.gross, InvoiceStatus.PAID, at
    invoice.settled = invoice.credited = note.gross
    invoice.status = invoice.status_for(invoice.settled)
    ledgers.stage.keep(Allocation(id=new_id(), customer_id=note.customer_id, kind=AllocationKind.CREDIT,
                                  invoice_id=invoice.id, credit_id=note.id, amount=note.gross, at=at,
                                  by_name=ledgers.stage.people[WRITER].name))


def _posted(invoice: Invoice, at: dt.datetime) -> list[LedgerEntry]:
    sign = 1 if invoice.kind is InvoiceKind.INVOICE else -1
    posting = new_id()
    entries = {Account.RECEIVABLE: sign * invoice.gross, Account.REVENUE: -sign * invoice.net,
               Account.VAT: -sign * invoice.tax}
    return [LedgerEntry(id=new_id(), posting_id=posting, customer_id=invoice.customer_id, account=account,
                        amount=amount, currency=invoice.currency, day=invoice.issued_on or at.date(), at=at,
                        document=invoice.kind.value, document_id=invoice.id, number=str(invoice.number))
            for account, amount in entries.items() if amount]
