"""Credit notes: the only way to correct what was issued; whole, in part, or a free amount, never above what is left."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlmodel import col

from models.core.money import TaxedAmount, TaxLine, Totals, rounded
from models.core.types import new_id
from models.core.words import _
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.orders import Order, OrderLine
from services.core import formats
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.invoices.issuing import fresh_lines
from services.invoices.left import Key, Left, LeftLine, left_of
from services.invoices.sealing import add_up, customer_by, seal
from services.orders.confirming import a_reason
from services.orders.owing import uninvoiced
from services.payments.allocating import allocate

ZERO = Decimal(0)


class FreeAmount(BaseModel):
    """A net amount at one of the invoice's VAT rates, for no line in particular."""

    model_config = ConfigDict(extra='forbid')

    net: Decimal
    category: str
    rate: Decimal


class CreditInput(BaseModel):
    """What is credited and why: quantities by line, all that is left (`whole`), or an amount.

    `anew` says that those goods are to be invoiced again.
    """

    model_config = ConfigDict(extra='forbid')

    reason: str
    whole: bool = False
    quantities: dict[uuid.UUID, Decimal] = {}
    freight: Decimal = ZERO
    amount: FreeAmount | None = None
    anew: bool = False


class CreditService(Service):
    """What the office writes credit notes with."""

    @requires(Permission.INVOICES_WRITE)
    def left(self, number: str) -> Left:
        """What of an invoice can be credited; raises NotFound for anything else."""
        invoice = _invoice(self.work, number)
        return left_of(self.work, invoice, lines_of(self.work, invoice))

    @requires(Permission.INVOICES_WRITE, writes=True)
    def credit(self, number: str, given: CreditInput, *, version: int | None = None) -> str:
        """Write a credit note on an invoice; it settles what is open of it, the rest is the customer's credit.

        Returns its number. Raises Conflict when the invoice changed meanwhile, Invalid for nothing or too much.
        """
        invoice = _invoice(self.work, number)
        if version is not None and version != invoice.version:
            raise Conflict(_('This invoice was changed meanwhile. Please look again.'))
        return str(credit(self.work, invoice, given).number)


def credit(work: Work, invoice: Invoice, given: CreditInput) -> Invoice:
    """Write a credit note within an act."""
    given.reason = a_reason(given.reason)
    left = left_of(work, invoice, lines_of(work, invoice))
    note = _head(work, invoice, given.reason)
    lines = [line for line in _lines(invoice, note, given, left) if line.quantity > 0]
    note.shipping_net = left.freight if given.whole and not _is_mixed(left) else given.freight
    if not ZERO <= note.shipping_net <= left.freight:
        raise Invalid(_('Only {amount} of the freight is left to credit.').format(
            amount=formats.money(left.freight, invoice.currency)), field='freight')
    _finish(note, lines, left, {tax['category']: tax['reason'] for tax in invoice.taxes if 'reason' in tax})
    work.session.add(note)
    work.change(invoice, expect={'credited': invoice.credited}, credited=invoice.credited + note.gross)
    work.session.add_all(lines)
    if given.anew:
        _reopen(work, lines, freight=note.shipping_net > 0)
    customer: Customer = customer_by(work, invoice.customer_id)
    seal(work, note, customer, of_charge=invoice.is_charge)
    if settling := min(invoice.open, note.gross):
        allocate(work, invoice, settling, credit=note)
    elif invoice.status is not InvoiceStatus.WRITTEN_OFF:
        work.change(invoice, status=invoice.status_for(invoice.settled))
    return note


