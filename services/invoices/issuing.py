"""Invoicing orders: each quantity once, at the agreed price, freight once, and everything frozen as it is issued."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Item, TaxClass
from models.core.money import line_net
from models.core.types import new_id
from models.core.words import _, language
from models.customers import Customer
from models.invoices import Invoice, InvoiceLine, InvoicingRule
from models.orders import Order, OrderLine, OrderStatus, PaymentMethod
from models.shipments import Shipment, ShipmentLine
from services.calendar import today, zone
from services.core import formats
from services.core.errors import Conflict, Invalid
from services.core.work import Work
from services.invoices.sealing import add_up, customer_by, seal, totals_of
from services.orders.owing import uninvoiced
from services.orders.reading import line_of
from services.pricing.taxes import Tax
from services.pricing.vat import Regime, regime, tax_of
from services.settings import setting

INVOICED = (OrderStatus.CONFIRMED, OrderStatus.IN_FULFILMENT, OrderStatus.COMPLETED)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """What of one order goes on an invoice: quantities by order line, of all its lines."""

    order: Order
    lines: Sequence[OrderLine]
    quantities: Mapping[uuid.UUID, Decimal]


def after_shipment(work: Work, order: Order, shipment: Shipment) -> Invoice | None:
    """Invoice what has just left, within the act of shipping, where the customer is invoiced on shipment."""
    if not _by_itself(work, order, InvoicingRule.ON_SHIPMENT):
        return None
    sent: dict[uuid.UUID, Decimal] = {}
    for line_id, quantity in work.session.execute(sa.select(
            col(ShipmentLine.order_line_id), col(ShipmentLine.quantity)).where(
            col(ShipmentLine.shipment_id) == shipment.id)):
        sent[line_id] = sent.get(line_id, ZERO) + quantity
    fresh = fresh_lines(work, order)
    wanted = {line.id: min(sent.get(line.id, ZERO), line.shipped - line.invoiced) for line in fresh}
    return issue(work, order, wanted, shipment=shipment) if any(q > 0 for q in wanted.values()) else None


def after_confirmation(work: Work, order: Order) -> Invoice | None:
    """Invoice all that is agreed, within the act of confirming, where the customer is invoiced on order."""
    if not _by_itself(work, order, InvoicingRule.ON_ORDER):
        return None
    wanted = {line.id: line.ordered - line.cancelled - line.invoiced for line in fresh_lines(work, order)}
    return issue(work, order, wanted) if any(q > 0 for q in wanted.values()) else None


def issue(work: Work, order: Order, quantities: Mapping[uuid.UUID, Decimal], *,
          shipment: Shipment | None = None) -> Invoice:
    """Invoice these quantities of an order's lines; those of nothing are left out.

    Raises Conflict when the order is not to be invoiced or one of them was invoiced meanwhile; Invalid for nothing or
    for more than is left.
    """
    return issue_parts(work, [Part(order, fresh_lines(work, order), quantities)], shipment=shipment)


def issue_parts(work: Work, parts: Sequence[Part], *, shipment: Shipment | None = None) -> Invoice:
    """One invoice over quantities of several orders of one customer, in one currency and to one place."""
    first = parts[0].order
    customer = customer_of(work, first)
    for part in parts:
        _refuse(part)
    found = regime_of(work, customer, first)
    if lacks_own_number(work, found):
        raise Invalid(_('Please enter your own VAT number in the settings first; it must stand on this invoice.'))
    invoice = _head(work, customer, parts, shipment)
    work.session.add(invoice)
    rate = partial(_tax, work, customer, first, found=found)
    classes = _tax_classes(work, parts)
    lines: list[InvoiceLine] = []
    for part in parts:
        lines += [_line(invoice, part, line, rate(line.tax_category, line.tax_rate, classes.get(line.item_id)))
                  for line in part.lines if part.quantities.get(line.id, ZERO) > 0]
        if not part.order.shipping_invoiced and part.order.shipping_net:
            order = part.order
            invoice.shipping_net += order.shipping_net
            invoice.shipping_name = order.shipping_name
            invoice.shipping_tax_category, invoice.shipping_tax_rate = rate(
                order.shipping_tax_category, order.shipping_tax_rate, TaxClass.STANDARD)
        _take(work, part)
    for position, line in enumerate(lines, 1):
        line.position = position
    invoice.line_count = len(lines)
    add_up(invoice, totals_of(invoice, lines), found)
    with language(customer.language):
        invoice.note = _('VAT is charged: {why}').format(why=found.why) if found.why and not found.category else ''
    _delivered(work, invoice, parts, shipment)
    work.session.flush()
    work.session.add_all(lines)
    return seal(work, invoice, customer)


def regime_of(work: Work, customer: Customer, order: Order) -> Regime:
    """What overrules the rates of an order's deliveries today, in the customer's language."""
    with language(customer.language):
        return regime(work, customer, str(order.ship_to.get('country', '')))


def lacks_own_number(work: Work, found: Regime) -> bool:
    """Whether the seller has yet to enter his own VAT number, which a supply within the EU demands (BR-IC-02)."""
    return found.category == 'K' and not setting(work, 'seller.vat_id')


def _by_itself(work: Work, order: Order, rule: InvoicingRule) -> bool:
    """Whether an order is invoiced without a person at this event; what cannot be waits in the office's queue."""
    customer = customer_of(work, order)
    return customer.invoicing is rule and not lacks_own_number(work, regime_of(work, customer, order))


