"""The parts of an order's page that portal and office share: lines, progress, totals, addresses, history."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal

from models.audit import Event
from models.core.words import Lazy, _, _l, ngettext
from models.orders import Order, OrderLine, OrderStatus
from models.shipments import ON_THE_WAY, ShipmentStatus
from services.core import formats
from services.orders.reading import HOLDS, STATUSES, TONES, OrderView
from services.orders.wording import DELIVERIES, METHODS, address_lines, agreed, invoiced_text, tax_label, terms_text
from services.shipments.reading import ShipmentView
from ui.kernel import documents
from ui.kernel.documents import Cell, Document, Happened, Step
from ui.kernel.view import View
from ui.pieces.shipment import chip_of as shipment_chip

SAYINGS: dict[str, Lazy] = {
    'order.placed': _l('Placed'), 'order.confirmed': _l('Confirmed'), 'order.declined': _l('Declined'),
    'order.cancelled': _l('Cancelled'), 'order.held': _l('Put on hold'), 'order.released': _l('Released'),
    'order.change_proposed': _l('Change proposed'), 'order.change_agreed': _l('Change agreed to'),
    'order.change_refused': _l('Change refused'), 'order.changed': _l('Changed'),
    'order.cancel_asked': _l('Cancellation asked for'), 'order.cancel_refused': _l('Cancellation refused'),
    'order.credit_overridden': _l('Allowed although over the limit'),
    'order.shipped': _l('Shipped'), 'order.taken_back': _l('Goods came back'),
    'order.goods_lost': _l('Goods were lost'),
    'order.goods_there': _l('Goods have come in'), 'order.promised': _l('Expected on other days'),
    'order.rest_closed': _l('Rest cancelled'), 'order.ship_asked': _l('Asked to ship what is there'),
    'order.rest_asked': _l('Asked to cancel the rest'), 'order.partly_asked': _l('Asked whether to ship a part'),
    'order.partly_agreed': _l('May be shipped in parts'), 'order.partly_refused': _l('Waits for everything'),
    'order.partly_allowed': _l('Parts allowed by the office'), 'order.wish_refused': _l('Wish refused'),
    'order.credited': _l('Credit on account'), 'order.refunded': _l('Refund'),
    'order.viewed': _l('Opened'), 'order.imported': _l('Imported'),
}


def chip_of(order: Order) -> tuple[str, str]:
    """The status chip of an order: what holds it, else where it stands."""
    if order.hold is not None:
        return str(HOLDS[order.hold]), 'warn'
    return str(STATUSES[order.status]), TONES[order.status]


def context_of(found: OrderView) -> str:
    """The line below the number: when, by whom, under which reference."""
    order = found.order
    said = _('Placed {moment} by {person}') if order.placed_by_name else _('Placed {moment}')
    parts = [said.format(moment=formats.moment(order.placed_at), person=order.placed_by_name)]
    if order.po_number:
        parts.append(_('PO number {po}').format(po=order.po_number))
    if order.requested_on:
        parts.append(_('requested for {date}').format(date=formats.date(order.requested_on)))
    return ' · '.join(parts)


class OrderPage:
    """The body of an order's page; `show` brings it up to date without building it anew."""

    def __init__(self, view: View, document: Document, item_path: Callable[[OrderLine], str]) -> None:
        self.item_path = item_path
        self.own = _('your number {number}') if view.actor.is_portal else _('their number {number}')
        with document.main:
            head = [(_('Item'), False), (_('Ordered'), True), (_('Shipped'), False), (_('Price'), True),
                    (_('Total'), True)]
            self.lines = documents.lines(view, _('Lines'), head, [])
            self.shipments = documents.lines(view, _('Shipments'), [
                (_('Shipment'), False), (_('Parcels'), False), (_('Status'), False), (_('Lines'), True)], [])
            self.history = documents.history(view, [])
        self.prefix = '' if view.actor.is_portal else '/office'
        with document.side:
            self.progress = documents.timeline(view, [])
            self.totals = documents.totals(view, [])
            self.places = documents.addresses(view, _('Addresses'), [])
            self.facts = documents.facts(view, _('Delivery and payment'), [('', '')])
            self.related = documents.related(view, [])
        self.href = view.href

    def show(self, found: OrderView) -> None:
        """Show this state of the order."""
        order = found.order
        arrived = arrived_lines(found)
        self.lines.show(documents.line_rows([self._line(line, order, line.id in arrived) for line in found.lines]))
        self.progress.show([vars(step) for step in steps(found)])
        self.totals.show([{'label': label, 'text': text, 'sum': last} for label, text, last in sums(order)])
        self.places.show([{'label': label, 'lines': address_lines(copy)} for label, copy in (
            (_('Ship to'), order.ship_to), (_('Bill to'), order.bill_to)) if copy])
        self.facts.show([{'label': label, 'text': text, 'path': ''} for label, text in (
            *conditions(order), *money_rows(found)) if text])
        self.shipments.show(documents.line_rows([self._shipment(one) for one in found.shipments]))
        self.shipments.set_visibility(bool(found.shipments))
        self.related.show([{'text': number, 'path': self.href(path)} for number, path in found.related])
        self.related.set_visibility(bool(found.related))
        self.history.show([vars(row) for row in happened(found.events)])

    def _shipment(self, found: ShipmentView) -> list[str | Cell]:
        first = next(iter(found.parcels), None)
        more = ngettext('and {count} more parcel', 'and {count} more parcels', len(found.parcels) - 1).format(
            count=len(found.parcels) - 1) if len(found.parcels) > 1 else ''
        parcel = Cell(first.parcel.tracking_number or '–', strong=first.carrier, note=more, url=first.link) \
            if first else Cell('–')
        number = found.shipment.number
        return [Cell(number, path=f'{self.prefix}/shipments/{number}'), parcel, Cell('', chip=shipment_chip(found)),
                formats.number(found.shipment.line_count)]

    def _line(self, line: OrderLine, order: Order, has_arrived: bool) -> list[str | Cell]:
        note = ' · '.join(part for part in (
            self.own.format(number=line.own_number) if line.own_number else '', line.note) if part)
        return [Cell(line.name, strong=line.sku, note=note, path=self.item_path(line)),
                formats.quantity(agreed(order, line), line.unit),
                shipped_cell(line, order, has_arrived=has_arrived),
                Cell(formats.money(line.unit_price, order.currency), note=line.price_source.split(',')[0]),
                formats.money(line.net, order.currency)]