def lines_of(work: Work, invoice: Invoice) -> tuple[InvoiceLine, ...]:
    """The lines of a document in their order."""
    return tuple(work.session.exec(work.reach(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
                                   .order_by(InvoiceLine.position)))


def _invoice(work: Work, number: str) -> Invoice:
    found = work.one(Invoice, Invoice.number == number, Invoice.kind == InvoiceKind.INVOICE)
    if found.status is InvoiceStatus.DRAFT:
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    return found


def _head(work: Work, invoice: Invoice, reason: str) -> Invoice:
    copied: dict[str, Any] = {name: getattr(invoice, name) for name in (
        'customer_id', 'order_id', 'order_number', 'shipment_id', 'currency', 'language', 'bill_to', 'ship_to',
        'po_number', 'buyer_reference', 'shipping_name', 'shipping_tax_category', 'shipping_tax_rate',
        'delivered_from', 'delivered_to')}
    return Invoice(id=new_id(), kind=InvoiceKind.CREDIT_NOTE, corrects_id=invoice.id,
                   corrects_number=str(invoice.number), corrects_on=invoice.issued_on, reason=reason,
                   created_at=work.now, terms_days=0, source=work.actor.source, **copied)


def _is_mixed(left: Left) -> bool:
    """Whether a free amount was credited before, so that what is left is not what the lines say."""
    sums: dict[Key, Decimal] = {}
    for one in left.lines:
        key = one.line.tax_category, one.line.tax_rate
        sums[key] = sums.get(key, ZERO) + one.net
    return sum(sums.values(), ZERO) + left.freight != sum((rest.taxable for rest in left.rates.values()), ZERO)


def _lines(invoice: Invoice, note: Invoice, given: CreditInput, left: Left) -> list[InvoiceLine]:
    if given.whole and _is_mixed(left):
        rests = {key: sums.taxable for key, sums in left.rates.items() if sums.taxable}
        return [_free(note, net, key) for key, net in rests.items()]
    known = {one.line.id: one for one in left.lines}
    wanted = {one.line.id: one.quantity for one in left.lines} if given.whole else given.quantities
    if unknown := wanted.keys() - known.keys():
        raise NotFound(_('The invoice has no such line.') + f' {next(iter(unknown))}')
    lines = [_line(note, one, wanted[line_id], given.anew) for line_id, one in known.items() if wanted.get(line_id)]
    if given.amount is not None:
        net = given.amount.net
        if not 0 < net < 10 ** 10 or rounded(net, invoice.currency) != net:
            raise Invalid(_('Please give an amount above zero, in whole cents.'), field='amount')
        lines.append(_free(note, net, (given.amount.category, given.amount.rate)))
    return lines


def _line(note: Invoice, one: LeftLine, quantity: Decimal, anew: bool) -> InvoiceLine:
    if not 0 < quantity <= one.quantity:
        raise Invalid(_('Of {sku} only {quantity} is left to credit.').format(
            sku=one.line.sku, quantity=formats.quantity(one.quantity, one.line.unit)), field='quantities')
    copied: dict[str, Any] = {name: getattr(one.line, name) for name in (
        'customer_id', 'order_line_id', 'item_id', 'order_number', 'sku', 'name', 'own_number', 'unit', 'unit_price',
        'tax_category', 'tax_rate')}
    return InvoiceLine(id=new_id(), invoice_id=note.id, corrects_line_id=one.line.id, quantity=quantity,
                       net=one.worth(quantity, note.currency), reopens=anew and one.line.order_line_id is not None,
                       **copied)


def _free(note: Invoice, net: Decimal, key: Key) -> InvoiceLine:
    return InvoiceLine(id=new_id(), customer_id=note.customer_id, invoice_id=note.id, name=note.reason,
                       quantity=Decimal(1), unit_price=net, net=net, tax_category=key[0], tax_rate=key[1])


def _finish(note: Invoice, lines: Sequence[InvoiceLine], left: Left, why: Mapping[str, str]) -> None:
    """Number the lines and add up: VAT as it was charged, so that all credit notes together give back exactly all."""
    for position, line in enumerate(lines, 1):
        line.position = position
    note.line_count = len(lines)
    sums: dict[Key, Decimal] = {}
    for key, net in _nets(note, lines):
        sums[key] = sums.get(key, ZERO) + net
    for key, net in sums.items():
        rest = left.rates[key].taxable if key in left.rates else ZERO
        if net > rest:
            raise Invalid(_('Only {amount} net at {rate} is left to credit.').format(
                amount=formats.money(rest, note.currency), rate=formats.percent(key[1])), field='amount')
    taxes = tuple(TaxLine(*key, net, left.tax_on(key, net, note.currency)) for key, net in sorted(sums.items()))
    net, tax = sum(sums.values(), ZERO), sum((line.tax for line in taxes), ZERO)
    if net + tax <= 0:
        raise Invalid(_('There is nothing to credit.'))
    add_up(note, Totals(net - note.shipping_net, note.shipping_net, taxes, TaxedAmount(net, tax, net + tax)),
           why=why)


def _nets(note: Invoice, lines: Iterable[InvoiceLine]) -> list[tuple[Key, Decimal]]:
    freight = [((note.shipping_tax_category, note.shipping_tax_rate), note.shipping_net)] if note.shipping_net else []
    return [*(((line.tax_category, line.tax_rate), line.net) for line in lines), *freight]


def _reopen(work: Work, lines: Sequence[InvoiceLine], *, freight: bool) -> None:
    """Let the credited goods be invoiced anew: what was counted as invoiced is taken off again."""
    back: dict[uuid.UUID, Decimal] = {}
    for line in lines:
        if line.order_line_id:
            back[line.order_line_id] = back.get(line.order_line_id, ZERO) + line.quantity
    for line_id, quantity in sorted(back.items()):
        done: Any = work.session.execute(
            sa.update(OrderLine).where(col(OrderLine.id) == line_id, col(OrderLine.invoiced) >= quantity)
            .values(invoiced=OrderLine.invoiced - quantity).execution_options(synchronize_session=False))
        if done.rowcount != 1:
            raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
    orders = work.session.exec(work.reach(Order).where(col(Order.number).in_({line.order_number for line in lines})))
    for order in orders.all():
        if freight:
            order.shipping_invoiced = False
        work.change(order, uninvoiced=uninvoiced(order, fresh_lines(work, order)))
