"""Writes imported orders: whole or not at all, and never over one that is there already."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlmodel import col, select

from models.catalogue import Item
from models.core.money import line_net, total
from models.core.types import new_id
from models.core.words import _
from models.customers import Customer
from models.numbering import NumberSeries
from models.orders import OPEN_STATUSES, Order, OrderLine, OrderStatus, PaymentMethod
from services.core.numbering import ORDER
from services.core.work import Work
from services.imports.declaring import Plan, Record, Verdict, Writer
from services.imports.gathering import ends_of
from services.imports.rows import fold, found, insert
from services.orders.placing import frozen_taxes
from services.stock.reserving import reserve

ZERO = Decimal(0)
_OURS = re.compile(ORDER + r'-(\d{4})-(\d{1,9})')
_SAME = ('customer', 'placed_at', 'status', 'currency')


class OrderWriter(Writer):
    """Orders by number."""

    def group(self, values: dict[str, Any]) -> Hashable:
        """The order."""
        return values.get('number')

    def survey(self, records: Iterable[Record]) -> Mapping[Hashable, int]:
        """Whether lines of one order lie scattered."""
        return ends_of(self.group(record.values) for record in records)

    def plan(self, work: Work, records: Sequence[Record]) -> Plan:
        """New orders of those that are not there yet."""
        plan = Plan()
        facts = _Facts(work, records, self.options.get('currency', 'EUR'))
        fresh: list[list[Record]] = []
        for number, group in groupby(records, lambda record: record.values.get('number')):
            lines = list(group)
            reasons = {line.number: facts.fault(line, lines[0]) for line in lines}
            first = next((row for row, reason in reasons.items() if reason), None)
            if first is not None:
                other = _('Row {number} of the same order is wrong.').format(number=first)
                for row, reason in reasons.items():
                    plan.judge(row, Verdict.WRONG, reason or other)
                continue
            verdict, reason = facts.verdict(str(number), lines)
            if verdict is Verdict.NEW:
                fresh.append(lines)
            for line in lines:
                plan.judge(line.number, verdict, reason)
        plan.made = {'orders': {lines[0].values['number'] for lines in fresh}}
        plan.write = lambda work: _write(work, facts, fresh)
        return plan


class _Facts:
    """The customers, items and orders a chunk speaks of."""

    def __init__(self, work: Work, records: Sequence[Record], currency: str) -> None:
        values = [record.values for record in records]
        session = work.session
        self.customers = found(session, Customer.account, {one.get('customer', '') for one in values}, Customer.id,
                               Customer.name, Customer.street, Customer.postcode, Customer.city, Customer.country,
                               Customer.vat_id, Customer.currency, Customer.payment_terms_days)
        self.items = found(session, Item.sku, {one.get('sku', '') for one in values}, Item.id, Item.name, Item.unit)
        self._orders = found(session, Order.number, {one.get('number', '') for one in values}, Order.line_count,
                             Order.lines_net)
        self._currency = currency

    def currency(self, values: dict[str, Any]) -> str:
        """The currency of an order: its own, else its customer's."""
        return str(values.get('currency') or self.customers[fold(values['customer'])].currency or self._currency)

    def fault(self, record: Record, first: Record) -> str:  # noqa: PLR0911  one return a rule
        """Why a line cannot be taken, if so."""
        values = record.values
        if record.wrong:
            return record.wrong
        if fold(values['customer']) not in self.customers:
            return _('There is no customer {account}.').format(account=values['customer'])
        if fold(values['sku']) not in self.items and 'name' not in values:
            return _('There is no item {sku}, and no description in its place.').format(sku=values['sku'])
        if any(values.get(name) != first.values.get(name) for name in _SAME):
            return _('It differs from row {number} of the same order in customer, date, status or currency.').format(
                number=first.number)
        if values.get('shipped', ZERO) + values.get('cancelled', ZERO) > values['ordered']:
            return _('More is shipped and cancelled than was ordered.')
        whole = line_net(values['unit_price'], values['ordered'], self.currency(values))
        net = values.get('line_net', whole)
        if net > whole or (net != whole and not values.get('cancelled')):
            return _('The net amount is not quantity × price.')
        return ''

    def net(self, values: dict[str, Any]) -> Decimal:
        """The net of a line: as given, else of what was not cancelled."""
        if 'line_net' in values:
            return Decimal(values['line_net'])
        wanted = values['ordered'] - values.get('cancelled', ZERO)
        return line_net(values['unit_price'], wanted, self.currency(values))

    def verdict(self, number: str, lines: Sequence[Record]) -> tuple[Verdict, str]:
        """New, or there already: the same, or with other lines."""
        there = self._orders.get(fold(number))
        if there is None:
            return Verdict.NEW, ''
        if (there[1], there[2]) == (len(lines), sum((self.net(line.values) for line in lines), ZERO)):
            return Verdict.UNCHANGED, ''
        return Verdict.WRONG, _('This order is there already, with other lines.')


