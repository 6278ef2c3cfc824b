"""What waits for a customer's person: consents, invoices, promises, disputes that were answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import col, select

from models.claims import Dispute, DisputeState, DisputeWord, Pledge, PledgeKind, PledgeState
from models.core.money import ZERO
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.orders import Order, OrderRequest, RequestState
from services.calendar import today
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import within

SOON = dt.timedelta(days=7)
MOST = 200


class Matter(StrEnum):
    """What is to be done."""

    CONSENT = 'consent'
    OVERDUE = 'overdue'
    DUE = 'due'
    PROMISE = 'promise'
    ANSWER = 'answer'


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: the number of its document, what is said about it, so much money, a day, and its place."""

    matter: Matter
    number: str
    path: str
    text: str = ''
    amount: Decimal = ZERO
    currency: str = ''
    day: dt.date | None = None


class WaitingService(Service):
    """The list of one person, within his reach and rights."""

    @requires(Permission.WAITING_READ)
    def own(self) -> list[Waiting]:
        """All that waits, the most pressing first."""
        found = self._consents() if self.actor.may(Permission.ORDERS_CANCEL) else []
        if self.actor.may(Permission.INVOICES_READ):
            found += self._answers()
            if self.actor.may(Permission.PAYMENTS_MAKE):
                found += self._promises()
                found += self._invoices()
        return found[:MOST]

    @requires(Permission.WAITING_READ)
    def count(self) -> int:
        """How much waits."""
        return len(self.own())

    def _consents(self) -> list[Waiting]:
        rows = within(sa.select(col(Order.number), col(OrderRequest.reason)).join(
            Order, col(Order.id) == OrderRequest.order_id), Order, self.actor).where(
            col(OrderRequest.from_office), col(OrderRequest.state) == RequestState.WAITING).order_by(
            col(OrderRequest.asked_at)).limit(MOST)
        return [Waiting(Matter.CONSENT, number, f'/orders/{number}', reason)
                for number, reason in self.session.execute(rows)]

    def _invoices(self) -> list[Waiting]:
        day = today(self.work)
        rows: Sequence[Invoice] = self.session.exec(self.work.reach(Invoice).where(
            col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED),
            col(Invoice.due_on) <= day + SOON, col(Invoice.gross) > col(Invoice.settled) + col(Invoice.disputed),
            sa.or_(col(Invoice.paused_until).is_(None), col(Invoice.paused_until) < day)).order_by(
            col(Invoice.due_on), col(Invoice.number)).limit(MOST)).all()
        return [Waiting(Matter.OVERDUE if row.is_overdue(day) else Matter.DUE, row.number or '',
                        f'/invoices/{row.number}?act=pay', amount=row.due_now, currency=row.currency, day=row.due_on)
                for row in rows]

    def _promises(self) -> list[Waiting]:
        """Promises whose day is near or over."""
        rows = within(sa.select(Invoice, col(Pledge.on)).join(Pledge, col(Pledge.invoice_id) == Invoice.id), Invoice,
                      self.actor).where(col(Pledge.state) == PledgeState.OPEN, col(Pledge.kind) == PledgeKind.PROMISE,
                                        col(Pledge.on) <= today(self.work) + dt.timedelta(days=2),
                                        col(Invoice.status).in_(UNSETTLED)).order_by(col(Pledge.on)).limit(MOST)
        return [Waiting(Matter.PROMISE, invoice.number, f'/invoices/{invoice.number}?act=pay', amount=invoice.due_now,
                        currency=invoice.currency, day=on) for invoice, on in self.session.execute(rows)]

    def _answers(self) -> list[Waiting]:
        """Open disputes in which the office spoke last."""
        newest = select(sa.func.max(DisputeWord.at)).where(
            DisputeWord.dispute_id == Dispute.id).correlate(Dispute).scalar_subquery()
        rows = within(sa.select(col(Invoice.number), col(DisputeWord.words)).join(
            Dispute, col(Dispute.invoice_id) == Invoice.id).join(
            DisputeWord, sa.and_(col(DisputeWord.dispute_id) == Dispute.id, col(DisputeWord.at) == newest)), Invoice,
            self.actor).where(col(Dispute.state) == DisputeState.OPEN, col(DisputeWord.from_office)).order_by(
            col(DisputeWord.at)).limit(MOST)
        return [Waiting(Matter.ANSWER, number, f'/invoices/{number}', words[:200])
                for number, words in self.session.execute(rows)]
