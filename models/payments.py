"""Payments, what they settle, refunds, and what gateways and banks told us."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

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
    reference,
    text,
)
from models.core.states import Transition as T
from models.core.states import TransitionTable


class PaymentStatus(StrEnum):
    """Where money stands; `unknown` is an attempt whose answer was lost, which the reconciler settles."""

    CREATED = 'created'
    PENDING = 'pending'
    UNKNOWN = 'unknown'
    RECEIVED = 'received'
    PARTLY_REFUNDED = 'partly_refunded'
    REFUNDED = 'refunded'
    CHARGED_BACK = 'charged_back'
    FAILED = 'failed'
    CANCELLED = 'cancelled'
    EXPIRED = 'expired'


UNDER_WAY = (PaymentStatus.CREATED, PaymentStatus.PENDING, PaymentStatus.UNKNOWN)
IN_HAND = (PaymentStatus.RECEIVED, PaymentStatus.PARTLY_REFUNDED, PaymentStatus.REFUNDED)
LET_GO = (PaymentStatus.FAILED, PaymentStatus.CANCELLED, PaymentStatus.EXPIRED)

TRANSITIONS = TransitionTable(
    T(PaymentStatus.CREATED, 'leave', PaymentStatus.PENDING, 'payments.make'),
    T(PaymentStatus.PENDING, 'leave', PaymentStatus.PENDING, 'payments.make'),
    T(PaymentStatus.UNKNOWN, 'leave', PaymentStatus.UNKNOWN, 'payments.make'),
    T(PaymentStatus.PENDING, 'lose', PaymentStatus.UNKNOWN, 'system'),
    T(PaymentStatus.UNKNOWN, 'lose', PaymentStatus.UNKNOWN, 'system'),
    *(T(status, 'receive', PaymentStatus.RECEIVED, 'system') for status in (*UNDER_WAY, *LET_GO)),
    *(T(status, 'fail', PaymentStatus.FAILED, 'system') for status in UNDER_WAY),
    *(T(status, 'cancel', PaymentStatus.CANCELLED, 'payments.make') for status in UNDER_WAY),
    *(T(status, 'expire', PaymentStatus.EXPIRED, 'system') for status in UNDER_WAY),
    *(T(status, 'refund', PaymentStatus.PARTLY_REFUNDED, 'payments.write')
      for status in (PaymentStatus.RECEIVED, PaymentStatus.PARTLY_REFUNDED)),
    T(PaymentStatus.RECEIVED, 'undo', PaymentStatus.CANCELLED, 'payments.write'),
    *(T(status, 'charge_back', PaymentStatus.CHARGED_BACK, 'payments.write') for status in IN_HAND),
)
"""The life of a payment. Money that comes late is money: what was let go can still be received. A refund of all that is
left leads to `refunded`, one of less to `partly_refunded`. What was booked from a wrong entry of the bank is undone."""


class Payment(Entity, CustomerOwned, Versioned, table=True):
    """Money of a customer, or his attempt to pay; free credit = amount − allocated − refunded once it is in hand.

    `method` is bank, cash, card, test, …; `gateway` and `gateway_reference` name the attempt at the gateway.
    `wishes` are what it is meant for: [{'invoice': id, 'amount': text}], with {'credit': id} or {'money': id} those
    that are met by a credit note or by free money of an earlier payment. `key` makes one submit one attempt. `fee` is
    what the method costs on top of `amount`; the customer is charged both.
    """

    __tablename__ = 'payment'
    __table_args__ = (sa.UniqueConstraint('customer_id', 'id'),
                      sa.UniqueConstraint('gateway', 'gateway_reference'),
                      sa.Index('ix_payment_customer_created', 'customer_id', 'created_at'),
                      sa.Index('ix_payment_status_created', 'status', 'created_at'),
                      sa.Index('ix_payment_customer_free', 'customer_id', 'status', 'currency', 'amount', 'allocated',
                               'refunded'),
                      sa.CheckConstraint('amount > 0 AND fee >= 0', name='some'),
                      sa.CheckConstraint('allocated >= 0 AND refunded >= 0 AND allocated + refunded <= amount',
                                         name='spent'))

    number: str = text(40, default=..., unique=True)
    status: PaymentStatus = choice(PaymentStatus, PaymentStatus.CREATED)
    method: str = text(20)
    gateway: str | None = text(20, default=None)
    gateway_reference: str | None = text(200, default=None)
    key: str | None = Field(default=None, max_length=120, unique=True)
    currency: str = text(3, default='EUR')
    fee: Decimal = amount(Decimal(0))
    allocated: Decimal = amount(Decimal(0))
    refunded: Decimal = amount(Decimal(0))
    amount: Decimal = amount()
    order_id: uuid.UUID | None = maybe_reference('order.id', index=True)
    wishes: list[dict[str, str]] = document(list)
    reference: str = text(140)
    note: str = text(300)
    failure: str = text(300)
    created_at: dt.datetime = moment()
    created_by_id: uuid.UUID | None = maybe_reference('user.id')
    created_by_name: str = text(200)
    received_at: dt.datetime | None = maybe_moment()
    received_on: dt.date | None = None
    expires_at: dt.datetime | None = maybe_moment(index=True)
    next_look_at: dt.datetime | None = maybe_moment(index=True)

    @property
    def charged(self) -> Decimal:
        """What is taken from the customer: the amount and the fee of the method."""
        return self.amount + self.fee

    @property
    def free(self) -> Decimal:
        """What of the money in hand is not used yet: the customer's credit."""
        return self.amount - self.allocated - self.refunded if self.status in IN_HAND else Decimal(0)