def _write(work: Work, facts: _Facts, fresh: list[list[Record]]) -> None:
    orders, lines = [], []
    for records in fresh:
        order, own = _order(facts, records)
        orders.append(order)
        lines += own
    insert(work.session, Order, orders)
    insert(work.session, OrderLine, lines)
    _reserve(work, {order['id'] for order in orders if order['status'] in OPEN_STATUSES}, lines)
    for order in orders:
        if ours := _OURS.fullmatch(order['number']):
            _count_on(work, int(ours[1]), int(ours[2]))


def _order(facts: _Facts, records: list[Record]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    first = records[0].values
    customer, currency = facts.customers[fold(first['customer'])], facts.currency(first)
    order_id, shipping = new_id(), first.get('shipping_net', ZERO)
    status = first.get('status', OrderStatus.COMPLETED)
    lines = [_line(facts, record.values, {'order_id': order_id, 'customer_id': customer.id, 'position': place}, status)
             for place, record in enumerate(records, 1)]
    rate = first.get('shipping_tax_rate', ZERO)
    category = first.get('shipping_tax_category') or ('S' if rate else 'O')
    sums = total([(line['tax_category'], line['tax_rate'], line['net']) for line in lines],
                 shipping=(category, rate, shipping), currency=currency)
    parts = {part: first.get(f'ship_{part}', '') for part in ('name', 'street', 'postcode', 'city', 'country')}
    own = {part: getattr(customer, part) for part in parts}
    done = None if status in OPEN_STATUSES else first['placed_at']
    return {
        'id': order_id, 'customer_id': customer.id, 'number': first['number'], 'status': status,
        'placed_at': first['placed_at'], 'placed_by_name': first.get('placed_by', ''),
        'confirmed_at': None if status is OrderStatus.PLACED else first['placed_at'], 'closed_at': done,
        'po_number': first.get('po_number', ''), 'requested_on': first.get('requested_on'), 'currency': currency,
        'ship_to': parts if any(parts.values()) else own, 'bill_to': own | {'vat_id': customer.vat_id},
        'shipping_code': first.get('shipping_code', ''), 'shipping_name': first.get('shipping_name', ''),
        'payment_method': first.get('payment_method', PaymentMethod.ON_ACCOUNT),
        'payment_terms_days': first.get('payment_terms_days', customer.payment_terms_days), 'note': first.get('note',
        ''),
        'lines_net': sums.lines, 'shipping_net': shipping, 'shipping_tax_category': category, 'shipping_tax_rate': rate,
        'net': sums.amount.net, 'tax': sums.amount.tax, 'gross': sums.amount.gross, 'taxes': frozen_taxes(sums),
        'line_count': len(lines), 'source': first.get('source', 'import')}, lines


def _line(facts: _Facts, values: dict[str, Any], place: dict[str, Any], status: OrderStatus) -> dict[str, Any]:
    item = facts.items.get(fold(values['sku']))
    cancelled, rate = values.get('cancelled', ZERO), values.get('tax_rate', ZERO)
    done = values['ordered'] - cancelled if status is OrderStatus.COMPLETED else ZERO
    return {
        'id': new_id(), **place, 'item_id': item.id if item else None, 'sku': item[0] if item else values['sku'],
        'name': values.get('name') or (item.name if item else values['sku']), 'own_number': values.get('own_number',
        ''),
        'unit': values.get('unit') or (item.unit if item else ''), 'ordered': values['ordered'],
        'shipped': values.get('shipped', done), 'cancelled': cancelled, 'unit_price': values['unit_price'],
        'tax_category': values.get('tax_category') or ('S' if rate else 'O'), 'tax_rate': rate,
        'net': facts.net(values), 'note': values.get('line_note', '')}


def _reserve(work: Work, open_ids: set[Any], lines: list[dict[str, Any]]) -> None:
    """Promise stock to what is still to be shipped, SKUs in order so that two writers never wait for each other."""
    wanted = {line['item_id'] for line in lines if line['order_id'] in open_ids and line['item_id']}
    items = {item.id: item for item in work.session.exec(select(Item).where(col(Item.id).in_(wanted)))}
    for line in sorted(lines, key=lambda line: str(line['sku'])):
        still = line['ordered'] - line['shipped'] - line['cancelled']
        if line['order_id'] in open_ids and line['item_id'] in items and still > 0:
            reserve(work, line['id'], items[line['item_id']], still)


def _count_on(work: Work, year: int, number: int) -> None:
    """Let our own numbers go on behind an imported one that looks like ours."""
    row = work.session.exec(select(NumberSeries).where(NumberSeries.kind == ORDER, NumberSeries.year == year)).first()
    row = row or NumberSeries(kind=ORDER, year=year)
    row.last = max(row.last, number)
    work.session.add(row)
    work.session.flush()


