"""What of an invoice is not credited yet: by line, of its freight, by VAT rate, and in all."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlmodel import col, select

from models.core.money import line_net, rounded
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from services.core.work import Work

ZERO = Decimal(0)
Key = tuple[str, Decimal]


class Sums(NamedTuple):
    """The taxable amount of a VAT category and rate, and its VAT."""

    taxable: Decimal
    tax: Decimal


@dataclass(frozen=True)
class LeftLine:
    """What of an invoice's line is left."""

    line: InvoiceLine
    quantity: Decimal
    net: Decimal

    def worth(self, quantity: Decimal, currency: str) -> Decimal:
        """The net of so much of it; the last of it takes what rounding left."""
        if quantity == self.quantity:
            return self.net
        return min(line_net(self.line.unit_price, quantity, currency), self.net)


@dataclass(frozen=True)
class Left:
    """What of an invoice can still be credited."""

    lines: tuple[LeftLine, ...]
    freight: Decimal
    rates: Mapping[Key, Sums]
    gross: Decimal

    def tax_on(self, key: Key, taxable: Decimal, currency: str) -> Decimal:
        """The VAT that goes back with so much of a rate, never more than is left; the last takes all that is left."""
        rest = self.rates.get(key, Sums(ZERO, ZERO))
        return rest.tax if taxable == rest.taxable else min(rounded(taxable * key[1] / 100, currency), rest.tax)


def notes_of(work: Work, invoice: Invoice) -> Sequence[Invoice]:
    """The credit notes that correct an invoice, oldest first."""
    return tuple(work.session.exec(work.reach(Invoice).where(
        Invoice.corrects_id == invoice.id, Invoice.kind == InvoiceKind.CREDIT_NOTE,
        Invoice.status != InvoiceStatus.DRAFT).order_by(Invoice.issued_at, Invoice.number)))


def left_of(work: Work, invoice: Invoice, lines: Iterable[InvoiceLine]) -> Left:
    """What is left of an invoice after the credit notes it has."""
    notes = notes_of(work, invoice)
    gone: dict[uuid.UUID | None, tuple[Decimal, Decimal]] = {}
    for line in work.session.exec(select(InvoiceLine).where(
            col(InvoiceLine.invoice_id).in_([note.id for note in notes]),
            col(InvoiceLine.corrects_line_id).is_not(None))):
        quantity, net = gone.get(line.corrects_line_id, (ZERO, ZERO))
        gone[line.corrects_line_id] = quantity + line.quantity, net + line.net
    rates = table(invoice)
    for note in notes:
        for key, sums in table(note).items():
            rest = rates.get(key, Sums(ZERO, ZERO))
            rates[key] = Sums(rest.taxable - sums.taxable, rest.tax - sums.tax)
    rest_lines = tuple(LeftLine(line, line.quantity - gone.get(line.id, (ZERO, ZERO))[0],
                                line.net - gone.get(line.id, (ZERO, ZERO))[1]) for line in lines)
    return Left(rest_lines, invoice.shipping_net - sum((note.shipping_net for note in notes), ZERO), rates,
                invoice.gross - invoice.credited)


def table(invoice: Invoice) -> dict[Key, Sums]:
    """The VAT table of a document as numbers."""
    return {(tax['category'], Decimal(tax['rate'])): Sums(Decimal(tax['taxable']), Decimal(tax['tax']))
            for tax in invoice.taxes}