def shipped_cell(line: OrderLine, order: Order, *, has_arrived: bool) -> Cell:
    """How much of what was agreed went out, with a small bar, and what the line waits for."""
    whole = agreed(order, line)
    text = _('{shipped} of {quantity}').format(shipped=formats.quantity(line.shipped), quantity=formats.quantity(whole))
    share = round(line.shipped / whole * 100) if whole else 0
    said = ((_('{quantity} open'), line.open if line.shipped else 0),
            (_('{quantity} cancelled'), line.ordered - whole if line.cancelled < line.ordered else 0))
    note = ' · '.join(words.format(quantity=formats.quantity(amount)) for words, amount in said if amount > 0)
    return Cell(text if whole else '', note=note, chip=line_chip(line, order, has_arrived=has_arrived),
                share=share if whole else None)


def arrived_lines(found: OrderView) -> set[uuid.UUID]:
    """The lines of which all that was shipped is delivered."""
    under_way = {row.order_line_id for one in found.shipments for row in one.lines
                 if one.shipment.status in ON_THE_WAY and row.gone > 0}
    return {row.order_line_id for one in found.shipments for row in one.lines
            if one.shipment.status is ShipmentStatus.DELIVERED} - under_way


def line_chip(line: OrderLine, order: Order, *, has_arrived: bool = False) -> tuple[str, str] | None:
    """What became of a line, or what it waits for, as a chip."""
    if order.status in (OrderStatus.DECLINED, OrderStatus.CANCELLED) or line.cancelled == line.ordered:
        return _('Cancelled'), 'mute'
    if line.open == 0:
        return (_('Delivered'), 'ok') if has_arrived else (_('On its way'), 'info')
    if line.promised_on is not None:
        return _('Expected {date}').format(date=formats.day(line.promised_on)), 'mute'
    return None


def steps(found: OrderView) -> list[Step]:
    """The way of an order and of its money: what is done, what comes next, or what ended it."""
    order = found.order
    out = [Step(_('Placed'), _stamp(order.placed_at, order.placed_by_name), done=True)]
    if order.hold is not None:
        out.append(Step(str(HOLDS[order.hold]), order.hold_note, next=True))
    if order.status in (OrderStatus.DECLINED, OrderStatus.CANCELLED):
        return [*out, *_ended(found)]
    if found.prepaid:
        out += _paid(found)
    confirmed = order.status is not OrderStatus.PLACED
    out.append(Step(_('Confirmed'), _stamp(order.confirmed_at), done=confirmed, next=not confirmed and not order.hold))
    dates = [line.promised_on for line in found.lines if line.open > 0 and line.promised_on]
    expected = _('expected {date}').format(date=formats.day(max(dates))) if dates else ''
    done = order.status is OrderStatus.COMPLETED
    if order.status is OrderStatus.IN_FULFILMENT:
        out.append(Step(_('Partly shipped'), _first_left(found), done=True))
    out.append(Step(_('Everything shipped'), _stamp(order.closed_at) if done else expected, done=done,
                    next=confirmed and not done))
    if order.source == 'import' and not any(line.invoiced for line in found.lines):
        return out
    return [*out, _invoiced(found), *([] if found.prepaid else _paid(found))]


