"""The delivery note as PDF, which goes with the goods and says no prices: frozen data in, bytes out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from models.core.words import _, language
from services.core import formats
from services.documents.page import INNER, Letterhead, LineColumn, Paper, line_table, make_pdf
from services.documents.text import P


@dataclass(frozen=True)
class DeliveryLine:
    """A line of goods in this delivery; `to_follow` is what is still to come of it."""

    sku: str
    name: str
    quantity: Decimal
    unit: str = ''
    own_number: str = ''
    order_number: str = ''
    to_follow: Decimal = Decimal(0)
    note: str = ''


@dataclass(frozen=True)
class Parcel:
    """One parcel: who carries it and under which number it is followed."""

    carrier: str
    tracking: str = ''


@dataclass(frozen=True)
class DeliveryNotePaper:
    """A shipment as its delivery note prints it; `ship_to` is the address in lines, texts in `language`."""

    seller: Letterhead
    number: str
    shipped_on: dt.date
    customer: str
    account: str
    ship_to: tuple[str, ...]
    lines: tuple[DeliveryLine, ...]
    order_number: str = ''
    reference: str = ''
    delivery: str = ''
    parcels: tuple[Parcel, ...] = ()
    note: str = ''
    language: str = 'en'


def delivery_note_pdf(note: DeliveryNotePaper) -> bytes:
    """The delivery note of a shipment as a PDF in its language."""
    with language(note.language):
        facts = ((_('Shipment'), note.number), (_('Shipped on'), formats.date(note.shipped_on)),
                 (_('Account'), note.account), (_('Order'), note.order_number), (_('Your reference'), note.reference),
                 (_('Delivery'), note.delivery))
        paper = Paper(note.seller, _('Delivery note'), note.number, note.ship_to,
                      tuple((label, text) for label, text in facts if text))
    return make_pdf(paper, lambda: _content(note), code=note.language)


def _content(note: DeliveryNotePaper) -> list[Flowable]:
    follows = any(line.to_follow for line in note.lines)
    columns = [LineColumn('#', 9), LineColumn(_('Item'), 0), LineColumn(_('Quantity'), 32, end=True)]
    if follows:
        columns.append(LineColumn(_('Still to come'), 32, end=True))
    rows = [(str(place), _item(line), formats.quantity(line.quantity, line.unit),
             *((formats.quantity(line.to_follow, line.unit) if line.to_follow else '–',) if follows else ()))
            for place, line in enumerate(note.lines, 1)]
    table = line_table(columns, rows, [Decimal(0)] * len(rows), show=str)
    parcels = [P(_('{carrier}, number {tracking}').format(carrier=parcel.carrier, tracking=parcel.tracking)
                 if parcel.tracking else parcel.carrier) for parcel in note.parcels]
    sent = [Spacer(0, 6 * mm), P(_('Parcels'), small=True, bold=True), *parcels] if parcels else []
    words = [Spacer(0, 5 * mm), P(_('Note'), small=True, bold=True), P(note.note, width=INNER)] if note.note else []
    taken = KeepTogether([Spacer(0, 14 * mm), P(_('Received complete and undamaged: date, name, signature'),
                                               small=True), Spacer(0, 12 * mm), P('_' * 60)])
    return [table, *sent, *words, taken]


def _item(line: DeliveryLine) -> str:
    own = _('Your number: {number}').format(number=line.own_number) if line.own_number else ''
    order = _('Order {number}').format(number=line.order_number) if line.order_number else ''
    return '\n'.join(text for text in (f'{line.sku}  {line.name}', own, order, line.note) if text)
