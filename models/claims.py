"""What a customer says to an invoice: this is wrong, I pay on that day, I have paid already."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa

from models.core.entity import (
    CustomerOwned,
    Entity,
    Versioned,
    amount,
    choice,
    long_text,
    maybe_moment,
    maybe_reference,
    moment,
    reference,
    text,
)
from models.core.states import Transition as T
from models.core.states import TransitionTable


class DisputeState(StrEnum):
    """Whether a dispute is open, and how it ended."""

    OPEN = 'open'
    CREDITED = 'credited'
    UPHELD = 'upheld'
    WITHDRAWN = 'withdrawn'


DISPUTE_TRANSITIONS = TransitionTable(
    T(DisputeState.OPEN, 'credit', DisputeState.CREDITED, 'disputes.answer'),
    T(DisputeState.OPEN, 'uphold', DisputeState.UPHELD, 'disputes.answer'),
    T(DisputeState.OPEN, 'withdraw', DisputeState.WITHDRAWN, 'invoices.answer'),
)


class Dispute(Entity, CustomerOwned, Versioned, table=True):
    """A part of an invoice, often one line, that the customer does not accept; it is frozen for reminders and due sums.

    While open its amount is part of the invoice's `disputed`.
    """

    __tablename__ = 'dispute'
    __table_args__ = (sa.ForeignKeyConstraint(['customer_id', 'invoice_id'], ['invoice.customer_id', 'invoice.id']),
                      sa.CheckConstraint('amount > 0', name='some'))

    invoice_id: uuid.UUID = reference('invoice.id')
    line_id: uuid.UUID | None = maybe_reference('invoice_line.id')
    state: DisputeState = choice(DisputeState, DisputeState.OPEN)
    amount: Decimal = amount()
    reason: str = text(40)
    opened_at: dt.datetime = moment()
    opened_by_id: uuid.UUID | None = maybe_reference('user.id')
    opened_by_name: str = text(200)
    ended_at: dt.datetime | None = maybe_moment()
    answer: str = text(300)
    credit_id: uuid.UUID | None = maybe_reference('invoice.id')


class DisputeWord(Entity, CustomerOwned, table=True):
    """One thing said about a dispute, perhaps with a picture."""

    __tablename__ = 'dispute_word'

    dispute_id: uuid.UUID = reference('dispute.id')
    at: dt.datetime = moment()
    by_name: str = text(200)
    from_office: bool = False
    words: str = long_text()
    file_id: uuid.UUID | None = maybe_reference('stored_file.id')


class PledgeKind(StrEnum):
    """What a customer says about paying."""

    PROMISE = 'promise'
    PAID_ALREADY = 'paid_already'


class PledgeState(StrEnum):
    """Whether he kept his word."""

    OPEN = 'open'
    KEPT = 'kept'
    BROKEN = 'broken'


class Pledge(Entity, CustomerOwned, Versioned, table=True):
    """A promise to pay on a day, or word that it was paid on one; it pauses reminders up to two days after."""

    __tablename__ = 'pledge'
    __table_args__ = (sa.ForeignKeyConstraint(['customer_id', 'invoice_id'], ['invoice.customer_id', 'invoice.id']),)

    invoice_id: uuid.UUID = reference('invoice.id')
    kind: PledgeKind = choice(PledgeKind)
    state: PledgeState = choice(PledgeState, PledgeState.OPEN)
    on: dt.date
    note: str = text(300)
    made_at: dt.datetime = moment()
    made_by_name: str = text(200)
