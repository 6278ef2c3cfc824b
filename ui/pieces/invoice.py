"""The parts of the page of an invoice or credit note that portal and office share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from models.audit import Event
from models.core.words import Lazy, _, _l, ngettext, pgettext
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceLine
from services.core import formats
from services.invoices.reading import InvoiceView, MoneyFigures, Settled
from services.invoices.wording import chip_of, due_text
from services.orders.wording import address_lines, tax_label
from ui.kernel import documents
from ui.kernel.acts import Act
from ui.kernel.documents import Cell, Document, Happened
from ui.kernel.view import View

SAYINGS: dict[str, Lazy] = {
    'invoice.drafted': _l('Draft begun'), 'invoice.changed': _l('Draft changed'), 'invoice.issued': _l('Issued'),
    'reminder_fee.issued': _l('Charged'), 'reminder_fee.waived': _l('Waived'),
    'credit_note.issued': _l('Issued'), 'invoice.imported': _l('Imported'),
    'dispute.opened': _l('Disputed'), 'dispute.said': _l('Message about a dispute'),
    'dispute.credited': _l('Dispute credited'), 'dispute.upheld': _l('Dispute refused'),
    'dispute.withdrawn': _l('Dispute withdrawn'), 'pledge.promise': _l('Payment promised'),
    'pledge.paid_already': _l('Said to be paid'), 'pledge.kept': _l('Promise kept'),
    'pledge.broken': _l('Promise not kept')}


def chip(found: InvoiceView) -> tuple[str, str]:
    """The status chip of a document."""
    return chip_of(found.invoice, found.today)


def name_of(invoice: Invoice) -> str:
    """What a document is called: its number, or that it is a draft."""
    return invoice.number or _('Draft')


def context_of(found: InvoiceView) -> str:
    """The line below the number: its date, when it is due or what it corrects, and the references."""
    invoice = found.invoice
    parts = [_('Reminder fee') if invoice.is_charge else '', formats.date(invoice.issued_on)]
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        parts.append(_('for invoice {number}').format(number=invoice.corrects_number)
                     if invoice.corrects_number else '')
    elif invoice.due_on is not None and invoice.status in UNSETTLED:
        parts.append(_('due {date} ({distance})').format(
            date=formats.date(invoice.due_on), distance=due_text(invoice.due_on, found.today)))
    if invoice.po_number:
        parts.append(_('PO number {po}').format(po=invoice.po_number))
    return ' · '.join(part for part in parts if part)


def paper_acts(found: InvoiceView) -> list[Act]:
    """Taking the document away: as PDF and for machines."""
    if found.invoice.number is None:
        return []
    folder = 'invoices' if found.invoice.kind is InvoiceKind.INVOICE else 'credit-notes'
    path = f'/download/{folder}/{found.invoice.number}'
    pdf = Act(_('Download PDF'), 'download', path=f'{path}.pdf')
    return [pdf] if found.of_charge else [pdf, Act(_('Download e-invoice'), 'file-down', path=f'{path}.xml')]


class InvoicePage:
    """The body of a document's page; `show` brings it up to date without building it anew."""

    def __init__(self, view: View, document: Document, item_path: Callable[[InvoiceLine], str], *,
                 is_credit: bool = False) -> None:
        self.item_path = item_path
        self.own = _('your number {number}') if view.actor.is_portal else _('their number {number}')
        self.href = view.href
        with document.main:
            self.lines = documents.lines(view, _('Lines'), [
                (_('Item'), False), (_('Quantity'), True), (_('Price'), True), (_('VAT'), True), (_('Net'), True)], [])
            self.settled = documents.lines(view, _('Used for') if is_credit else _('Settled by'), [
                (_('What'), False), (_('When'), False), (_('Amount'), True)], [])
            self.history = documents.history(view, [])
        with document.side:
            self.totals = documents.totals(view, [])
            self.bank = documents.facts(view, _('How to pay'), [('', '')])
            self.places = documents.addresses(view, _('Addresses'), [])
            self.facts = documents.facts(view, _('About this document'), [('', '')])
            self.related = documents.related(view, [])

    def show(self, found: InvoiceView) -> None:
        """Show this state of the document."""
        invoice = found.invoice
        many = len({line.order_number for line in found.lines if line.order_number}) > 1
        self.lines.show(documents.line_rows([self._line(line, invoice, many) for line in found.lines]))
        self.settled.show(documents.line_rows([_settled(row, invoice.currency) for row in found.settled]))
        self.settled.set_visibility(bool(found.settled))
        self.totals.show([{'label': label, 'text': text, 'sum': last} for label, text, last in sums(invoice)])
        bank = _bank(invoice)
        self.bank.show([{'label': label, 'text': text, 'path': ''} for label, text in bank if text])
        self.bank.set_visibility(any(text for _label, text in bank))
        self.places.show([{'label': label, 'lines': address_lines(copy)} for label, copy in (
            (_('Bill to'), invoice.bill_to), (_('Ship to'), invoice.ship_to)) if copy])
        self.facts.show([{'label': label, 'text': text, 'path': ''} for label, text in conditions(invoice) if text])
        self.related.show([{'text': number, 'path': self.href(path)} for number, path in found.related])
        self.related.set_visibility(bool(found.related))
        self.history.show([vars(row) for row in happened(found.events)])

    def _line(self, line: InvoiceLine, invoice: Invoice, many: bool) -> list[str | Cell]:
        note = ' · '.join(part for part in (
            _('order {number}').format(number=line.order_number) if many and line.order_number else '',
            self.own.format(number=line.own_number) if line.own_number else '', line.note) if part)
        return [Cell(line.name, strong=line.sku, note=note, path=self.item_path(line)),
                formats.quantity(line.quantity, line.unit), formats.money(line.unit_price, invoice.currency),
                formats.percent(line.tax_rate), formats.money(line.net, invoice.currency)]


