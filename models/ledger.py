"""The books of what customers owe: postings that add up to nothing, never changed, corrected only by another one."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.core import lasting
from models.core.entity import CustomerOwned, Entity, amount, choice, moment, text


class Account(StrEnum):
    """Where money stands; a debit is positive. RECEIVABLE is what the customer owes,
    CHARGES what reminders earned."""

    RECEIVABLE = 'receivable'
    REVENUE = 'revenue'
    VAT = 'vat'
    MONEY = 'money'
    FEES = 'fees'
    CHARGES = 'charges'
    DISCOUNT = 'discount'
    WRITE_OFF = 'write_off'
    HISTORY = 'history'


class LedgerEntry(Entity, CustomerOwned, table=True):
    """One side of a posting; `day` is the document's date, `document` its kind, `number` what people call it."""

    __tablename__ = 'ledger_entry'
    __table_args__ = (sa.Index('ix_ledger_entry_statement', 'customer_id', 'account', 'currency', 'day'),
                      sa.Index('ix_ledger_entry_posting', 'posting_id'))

    posting_id: uuid.UUID = Field(sa_type=sa.Uuid)
    account: Account = choice(Account)
    amount: Decimal = amount()
    currency: str = text(3)
    day: dt.date
    at: dt.datetime = moment()
    document: str = text(20)
    document_id: uuid.UUID = Field(sa_type=sa.Uuid, index=True)
    number: str = text(40)


CREATE = lasting.create('ledger_entry', 'posted entries are never changed')
"""Triggers that keep what is posted (security.md 11), by dialect."""
DROP = lasting.drop('ledger_entry')