def _ended(found: OrderView) -> list[Step]:
    """What was done of an order before it ended, and its end."""
    order, money = found.order, found.money
    out = []
    if money is not None and money.prepaid:
        out.append(Step(_('Paid'), formats.money(money.prepaid, order.currency), done=True))
    if order.confirmed_at:
        out.append(Step(_('Confirmed'), _stamp(order.confirmed_at), done=True))
    if money is not None and money.invoiced:
        out.append(Step(_('Invoiced'), formats.money(money.invoiced, order.currency), done=True))
    given = [f'{label}: {text}' for label, text in money.given.rows(order.currency)] if money else []
    return [*out, Step(str(STATUSES[order.status]), ' · '.join(part for part in (
        formats.moment(order.closed_at), order.close_reason, *given) if part), bad=True)]


def _invoiced(found: OrderView) -> Step:
    """Whether all, a part or nothing of an order is invoiced."""
    order, money, whole = found.order, found.money, found.is_invoiced
    note = ''
    if whole and money is not None and money.invoiced and not money.collected:
        note = formats.money(money.invoiced, order.currency)
    elif not whole and any(line.invoiced for line in found.lines):
        note = invoiced_text(order, found.lines)
    return Step(_('Invoiced'), note, done=whole, next=not whole and order.status is OrderStatus.COMPLETED)


def _paid(found: OrderView) -> list[Step]:
    """Whether an order is paid, or what is to be paid of its invoices; nothing where that is not his to see."""
    order, money = found.order, found.money
    if money is None or not found.will_be_paid:
        return []
    done = found.is_paid
    note = formats.money(money.paid, order.currency) if done else ''
    if money.due:
        note = f'{_("To be paid")}: {formats.money(money.due, order.currency)}'
    is_next = found.is_invoiced and order.status is OrderStatus.COMPLETED
    return [Step(_('Paid'), note, done=done, next=is_next and not done)]


def _first_left(found: OrderView) -> str:
    left = [one.shipment.shipped_at for one in found.shipments if one.shipment.shipped_at]
    return _stamp(min(left)) if left else ''


def _stamp(moment: object, person: str = '') -> str:
    return ' · '.join(part for part in (formats.moment(moment), person) if part)  # type: ignore[arg-type]


def sums(order: Order) -> list[tuple[str, str, bool]]:
    """The totals of an order as label, amount and whether it is the last."""
    currency = order.currency
    return [(_('Subtotal'), formats.money(order.lines_net, currency), False),
            (_('Shipping'), formats.money(order.shipping_net, currency), False),
            *((tax_label(tax['category'], Decimal(tax['rate'])), formats.money(Decimal(tax['tax']), currency), False)
              for tax in order.taxes),
            (_('Total'), formats.money(order.gross, currency), True)]


def money_rows(found: OrderView) -> list[tuple[str, str]]:
    """What is invoiced and paid of an order, what of its invoices is to be paid, and what was given back."""
    order, money = found.order, found.money
    said = [(_('Invoiced'), invoiced_text(order, found.lines))]
    if money is None or money.collected:
        return said
    if money.invoiced:
        said = [(_('Invoiced'), formats.money(money.invoiced, order.currency))]
    return [*said, *((label, formats.money(amount, order.currency)) for label, amount in (
        (_('Paid'), money.paid), (_('To be paid'), money.due)) if amount), *money.given.rows(order.currency)]


def conditions(order: Order) -> list[tuple[str, str]]:
    """How an order is delivered and paid."""
    return [(_('Shipping method'), order.shipping_name),
            (_('When not everything is there'), str(DELIVERIES[order.delivery])),
            (_('Payment'), str(METHODS[order.payment_method])),
            (_('Payment terms'), terms_text(order)), (_('Note'), order.note)]


def happened(events: tuple[Event, ...]) -> list[Happened]:
    """The history of a document, newest first."""
    return [Happened(str(SAYINGS.get(event.action, _('Changed'))), formats.moment(event.at), event.actor_name,
                     event.note) for event in reversed(events)]
