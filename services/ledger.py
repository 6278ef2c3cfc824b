"""Posting to the books: every posting adds up to nothing, or is refused; what a customer owes is read from here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Amount, new_id
from models.ledger import Account, LedgerEntry
from services.core.work import Work


@dataclass(frozen=True)
class Source:
    """The document behind a posting: its kind (invoice, credit_note, payment, refund, …), id, number, and its date."""

    document: str
    document_id: uuid.UUID
    number: str
    day: dt.date


def post(work: Work, customer_id: uuid.UUID, currency: str, source: Source, entries: Mapping[Account, Decimal]) -> None:
    """Write one posting, debit positive; entries of nothing are left out. Raises ValueError unless they add up to 0."""
    if sum(entries.values()) != 0:
        raise ValueError(f'{source.number}: the posting adds up to {sum(entries.values())}')
    posting = new_id()
    work.session.add_all(
        LedgerEntry(id=new_id(), posting_id=posting, customer_id=customer_id, account=account, amount=amount,
                    currency=currency, day=source.day, at=work.now, document=source.document,
                    document_id=source.document_id, number=source.number)
        for account, amount in entries.items() if amount)


def balance(work: Work, customer_id: uuid.UUID, currency: str, *, before: dt.date | None = None) -> Decimal:
    """What a customer owes in a currency, or owed at the beginning of a day; negative when he has credit."""
    statement = sa.select(sa.func.sum(LedgerEntry.amount, type_=Amount())).where(
        col(LedgerEntry.customer_id) == customer_id, col(LedgerEntry.account) == Account.RECEIVABLE,
        col(LedgerEntry.currency) == currency)
    if before is not None:
        statement = statement.where(col(LedgerEntry.day) < before)
    return work.session.execute(statement).scalar_one() or Decimal(0)
