"""Sales history: a flat file of invoice lines makes customers, items, base prices, completed orders and their invoices.

Rows without a customer are skipped. Numbers that start with C are credit notes: they have negative quantities and no
order. Codes that differ in case or outer blanks only are one item.
A new item is called what most of its rows call it and gets its latest price; what is there already is never altered.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Item
from models.core.money import line_net, total
from models.core.types import new_id
from models.core.words import _
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind
from models.orders import Order, OrderLine, OrderStatus
from models.pricing import Price
from services.core.numbering import HISTORY
from services.core.work import Work
from services.imports.declaring import Plan, Record, Verdict, Writer
from services.imports.kinds.base_list import base_list
from services.imports.kinds.bills import Bills, is_like_own
from services.imports.rows import add_up, fold, found, insert
from services.orders.placing import frozen_taxes
from services.pricing.lists import touch
from services.search.indexing import index
from services.settings import setting

PREFIX = HISTORY
SOURCE = 'import'
ZERO = Decimal(0)


class HistoryWriter(Writer):
    """Orders of invoices, whole or not at all."""

    def __init__(self, options: Any) -> None:
        super().__init__(options)
        self.currency = options.get('currency', 'EUR')
        self.paid = options.get('paid', 'yes') != 'no'
        self._names: dict[str, Counter[str]] = {}
        self._latest: dict[str, tuple[dt.datetime, Decimal]] = {}

    def group(self, values: dict[str, Any]) -> Hashable:
        """The invoice."""
        return values.get('invoice')

    def survey(self, records: Iterable[Record]) -> Mapping[Hashable, int]:
        """Learn each item's name and latest price from the whole file, and whether invoices lie scattered in it."""
        ends: dict[Hashable, int] = {}
        with_customer: set[Hashable] = set()
        last: Hashable = None
        scattered = False
        for place, record in enumerate(records):
            values = record.values
            invoice = values.get('invoice')
            if 'customer' in values:
                scattered = scattered or (invoice != last and invoice in with_customer)
                with_customer.add(invoice)
                if not record.wrong:
                    self._learn(fold(values['sku']), values)
            ends[invoice] = place
            last = invoice
        return ends if scattered else {}

    def _learn(self, key: str, values: dict[str, Any]) -> None:
        names = self._names.setdefault(key, Counter())
        if 'description' in values:
            names[values['description']] += 1
        price, date = values['price'], values['date']
        if price > 0 and (key not in self._latest or date >= self._latest[key][0]):
            self._latest[key] = date, price

    def plan(self, work: Work, records: Sequence[Record]) -> Plan:
        """New orders of the invoices that are not there yet, with the customers and items they need."""
        plan = Plan()
        sound = [record for record in records if self._is_sound(record, plan)]
        invoices = [(number, list(lines)) for number, lines in groupby(sound, lambda record: record.values['invoice'])]
        good = [(number, lines) for number, lines in invoices if not _is_refused(number, lines, plan)]
        kept = [line for _number, lines in good for line in lines]
        batch = _Batch(self, work, kept)
        for number, lines in good:
            batch.judge(number, lines, plan)
        plan.made = batch.made()
        plan.write = batch.write
        return plan

    def _is_sound(self, record: Record, plan: Plan) -> bool:
        if 'customer' not in record.values:
            plan.judge(record.number, Verdict.SKIPPED, _('It has no customer.'))
        elif 'invoice' not in record.values:
            plan.judge(record.number, Verdict.WRONG, record.wrong)
        else:
            return True
        return False

    def name_of(self, key: str, sku: str) -> str:
        """What most rows call an item; its SKU where none calls it anything."""
        names = self._names.get(key)
        return names.most_common(1)[0][0] if names else sku

    def price_of(self, key: str) -> Decimal | None:
        """The latest price of an item in the file that is not zero."""
        return self._latest[key][1] if key in self._latest else None


def _is_credit(number: str) -> bool:
    return number[:1] in 'Cc' and number[1:2].isdigit()


def _is_refused(number: str, lines: list[Record], plan: Plan) -> bool:
    """Judge an invoice that cannot be an order: one wrong line refuses all of it."""
    reasons = {record.number: _fault(record, lines[0], number) for record in lines}
    first = next((row for row, reason in reasons.items() if reason), None)
    if first is None:
        return False
    other = _('Row {number} of the same invoice is wrong.').format(number=first)
    for row, reason in reasons.items():
        plan.judge(row, Verdict.WRONG, reason or other)
    return True


