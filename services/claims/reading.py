"""Disputes as people look at them: the office's desk, those of one invoice with their threads, and what waits."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.claims import Dispute, DisputeState, DisputeWord
from models.core.words import _l
from models.customers import Customer
from models.invoices import Invoice, InvoiceLine
from services.claims.reasons import REASONS, STATES, TONES
from services.core.listing import Column, Kind, Listing
from services.core.permissions import Permission
from services.core.work import Work, within

_credit: Any = sa.orm.aliased(Invoice)


def _source(work: Work) -> Any:
    return within(sa.select(Dispute).join(Invoice, col(Invoice.id) == Dispute.invoice_id).join(
        Customer, col(Customer.id) == Dispute.customer_id).outerjoin(
        InvoiceLine, col(InvoiceLine.id) == Dispute.line_id), Dispute, work.actor)


DISPUTES = Listing(
    name='disputes', title=_l('Disputes'), needs=Permission.DISPUTES_ANSWER, key='id', order='-opened_at',
    columns=(
        Column('number', _l('Invoice'), Invoice.number, link='/office/disputes/{id}', note='line'),
        Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', note='account'),
        Column('reason', _l('Reason'), Dispute.reason, filter='choice', choices=lambda: REASONS),
        Column('amount', _l('Amount'), Dispute.amount, Kind.MONEY, currency='currency', filter='range'),
        Column('state', _l('Status'), Dispute.state, Kind.STATUS, filter='choice', choices=lambda: STATES, tones=TONES),
        Column('opened_at', _l('Since'), Dispute.opened_at, Kind.MOMENT, filter='range'),
        Column('opened_by_name', _l('By'), Dispute.opened_by_name, default=False),
        Column('answer', _l('Answer'), Dispute.answer, default=False, sortable=False),
    ),
    source=_source,
    extra={'id': Dispute.id, 'account': Customer.account, 'currency': Invoice.currency, 'line': InvoiceLine.name},
    search=(Invoice.number, Customer.name, Customer.account), hint=_l('Invoice or customer'),
)


@dataclass(frozen=True)
class DisputeView:
    """A dispute with its invoice, the line it is about, what was said, and the credit note that ended it."""

    dispute: Dispute
    invoice: Invoice
    customer: Customer
    line: InvoiceLine | None
    words: tuple[DisputeWord, ...]
    credit_number: str = ''

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.dispute.state is DisputeState.OPEN


def views_of(work: Work, *conditions: Any) -> tuple[DisputeView, ...]:
    """The disputes within reach that meet the conditions, newest first, by a fixed number of queries."""
    rows = work.session.execute(within(
        sa.select(Dispute, Invoice, Customer, InvoiceLine, _credit.number).join(
            Invoice, col(Invoice.id) == Dispute.invoice_id).join(Customer, col(Customer.id) == Dispute.customer_id)
        .outerjoin(InvoiceLine, col(InvoiceLine.id) == Dispute.line_id)
        .outerjoin(_credit, _credit.id == col(Dispute.credit_id)), Dispute, work.actor)
        .where(*conditions).order_by(col(Dispute.opened_at).desc())).all()
    said = _words(work, [row[0].id for row in rows])
    return tuple(DisputeView(dispute, invoice, customer, line, tuple(said[dispute.id]), credit or '')
                 for dispute, invoice, customer, line, credit in rows)


def _words(work: Work, disputes: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[DisputeWord]]:
    found: dict[uuid.UUID, list[DisputeWord]] = defaultdict(list)
    for word in work.session.exec(select(DisputeWord).where(col(DisputeWord.dispute_id).in_(disputes)).order_by(
            col(DisputeWord.at), col(DisputeWord.id))):
        found[word.dispute_id].append(word)
    return found