def customer_of(work: Work, order: Order) -> Customer:
    """The company an order belongs to."""
    return customer_by(work, order.customer_id)


def fresh_lines(work: Work, order: Order) -> tuple[OrderLine, ...]:
    """An order's lines as they now stand in the database, whatever was counted on them in this act."""
    work.session.flush()
    return tuple(work.session.exec(work.reach(OrderLine).where(OrderLine.order_id == order.id)
                                   .order_by(OrderLine.position).execution_options(populate_existing=True)))


def _refuse(part: Part) -> None:
    if part.order.status not in INVOICED:
        raise Conflict(_('{number} is not confirmed, or it ended; there is nothing to invoice.').format(
            number=part.order.number))
    wanted = {line_id: quantity for line_id, quantity in part.quantities.items() if quantity}
    if not wanted:
        raise Invalid(_('Of {number} nothing is to be invoiced.').format(number=part.order.number))
    for line_id, quantity in wanted.items():
        line = line_of(part.lines, line_id)
        left = line.ordered - line.cancelled - line.invoiced
        if not 0 < quantity <= left:
            raise Invalid(_('Of {sku} only {quantity} can be invoiced.').format(
                sku=line.sku, quantity=formats.quantity(max(left, ZERO), line.unit)), field='quantities')


def _head(work: Work, customer: Customer, parts: Sequence[Part], shipment: Shipment | None) -> Invoice:
    first = parts[0].order
    orders = list(dict.fromkeys(part.order.number for part in parts))
    prepaid = all(part.order.payment_method is PaymentMethod.PREPAYMENT for part in parts)
    return Invoice(
        id=new_id(), customer_id=customer.id, order_id=first.id if len(parts) == 1 else None,
        order_number=_listed(orders), shipment_id=shipment.id if shipment else None, created_at=work.now,
        currency=first.currency, language=customer.language, bill_to=first.bill_to | {'vat_id': customer.vat_id},
        ship_to=dict(first.ship_to), po_number=first.po_number if len(parts) == 1 else '',
        buyer_reference=customer.buyer_reference, source=work.actor.source,
        terms_days=0 if prepaid else max(part.order.payment_terms_days for part in parts))


def _listed(numbers: Sequence[str]) -> str:
    """Order numbers in one line; what does not fit stands on the lines."""
    while len(text := ', '.join(numbers)) > 200:
        numbers = [*numbers[:-2], '…']
    return text


