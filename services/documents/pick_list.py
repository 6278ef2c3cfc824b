"""The pick and pack list as PDF for the warehouse, with a bar code to find the shipment again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from models.core.words import _, language
from services.core import formats
from services.documents.page import INNER, Letterhead, LineColumn, Paper, is_mirrored, line_table, make_pdf
from services.documents.text import P


@dataclass(frozen=True)
class PickLine:
    """What to take: how much of which item, from which place (a warehouse, and a shelf where it has one)."""

    sku: str
    name: str
    quantity: Decimal
    unit: str = ''
    place: str = ''
    ean: str = ''
    order_number: str = ''
    note: str = ''


@dataclass(frozen=True)
class PickListPaper:
    """A shipment as the warehouse picks it, its lines in the order of the way through it; texts in `language`."""

    seller: Letterhead
    number: str
    made_on: dt.date
    customer: str
    account: str
    ship_to: tuple[str, ...]
    lines: tuple[PickLine, ...]
    warehouse: str = ''
    order_number: str = ''
    delivery: str = ''
    wanted_on: dt.date | None = None
    note: str = ''
    language: str = 'en'


def pick_list_pdf(pick: PickListPaper) -> bytes:
    """The pick list of a shipment as a PDF in its language."""
    with language(pick.language):
        facts = ((_('Shipment'), pick.number), (_('Date'), formats.date(pick.made_on)), (_('Account'), pick.account),
                 (_('Order'), pick.order_number), (_('Warehouse'), pick.warehouse), (_('Delivery'), pick.delivery),
                 (_('Wanted on'), formats.date(pick.wanted_on)))
        paper = Paper(pick.seller, _('Pick list'), pick.number, pick.ship_to,
                      tuple((label, text) for label, text in facts if text))
    return make_pdf(paper, lambda: _content(pick), code=pick.language)


def _content(pick: PickListPaper) -> list[Flowable]:
    columns = [LineColumn(_('Place'), 30), LineColumn(_('Item'), 0), LineColumn(_('Quantity'), 28, end=True),
               LineColumn(_('Picked'), 24, end=True)]
    rows = [(line.place or '–', _item(line), formats.quantity(line.quantity, line.unit), '__________')
            for line in pick.lines]
    table = line_table(columns, rows, [Decimal(0)] * len(rows), show=str)
    words = [Spacer(0, 5 * mm), P(_('Note'), small=True, bold=True), P(pick.note, width=INNER)] if pick.note else []
    packed = [Spacer(0, 10 * mm), P(_('Parcels, weight, packed by'), small=True), Spacer(0, 10 * mm), P('_' * 60)]
    return [*_code(pick.number), table, *words, *packed]


def _code(number: str) -> list[Flowable]:
    """The number as Code 128 (ISO/IEC 15417), which knows ASCII only."""
    if not number.isascii() or not number.isprintable() or not 0 < len(number) <= 24:
        return []
    code = Code128(number, barHeight=11 * mm, barWidth=0.9, humanReadable=False, quiet=False,
                   barFillColor=colors.black)
    code.hAlign = 'RIGHT' if is_mirrored() else 'LEFT'
    return [code, Spacer(0, 5 * mm)]


def _item(line: PickLine) -> str:
    rest = ' · '.join(text for text in (line.ean, line.order_number) if text)
    return '\n'.join(text for text in (f'{line.sku}  {line.name}', rest, line.note) if text)
