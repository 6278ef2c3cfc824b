"""The books of what customers owe: postings that add up to nothing, never changed, corrected only by another one."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

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


_REFUSED = 'posted entries are never changed'
CREATE: dict[str, tuple[str, ...]] = {
    'sqlite': tuple(
        f'CREATE TRIGGER ledger_entry_{act.lower()} BEFORE {act} ON ledger_entry '
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END" for act in ('UPDATE', 'DELETE')),
    'postgresql': (
        'CREATE FUNCTION ledger_entry_stays() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation'; END $$",
        'CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE ON ledger_entry '
        'FOR EACH ROW EXECUTE FUNCTION ledger_entry_stays()'),
}
"""Triggers that keep what is posted (security.md 11), by dialect."""
DROP: dict[str, tuple[str, ...]] = {
    'sqlite': tuple(f'DROP TRIGGER IF EXISTS ledger_entry_{act}' for act in ('update', 'delete')),
    'postgresql': ('DROP TRIGGER IF EXISTS ledger_entry_stays ON ledger_entry',
                   'DROP FUNCTION IF EXISTS ledger_entry_stays()'),
}
