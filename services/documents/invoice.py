"""Invoices and credit notes as PDF: frozen data in, bytes out."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from models.core.words import _, language
from services.core import formats
from services.documents.invoice_paper import BilledLine, InvoicePaper, reason_of, terms_of
from services.documents.page import INNER, LineColumn, Paper, line_table, make_pdf, totals_block
from services.documents.payment_part import payment_part
from services.documents.text import P


def invoice_pdf(paper: InvoicePaper) -> bytes:
    """The document as a PDF in its customer's language."""
    with language(paper.language):
        sheet = Paper(paper.head, paper.title, paper.number, paper.bill_to, _facts(paper))
    return make_pdf(sheet, lambda: _content(paper), code=paper.language)


def _facts(paper: InvoicePaper) -> tuple[tuple[str, str], ...]:
    facts = ((_('Number'), paper.number), (_('Date'), formats.date(paper.issued_on)), (_('Account'), paper.account),
             (_('For invoice'), paper.corrects), (_('Order'), paper.order_number),
             (_('Your order'), paper.po_number), (_('Your reference'), paper.buyer_reference),
             (_('Delivered'), delivered(paper)), (_('Your VAT number'), paper.buyer.vat_id),
             ('' if paper.is_credit else _('Due'), formats.date(paper.due_on)))
    return tuple((label, text) for label, text in facts if label and text)


def delivered(paper: InvoicePaper) -> str:
    """The day or days goods were delivered (BT-72, BG-14)."""
    first, last = paper.delivered_from or paper.delivered_to, paper.delivered_to or paper.delivered_from
    return formats.date(first) if first == last else f'{formats.date(first)} – {formats.date(last)}'


def _content(paper: InvoicePaper) -> list[Flowable]:
    rates = len({(line.category, line.rate) for line in paper.lines}) > 1
    columns = [LineColumn('#', 9), LineColumn(_('Item'), 0), LineColumn(_('Quantity'), 26, end=True),
               LineColumn(_('Price'), 28, end=True), *([LineColumn(_('VAT'), 14, end=True)] if rates else ()),
               LineColumn(_('Net'), 30, end=True)]
    rows = [(str(place), _item(line, paper), formats.quantity(line.quantity, line.unit), paper.money(line.unit_price),
             *((formats.percent(line.rate),) if rates else ()), paper.money(line.net))
            for place, line in enumerate(paper.lines, 1)]
    table = line_table(columns, rows, [line.net for line in paper.lines], show=paper.money) if rows else Spacer(0, 0)
    return [*_before(paper), table, _sums(paper), *_after(paper), *payment_part(paper)]


def _sums(paper: InvoicePaper) -> Flowable:
    sums = []
    if paper.charges or paper.allowances:
        sums.append((_('Subtotal'), paper.money(paper.lines_net)))
        sums += [(extra.name or _('Discount'), paper.money(-extra.net)) for extra in paper.allowances]
        sums += [(extra.name or _('Shipping'), paper.money(extra.net)) for extra in paper.charges]
    sums += [(_('Net'), paper.money(paper.net)), (_('VAT'), paper.money(paper.tax))]
    if paper.prepaid:
        sums += [(_('Total'), paper.money(paper.gross)), (_('Already paid'), paper.money(-paper.prepaid)),
                 (_('To pay'), paper.money(paper.due))]
    else:
        sums.append((_('Credit') if paper.is_credit else _('Total'), paper.money(paper.gross)))
    taxes = [(formats.percent(tax.rate), paper.money(tax.taxable), paper.money(tax.tax)) for tax in paper.taxes]
    return totals_block(taxes, sums)


def _before(paper: InvoicePaper) -> list[Flowable]:
    out: list[Flowable] = []
    if paper.is_credit and paper.corrects:
        text = _('This credit note corrects invoice {number} of {date}.') if paper.corrects_on else _(
            'This credit note corrects invoice {number}.')
        out.append(P(text.format(number=paper.corrects, date=formats.date(paper.corrects_on)), width=INNER))
    if paper.reason:
        out.append(P(_('Reason: {reason}').format(reason=paper.reason), width=INNER))
    if out:
        out.append(Spacer(0, 4 * mm))
    if paper.ship_to_lines and paper.ship_to_lines != paper.bill_to:
        out += [P(_('Delivered to'), small=True, bold=True), P(', '.join(paper.ship_to_lines), width=INNER),
                Spacer(0, 4 * mm)]
    return out


def _after(paper: InvoicePaper) -> list[Flowable]:
    several = len(paper.taxes) > 1
    reasons = [_('VAT {rate}: {reason}').format(rate=formats.percent(tax.rate), reason=reason) if several else reason
               for tax in paper.taxes if (reason := reason_of(tax))]
    out: list[Flowable] = [Spacer(0, 4 * mm)]
    out += [P(text, width=INNER) for text in (*reasons, *terms_of(paper))]
    if paper.note:
        out += [Spacer(0, 4 * mm), P(_('Note'), small=True, bold=True), P(paper.note, width=INNER)]
    return out


def _item(line: BilledLine, paper: InvoicePaper) -> str:
    own = _('Your number: {number}').format(number=line.own_number) if line.own_number else ''
    order = _('Order {number}').format(number=line.order_number) \
        if line.order_number and line.order_number != paper.order_number else ''
    return '\n'.join(text for text in (f'{line.sku}  {line.name}'.strip(), own, order, line.note) if text)