def _line(invoice: Invoice, part: Part, line: OrderLine, tax: Tax) -> InvoiceLine:
    quantity = part.quantities[line.id]
    return InvoiceLine(
        id=new_id(), customer_id=invoice.customer_id, invoice_id=invoice.id, order_line_id=line.id,
        item_id=line.item_id, order_number=part.order.number, sku=line.sku, name=line.name, own_number=line.own_number,
        unit=line.unit, quantity=quantity, unit_price=line.unit_price, tax_category=tax.category, tax_rate=tax.rate,
        net=line_net(line.unit_price, quantity, invoice.currency), note=line.note)


def _tax_classes(work: Work, parts: Sequence[Part]) -> dict[uuid.UUID | None, TaxClass]:
    items = {line.item_id for part in parts for line in part.lines if line.item_id}
    found = work.session.execute(sa.select(col(Item.id), col(Item.tax_class)).where(col(Item.id).in_(items)))
    return {row.id: row.tax_class for row in found}


def _tax(work: Work, customer: Customer, order: Order, *agreed: Any, found: Regime) -> Tax:
    """The VAT of a line: as on the order, unless a VAT number or an exemption came to count, or counts no more."""
    category, rate, tax_class = agreed
    if found.category:
        return Tax(found.category, ZERO)
    if category not in ('K', 'E'):
        return Tax(category, rate)
    country = str(order.ship_to.get('country', ''))
    return tax_of(work, customer, country, tax_class=tax_class or TaxClass.STANDARD, found=found)


def _take(work: Work, part: Part) -> None:
    """Count the quantities as invoiced, each once: by conditional updates that a second click finds done."""
    for line in sorted(part.lines, key=lambda line: line.id):
        quantity = part.quantities.get(line.id, ZERO)
        if quantity <= 0:
            continue
        done: Any = work.session.execute(sa.update(OrderLine).where(
            col(OrderLine.id) == line.id, col(OrderLine.invoiced) == line.invoiced,
            col(OrderLine.invoiced) + quantity <= col(OrderLine.ordered) - col(OrderLine.cancelled))
            .values(invoiced=line.invoiced + quantity).execution_options(synchronize_session=False))
        if done.rowcount != 1:
            raise Conflict(_('{sku} was invoiced meanwhile. Please look again.').format(sku=line.sku))
        work.session.refresh(line)
    part.order.shipping_invoiced = True
    work.change(part.order, uninvoiced=uninvoiced(part.order, part.lines))


def _delivered(work: Work, invoice: Invoice, parts: Sequence[Part], shipment: Shipment | None) -> None:
    """From when to when the goods left; within the EU without VAT a day must stand there (BR-IC-11)."""
    moments = [shipment.shipped_at] if shipment else _moments(work, parts)
    days = [moment.astimezone(zone(work)).date() for moment in moments if moment]
    if not days and any(tax['category'] == 'K' for tax in invoice.taxes):
        days = [today(work)]
    if days:
        invoice.delivered_from, invoice.delivered_to = min(days), max(days)


def _moments(work: Work, parts: Sequence[Part]) -> list[dt.datetime | None]:
    """When the invoiced quantities left, the oldest being invoiced first."""
    skipped = {line.id: line.invoiced - part.quantities[line.id] for part in parts for line in part.lines
               if part.quantities.get(line.id, ZERO) > 0}
    wanted = {line_id: quantity for part in parts for line_id, quantity in part.quantities.items()}
    found: list[dt.datetime | None] = []
    for line_id, quantity, moment in work.session.execute(
            sa.select(col(ShipmentLine.order_line_id), col(ShipmentLine.quantity), col(Shipment.shipped_at))
            .join(Shipment, col(Shipment.id) == ShipmentLine.shipment_id)
            .where(col(ShipmentLine.order_line_id).in_(skipped), col(Shipment.shipped_at).is_not(None))
            .order_by(col(Shipment.shipped_at))):
        gone = min(skipped[line_id], quantity)
        skipped[line_id] -= gone
        if quantity > gone and wanted[line_id] > 0:
            wanted[line_id] -= quantity - gone
            found.append(moment)
    return found
