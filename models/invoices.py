"""Invoices and credit notes: frozen at issue, numbered without gaps, corrected only by a credit note."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from models.core.entity import (
    CustomerOwned,
    Entity,
    Versioned,
    amount,
    choice,
    document,
    long_text,
    maybe_moment,
    maybe_reference,
    moment,
    percent,
    quantity,
    reference,
    text,
)
from models.core.money import rounded


class InvoiceKind(StrEnum):
    """What the document is (EN 16931 BT-3: 380 and 381)."""

    INVOICE = 'invoice'
    CREDIT_NOTE = 'credit_note'


class InvoiceStatus(StrEnum):
    """How much of it is settled; a function of the numbers, but for drafts and what was written off.

    An invoice is settled by payments, credits, discounts and write-offs; a credit note by being used or paid out.
    """

    DRAFT = 'draft'
    ISSUED = 'issued'
    PARTLY_PAID = 'partly_paid'
    PAID = 'paid'
    CREDITED = 'credited'
    WRITTEN_OFF = 'written_off'


UNSETTLED = (InvoiceStatus.ISSUED, InvoiceStatus.PARTLY_PAID)
CLOSED = (InvoiceStatus.PAID, InvoiceStatus.CREDITED, InvoiceStatus.WRITTEN_OFF)


class InvoicingRule(StrEnum):
    """When a customer is invoiced."""

    ON_SHIPMENT = 'on_shipment'
    ON_ORDER = 'on_order'
    MONTHLY = 'monthly'


_CHARGED = sa.text('reminder_id IS NOT NULL')
_IN_PARTS = sa.text("CAST(instalments AS TEXT) != '[]'")


class Invoice(Entity, CustomerOwned, Versioned, table=True):
    """An invoice or, by `kind`, a credit note; all amounts are positive, and nothing but what is settled ever changes.

    `open` = gross − settled, where settled = Σ live allocations on it (of a credit note: from it, and paid out).
    `credited` is Σ gross of the credit notes that correct an invoice; `corrects_id` is the invoice a credit note refers
    to (BG-3); `reminder_id` is the reminder whose fee and interest this asks for. `instalments` are
    [{'on': date, 'amount': text}]; `taxes` say for each category but S why there is none.
    """

    __tablename__ = 'invoice'
    __table_args__ = (sa.UniqueConstraint('customer_id', 'id'),
                      sa.UniqueConstraint('number'),
                      sa.Index('ix_invoice_reminder', 'reminder_id', unique=True, sqlite_where=_CHARGED,
                               postgresql_where=_CHARGED),
                      sa.Index('ix_invoice_customer_issued', 'customer_id', 'kind', 'issued_on'),
                      sa.Index('ix_invoice_kind_issued', 'kind', 'issued_on', 'status', 'currency', 'gross'),
                      sa.Index('ix_invoice_due', 'status', 'due_on', 'reminder_level', 'reminded_on'),
                      sa.Index('ix_invoice_parts', 'status', sqlite_where=_IN_PARTS, postgresql_where=_IN_PARTS),
                      sa.Index('ix_invoice_customer_open', 'customer_id', 'status', 'due_on'),
                      sa.CheckConstraint('net + tax = gross', name='sum'),
                      sa.CheckConstraint('settled >= 0 AND settled <= gross', name='settled'),
                      sa.CheckConstraint('credited >= 0 AND credited <= gross', name='credited'))

    number: str | None = text(40, default=None)
    kind: InvoiceKind = choice(InvoiceKind, InvoiceKind.INVOICE)
    status: InvoiceStatus = choice(InvoiceStatus, InvoiceStatus.DRAFT)
    order_id: uuid.UUID | None = maybe_reference('order.id', index=True)
    order_number: str = text(200)
    shipment_id: uuid.UUID | None = maybe_reference('shipment.id', index=True)
    corrects_id: uuid.UUID | None = maybe_reference('invoice.id', index=True)
    corrects_number: str = text(40)
    corrects_on: dt.date | None = None
    reminder_id: uuid.UUID | None = maybe_reference('reminder.id')
    reason: str = text(300)
    created_at: dt.datetime = moment()
    issued_at: dt.datetime | None = maybe_moment()
    issued_on: dt.date | None = None
    due_on: dt.date | None = None
    delivered_from: dt.date | None = None
    delivered_to: dt.date | None = None
    currency: str = text(3, default='EUR')
    language: str = text(2, default='en')
    seller: dict[str, Any] = document()
    bill_to: dict[str, Any] = document()
    ship_to: dict[str, Any] = document()
    po_number: str = text(60, index=True)
    buyer_reference: str = text(100)
    payment_reference: str = text(40, index=True)
    terms_days: int = 30
    discount_percent: Decimal = percent(Decimal(0))
    discount_until: dt.date | None = None
    instalments: list[dict[str, str]] = document(list)
    lines_net: Decimal = amount(Decimal(0))
    shipping_net: Decimal = amount(Decimal(0))
    shipping_name: str = text(120)
    shipping_tax_category: str = text(2, default='S')
    shipping_tax_rate: Decimal = percent(Decimal(0))
    net: Decimal = amount(Decimal(0))
    tax: Decimal = amount(Decimal(0))
    gross: Decimal = amount(Decimal(0))
    taxes: list[dict[str, str]] = document(list)
    settled: Decimal = amount(Decimal(0))
    credited: Decimal = amount(Decimal(0))
    line_count: int = 0
    note: str = long_text()
    source: str = text(20, default='office')
    closed_at: dt.datetime | None = maybe_moment()
    disputed: Decimal = amount(Decimal(0))
    reminder_level: int = 0
    reminded_on: dt.date | None = None
    paused_until: dt.date | None = None
    pause_reason: str = text(120)

    @property
    def is_charge(self) -> bool:
        """Whether it asks for the fee and interest of a reminder, not for goods."""
        return self.reminder_id is not None

    @property
    def open(self) -> Decimal:
        """What is still to be paid of an invoice, or to be used of a credit note."""
        return self.gross - self.settled

    @property
    def due_now(self) -> Decimal:
        """What may be asked for: open without what is disputed."""
        return max(self.open - self.disputed, Decimal(0))

    @property
    def discount(self) -> Decimal:
        """What may be deducted when all is paid by the day of the early-payment discount."""
        return rounded(self.gross * self.discount_percent / 100, self.currency)

    def is_overdue(self, today: dt.date) -> bool:
        """Whether something undisputed is open after the day it was due (flows 3.0.10)."""
        return (self.kind is InvoiceKind.INVOICE and self.status in UNSETTLED and self.due_on is not None
                and self.due_on < today and self.due_now > 0)

    def status_for(self, settled: Decimal) -> InvoiceStatus:
        """The status that so much settled makes; drafts and written-off ones are decided by their acts.

        An invoice that is settled and wholly credited is credited, whether it was paid before or not.
        """
        if settled < self.gross:
            return InvoiceStatus.PARTLY_PAID if settled else InvoiceStatus.ISSUED
        return InvoiceStatus.CREDITED if self.gross and self.credited == self.gross else InvoiceStatus.PAID


class InvoiceLine(Entity, CustomerOwned, table=True):
    """A line as invoiced; net = quantity × unit price rounded once (BT-131).

    A line of a credit note `reopens` what it takes back when those goods are to be invoiced anew. `tax_class` and
    `is_service` say of a typed line from which its VAT follows when it is issued.
    """

    __tablename__ = 'invoice_line'
    __table_args__ = (sa.ForeignKeyConstraint(['customer_id', 'invoice_id'], ['invoice.customer_id', 'invoice.id']),
                      sa.Index('ix_invoice_line_invoice', 'invoice_id', 'position'))

    invoice_id: uuid.UUID = reference('invoice.id', index=False)
    position: int = 0
    order_line_id: uuid.UUID | None = maybe_reference('order_line.id', index=True)
    shipment_line_id: uuid.UUID | None = maybe_reference('shipment_line.id')
    corrects_line_id: uuid.UUID | None = maybe_reference('invoice_line.id', index=True)
    item_id: uuid.UUID | None = maybe_reference('item.id')
    order_number: str = text(40)
    sku: str = text(60)
    name: str = text(300)
    own_number: str = text(80)
    unit: str = text(12)
    quantity: Decimal = quantity()
    unit_price: Decimal = amount()
    tax_category: str = text(2, default='S')
    tax_rate: Decimal = percent(Decimal(0))
    net: Decimal = amount()
    reopens: bool = False
    tax_class: str = text(10)
    is_service: bool = False
    note: str = text(300)


class VatCheck(Entity, CustomerOwned, table=True):
    """One look at a VAT number: by its format, or by the official service with what it answered."""

    __tablename__ = 'vat_check'
    __table_args__ = (sa.Index('ix_vat_check_customer', 'customer_id', 'vat_id', 'at'),)

    vat_id: str = text(40)
    at: dt.datetime = moment()
    source: str = text(20)
    valid: bool | None = None
    name: str = text(300)
    consultation: str = text(80)
    error: str = text(300)