def _fault(record: Record, first: Record, number: str) -> str:
    values = record.values
    if record.wrong:
        return record.wrong
    if fold(values['customer']) != fold(first.values['customer']):
        return _('The same invoice has another customer in row {number}.').format(number=first.number)
    if is_like_own(number):
        return _('Its number could be one of our own.')
    if values['price'] < 0:
        return _('The price is less than zero.')
    if _is_credit(number) and values['quantity'] >= 0:
        return _('A credit note takes quantities back; this one does not.')
    return '' if _is_credit(number) or values['quantity'] > 0 else _('The quantity is not more than zero.')


class _Batch:
    """The invoices of one chunk against what is there."""

    def __init__(self, writer: HistoryWriter, work: Work, records: list[Record]) -> None:
        self._writer = writer
        self._records = records
        session = work.session
        values = [record.values for record in records]
        self._customers = found(session, Customer.account, {one['customer'] for one in values}, Customer.id,
                                Customer.name)
        self._items = found(session, Item.sku, {one['sku'] for one in values}, Item.id, Item.unit)
        numbers = {PREFIX + one['invoice'] for one in values}
        self._orders = found(session, Order.number, numbers, Order.line_count, Order.lines_net, Order.currency)
        self._bills = found(session, Invoice.number, {one['invoice'] for one in values}, Invoice.line_count,
                            Invoice.lines_net, Invoice.currency)
        self._new: list[tuple[str, list[Record]]] = []

    def judge(self, number: str, lines: list[Record], plan: Plan) -> None:
        """Say what becomes of an invoice without faults."""
        bill = self._bills.get(fold(number))
        there = bill if _is_credit(number) else self._orders.get(fold(PREFIX + number))
        verdict, reason = Verdict.WRONG, _('There is an invoice of this number already.')
        if there is None and bill is None:
            verdict, reason = Verdict.NEW, ''
            self._new.append((number, lines))
        elif there is None:
            pass
        elif tuple(there[1:]) == (len(lines), abs(sum(map(self._net, lines), ZERO)), self._writer.currency):
            verdict, reason = Verdict.UNCHANGED, ''
        elif there[3] != self._writer.currency:
            reason = _('This document is there already, in {currency}.').format(currency=there[3])
        else:
            reason = _('This document is there already, with other lines.')
        for record in lines:
            plan.judge(record.number, verdict, reason)

    def _net(self, record: Record) -> Decimal:
        return line_net(record.values['price'], record.values['quantity'], self._writer.currency)

    def made(self) -> dict[str, set[str]]:
        """The codes of what is new."""
        return {'customers': {fold(r.values['customer']) for r in self._records} - self._customers.keys(),
                'items': {fold(r.values['sku']) for r in self._records} - self._items.keys(),
                'orders': {number for number, _lines in self._new if not _is_credit(number)},
                'invoices': {number for number, _lines in self._new if not _is_credit(number)},
                'credit_notes': {number for number, _lines in self._new if _is_credit(number)}}

    def write(self, work: Work) -> None:
        """Make what is new."""
        self._make_customers(work)
        self._make_items(work)
        orders: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        sold: dict[uuid.UUID, int] = {}
        bills = Bills(work, self._writer.paid)
        self._names = {customer_id: name for _account, customer_id, name in self._customers.values()}
        for number, records in self._new:
            order, own = self._order(number, records)
            if not _is_credit(number):
                orders.append(order)
                lines += own
                for line in own:
                    sold[line['item_id']] = sold.get(line['item_id'], 0) + int(line['ordered'])
            self._bill(bills, number, order, lines=own)
        insert(work.session, Order, orders)
        insert(work.session, OrderLine, lines)
        bills.write()
        add_up(work.session, Item, 'sold', dict(sorted(sold.items())))

    def _bill(self, bills: Bills, number: str, order: dict[str, Any], *, lines: list[dict[str, Any]]) -> None:
        """The invoice over an order, or a credit note, which has none."""
        credit = _is_credit(number)
        of_order = {} if credit else {'order_id': order['id'], 'order_number': order['number']}
        bills.add(number, InvoiceKind.CREDIT_NOTE if credit else InvoiceKind.INVOICE, [
            {**line, 'order_line_id': None if credit else line['id'], 'quantity': line['ordered']} for line in lines],
            head={'customer_id': order['customer_id'], 'at': order['placed_at'], 'currency': order['currency'],
                  'country': order['ship_to']['country'], 'name': self._names[order['customer_id']], **of_order})

    def _make_customers(self, work: Work) -> None:
        rows: dict[str, dict[str, Any]] = {}
        for record in self._records:
            values, key = record.values, fold(record.values['customer'])
            if key not in self._customers and key not in rows:
                name = values.get('customer_name') or _('Customer {account}').format(account=values['customer'])
                rows[key] = {'id': new_id(), 'account': values['customer'], 'name': name, 'created_at': work.now,
                             'country': values.get('country', ''), 'currency': self._writer.currency}
        insert(work.session, Customer, list(rows.values()))
        self._customers |= {key: (row['account'], row['id'], row['name']) for key, row in rows.items()}

    def _make_items(self, work: Work) -> None:
        rows: dict[str, dict[str, Any]] = {}
        for record in self._records:
            sku, key = record.values['sku'], fold(record.values['sku'])
            if key not in self._items and key not in rows:
                name = self._writer.name_of(key, sku)
                rows[key] = {'id': new_id(), 'sku': sku, 'name': name, 'created_at': work.now,
                             'names': {setting(work, 'seller.language'): name}}
        insert(work.session, Item, list(rows.values()))
        self._items |= {key: (row['sku'], row['id'], 'pcs') for key, row in rows.items()}
        if rows:
            index(work.session, [row['id'] for row in rows.values()])
        self._make_prices(work)

    def _make_prices(self, work: Work) -> None:
        """Base prices for items that have none in this currency."""
        base = base_list(work, self._writer.currency)
        wanted = {row[1]: key for key, row in self._items.items()}
        priced = set(work.session.execute(sa.select(Price.item_id).where(  # type: ignore[call-overload]
            col(Price.price_list_id) == base, col(Price.item_id).in_(wanted))).scalars())
        prices = {item: self._writer.price_of(key) for item, key in wanted.items() if item not in priced}
        fresh = [{'id': new_id(), 'price_list_id': base, 'item_id': item, 'min_quantity': Decimal(1), 'price': price}
                 for item, price in prices.items() if price is not None]
        insert(work.session, Price, fresh)
        if fresh:
            touch(work.session, [base])

    def _order(self, number: str, records: list[Record]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        first, currency = records[0].values, self._writer.currency
        order_id, customer_id = new_id(), self._customers[fold(first['customer'])][1]
        lines = [self._line(order_id, customer_id, place, record.values) for place, record in enumerate(records, 1)]
        sums = total([(line['tax_category'], line['tax_rate'], line['net']) for line in lines], shipping=None,
                     currency=currency)
        return {
            'id': order_id, 'customer_id': customer_id, 'number': PREFIX + number, 'status': OrderStatus.COMPLETED,
            'placed_at': first['date'], 'confirmed_at': first['date'], 'closed_at': first['date'],
            'currency': currency, 'ship_to': {'country': first.get('country', '')}, 'bill_to': {},
            'taxes': frozen_taxes(sums),
            'lines_net': sums.lines, 'net': sums.amount.net, 'tax': sums.amount.tax, 'gross': sums.amount.gross,
            'shipping_tax_category': 'O', 'line_count': len(lines), 'source': SOURCE,
            'shipping_invoiced': True}, lines

    def _line(self, order_id: uuid.UUID, customer_id: uuid.UUID, place: int, values: dict[str, Any]) -> dict[str, Any]:
        sku, item_id, unit = self._items[fold(values['sku'])]
        rate, quantity = values.get('tax_rate', ZERO), abs(values['quantity'])
        return {
            'id': new_id(), 'order_id': order_id, 'customer_id': customer_id, 'position': place, 'item_id': item_id,
            'sku': sku, 'name': values.get('description') or sku, 'unit': unit, 'ordered': quantity,
            'shipped': quantity, 'invoiced': quantity, 'unit_price': values['price'],
            'tax_category': 'S' if rate else 'O',
            'tax_rate': rate, 'net': line_net(values['price'], quantity, self._writer.currency)}