class AllocationKind(StrEnum):
    """What settles an invoice: money, a credit note, an early-payment discount, a small rest let go, or history."""

    PAYMENT = 'payment'
    CREDIT = 'credit'
    DISCOUNT = 'discount'
    WRITE_OFF = 'write_off'
    HISTORY = 'history'


class Allocation(Entity, CustomerOwned, table=True):
    """So much of an invoice is settled by this; taken back only by `reversed_at`, never deleted."""

    __tablename__ = 'allocation'
    __table_args__ = (sa.ForeignKeyConstraint(['customer_id', 'invoice_id'], ['invoice.customer_id', 'invoice.id']),
                      sa.ForeignKeyConstraint(['customer_id', 'payment_id'], ['payment.customer_id', 'payment.id']),
                      sa.ForeignKeyConstraint(['customer_id', 'credit_id'], ['invoice.customer_id', 'invoice.id']),
                      sa.CheckConstraint('amount > 0', name='some'),
                      sa.CheckConstraint("(kind = 'payment') = (payment_id IS NOT NULL)", name='money'),
                      sa.CheckConstraint("(kind = 'credit') = (credit_id IS NOT NULL)", name='credit'))

    kind: AllocationKind = choice(AllocationKind)
    invoice_id: uuid.UUID = reference('invoice.id')
    payment_id: uuid.UUID | None = maybe_reference('payment.id', index=True)
    credit_id: uuid.UUID | None = maybe_reference('invoice.id', index=True)
    amount: Decimal = amount()
    at: dt.datetime = moment()
    by_name: str = text(200)
    reversed_at: dt.datetime | None = maybe_moment()
    reverse_reason: str = text(200)


class RefundState(StrEnum):
    """Where money on its way back stands."""

    ASKED = 'asked'
    SENT = 'sent'
    DONE = 'done'
    FAILED = 'failed'


class Refund(Entity, CustomerOwned, Versioned, table=True):
    """Money that goes back to a customer: of a payment, or what a credit note is worth.

    `asked` moves nothing yet; from `sent` on it is in the books, and taken out of them again when it failed.
    `from_office` says that a member of staff asked, who then counts as the first of two where two must agree.
    """

    __tablename__ = 'refund'
    __table_args__ = (sa.CheckConstraint('amount > 0', name='some'),
                      sa.CheckConstraint('(payment_id IS NULL) <> (credit_id IS NULL)', name='source'))

    number: str = text(40, default=..., unique=True)
    payment_id: uuid.UUID | None = maybe_reference('payment.id', index=True)
    credit_id: uuid.UUID | None = maybe_reference('invoice.id', index=True)
    state: RefundState = choice(RefundState, RefundState.ASKED)
    method: str = text(20)
    amount: Decimal = amount()
    currency: str = text(3, default='EUR')
    reason: str = text(300)
    from_office: bool = False
    key: str | None = Field(default=None, max_length=120, unique=True)
    gateway_reference: str = text(200)
    failure: str = text(300)
    asked_at: dt.datetime = moment()
    asked_by_id: uuid.UUID | None = maybe_reference('user.id')
    asked_by_name: str = text(200)
    agreed_by_id: uuid.UUID | None = maybe_reference('user.id')
    agreed_by_name: str = text(200)
    done_at: dt.datetime | None = maybe_moment()


class GatewayEvent(Entity, table=True):
    """What a gateway told us, once per its own id; the effect is in the same transaction."""

    __tablename__ = 'gateway_event'
    __table_args__ = (sa.UniqueConstraint('gateway', 'event_id'),)

    gateway: str = text(20)
    event_id: str = text(200)
    kind: str = text(80)
    reference: str = text(200, index=True)
    body: dict[str, Any] = document()
    effect: str = text(200)
    received_at: dt.datetime = moment()


class BankStatement(Entity, table=True):
    """A file of a bank's entries that was read in."""

    __tablename__ = 'bank_statement'

    name: str = text(200)
    sha256: str = Field(max_length=64, unique=True)
    account: str = text(40)
    entry_count: int = 0
    imported_at: dt.datetime = moment()
    imported_by_name: str = text(200)


class EntryState(StrEnum):
    """What became of a bank's entry."""

    OPEN = 'open'
    BOOKED = 'booked'
    SET_ASIDE = 'set_aside'


class BankEntry(Entity, Versioned, table=True):
    """One entry on the seller's bank account; `key` is the same for the same entry in whatever file it comes."""

    __tablename__ = 'bank_entry'
    __table_args__ = (sa.Index('ix_bank_entry_state', 'state', 'booked_on'),)

    statement_id: uuid.UUID = reference('bank_statement.id')
    key: str = Field(max_length=64, unique=True)
    booked_on: dt.date
    amount: Decimal = amount()
    currency: str = text(3, default='EUR')
    payer: str = text(200)
    payer_account: str = text(40)
    words: str = long_text()
    state: EntryState = choice(EntryState, EntryState.OPEN)
    proposals: list[dict[str, Any]] = document(list)
    payment_id: uuid.UUID | None = maybe_reference('payment.id', index=True)
    note: str = text(200)