def sums(invoice: Invoice) -> list[tuple[str, str, bool]]:
    """The totals of a document as label, amount and whether it is the last: net, VAT by rate, what is settled, open."""
    def amount(value: Decimal) -> str:
        return formats.money(value, invoice.currency)

    rows = [(_('Subtotal'), amount(invoice.lines_net), False)]
    if invoice.shipping_net:
        rows.append((_('Shipping'), amount(invoice.shipping_net), False))
    for tax in invoice.taxes:
        label = _('{vat} on {net}').format(vat=tax_label(tax['category'], Decimal(tax['rate'])),
                                           net=amount(Decimal(tax['taxable'])))
        rows.append((label, amount(Decimal(tax['tax'])), False))
    if not invoice.settled:
        return [*rows, (_('Total'), amount(invoice.gross), True)]
    is_credit = invoice.kind is InvoiceKind.CREDIT_NOTE
    return [*rows, (_('Total'), amount(invoice.gross), False),
            (_('Used') if is_credit else _('Settled'), amount(-invoice.settled), False),
            (_('Not used yet') if is_credit else pgettext('amount', 'Open'), amount(invoice.open), True)]


def conditions(invoice: Invoice) -> list[tuple[str, str]]:
    """What else stands on a document."""
    discount = _('{amount} less until {day}').format(
        amount=formats.money(invoice.discount, invoice.currency),
        day=formats.date(invoice.discount_until)) if invoice.discount_until else ''
    parts = [_('{amount} by {day}').format(
        amount=formats.money(Decimal(part['amount']), invoice.currency),
        day=formats.date(dt.date.fromisoformat(part['on']))) for part in invoice.instalments]
    delivered = formats.date(invoice.delivered_from)
    if invoice.delivered_to and invoice.delivered_to != invoice.delivered_from:
        delivered = f'{delivered} – {formats.date(invoice.delivered_to)}'
    return [(_('Reason'), invoice.reason), (_('Due'), formats.date(invoice.due_on) if invoice.gross else ''),
            (_('Early-payment discount'), discount), (_('Instalments'), '; '.join(parts)), (_('Delivered'), delivered),
            (_('Your reference'), invoice.buyer_reference),
            (_('VAT number'), str(invoice.bill_to.get('vat_id') or '')),
            (_('Why no VAT'), '; '.join(tax['reason'] for tax in invoice.taxes if tax.get('reason'))),
            (_('Disputed'), formats.money(invoice.disputed, invoice.currency) if invoice.disputed else ''),
            (_('Note'), invoice.note)]


def _bank(invoice: Invoice) -> list[tuple[str, str]]:
    """The seller's account and the reference to pay with, while something is open."""
    if invoice.kind is InvoiceKind.CREDIT_NOTE or invoice.status not in UNSETTLED:
        return []
    seller = invoice.seller
    return [(_('Account holder'), str(seller.get('legal_name') or seller.get('name') or '')),
            (_('IBAN'), str(seller.get('iban') or '')), (_('BIC'), str(seller.get('bic') or '')),
            (_('Payment reference'), invoice.payment_reference)]


def _settled(row: Settled, currency: str) -> list[str | Cell]:
    undone = (_('Taken back'), 'mute') if row.reversed_at else None
    note = ' · '.join(part for part in (documents.by_person(row.by), row.why) if part)
    return [Cell(row.number, strong=row.label, note=note, chip=undone, path=row.path), formats.moment(row.at),
            formats.money(row.amount, currency)]


def happened(events: tuple[Event, ...]) -> list[Happened]:
    """The history of a document, newest first."""
    return [Happened(str(SAYINGS.get(event.action, _('Changed'))), formats.moment(event.at), event.actor_name,
                     event.note) for event in reversed(events)]


def tiles(found: MoneyFigures) -> list[dict[str, str]]:
    """What is open, overdue and due soon, as tiles."""
    def tile(label: str, amount: Decimal, count: int) -> dict[str, str]:
        note = ngettext('{count} invoice', '{count} invoices', count).format(count=formats.number(count))
        return {'label': label, 'value': formats.money(amount, found.currency), 'note': note}

    return [tile(pgettext('amount', 'Open'), found.open, found.open_count),
            tile(_('Overdue'), found.overdue, found.overdue_count),
            tile(_('Due within 7 days'), found.soon, found.soon_count)]
