"""Promises to pay and word that it was paid: each rests the reminders for a while, and is kept or broken."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.claims import Pledge, PledgeKind, PledgeState
from models.core.types import new_id
from models.core.words import _
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from services.calendar import today
from services.claims.inputs import PledgeInput
from services.core import formats
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.informing import inform
from services.invoices.news import topics_of
from services.notifications import who_may
from services.settings import setting

log = logging.getLogger('portico')
AFTER = {PledgeKind.PROMISE: dt.timedelta(days=2), PledgeKind.PAID_ALREADY: dt.timedelta(days=5)}
"""How long after the day the reminders still rest, until the money must be there."""
LONG_AGO = dt.timedelta(days=60)


class PledgeService(Service):
    """What a customer says about paying an invoice."""

    @requires(Permission.INVOICES_ANSWER, writes=True)
    def promise(self, given: PledgeInput, *, number: str) -> None:
        """Promise to pay on a day from today on, twice for an invoice at most; reminders rest until two days after."""
        pledge(self.work, self._own(number), PledgeKind.PROMISE, given, by=self.actor.name)

    @requires(Permission.INVOICES_ANSWER, writes=True)
    def paid_already(self, given: PledgeInput, *, number: str) -> None:
        """Say that it was paid on a day; reminders rest for five days, in which the money must arrive."""
        pledge(self.work, self._own(number), PledgeKind.PAID_ALREADY, given, by=self.actor.name)

    @requires(Permission.INVOICES_READ)
    def of(self, number: str) -> tuple[Pledge, ...]:
        """What was said about an invoice, newest first; raises NotFound out of reach."""
        invoice = self.work.one(Invoice, Invoice.number == number)
        return tuple(self.session.exec(self.work.reach(Pledge).where(
            Pledge.invoice_id == invoice.id).order_by(col(Pledge.made_at).desc(), col(Pledge.id).desc())))

    @requires(Permission.SYSTEM)
    def due(self) -> tuple[uuid.UUID, ...]:
        """The pledges to be judged: their time is over, or their invoice is settled."""
        day = today(self.work)
        ripe = sa.or_(*(sa.and_(col(Pledge.kind) == kind, col(Pledge.on) < day - after)
                        for kind, after in AFTER.items()), col(Invoice.gross) == col(Invoice.settled))
        return tuple(self.session.exec(select(Pledge.id).join(Invoice, col(Invoice.id) == Pledge.invoice_id).where(
            Pledge.state == PledgeState.OPEN, ripe).order_by(col(Pledge.id))))

    @requires(Permission.SYSTEM, writes=True)
    def judge(self, pledge_id: uuid.UUID) -> PledgeState:
        """Whether a promise was kept; a broken one is told to the office, and reminders go on. Once for each."""
        found = self.work.one(Pledge, Pledge.id == pledge_id)
        if found.state is not PledgeState.OPEN:
            return found.state
        invoice = self.work.one(Invoice, Invoice.id == found.invoice_id)
        state = PledgeState.BROKEN if invoice.due_now > 0 else PledgeState.KEPT
        self.work.change(found, expect={'state': PledgeState.OPEN}, state=state)
        if invoice.pause_reason == found.kind.value:
            self.work.change(invoice, paused_until=None, pause_reason='')
        self.work.record(f'pledge.{state.value}', invoice, topics=topics_of(invoice))
        if state is PledgeState.BROKEN:
            _tell(self.work, invoice, 'promise_broken' if found.kind is PledgeKind.PROMISE else 'paid_not_found',
                  found.on)
        return state

    def _own(self, number: str) -> Invoice:
        if not self.actor.is_portal:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        return self.work.one(Invoice, Invoice.number == number)


def pledge(work: Work, invoice: Invoice, kind: PledgeKind, given: PledgeInput, *, by: str) -> Pledge:
    """Keep what was said and let reminders rest.

    Raises Conflict when nothing is due or something said before still stands, Invalid for a day out of bounds.
    """
    if invoice.kind is not InvoiceKind.INVOICE or invoice.status not in UNSETTLED or invoice.due_now <= 0:
        raise Conflict(_('Nothing of {number} is due any more.').format(number=invoice.number))
    before = work.session.exec(work.reach(Pledge).where(Pledge.invoice_id == invoice.id)).all()
    standing = next((found for found in before if found.state is PledgeState.OPEN), None)
    if standing is not None:
        raise Conflict(_('You have told us about {number} before; we wait until {date}.').format(
            number=invoice.number, date=formats.date(standing.on + AFTER[standing.kind])))
    if len([found for found in before if found.kind is kind]) >= setting(work, 'claims.promises'):
        raise Conflict(_('This was said as often as it can be for {number}. Please pay it, or call us.').format(
            number=invoice.number))
    day = today(work)
    _refuse_day(work, kind, given.on, day)
    row = Pledge(id=new_id(), customer_id=invoice.customer_id, invoice_id=invoice.id, kind=kind, on=given.on,
                 note=given.note, made_at=work.now, made_by_name=by[:200])
    work.session.add(row)
    until = max(given.on, day) + AFTER[kind]
    work.change(invoice, paused_until=max(until, invoice.paused_until or until), pause_reason=kind.value)
    work.record(f'pledge.{kind.value}', invoice, note=given.note, changes={'on': given.on.isoformat()},
                topics=topics_of(invoice))
    _tell(work, invoice, 'promise_made' if kind is PledgeKind.PROMISE else 'paid_said', given.on)
    return row


def _refuse_day(work: Work, kind: PledgeKind, on: dt.date, day: dt.date) -> None:
    if kind is PledgeKind.PROMISE:
        last = day + dt.timedelta(days=setting(work, 'claims.promise_days'))
        if not day <= on <= last:
            raise Invalid(_('Please choose a day from today to {date}.').format(date=formats.date(last)), field='on')
    elif not day - LONG_AGO <= on <= day:
        raise Invalid(_('Please give the day you paid on, today or before.'), field='on')


def _tell(work: Work, invoice: Invoice, message: str, on: dt.date) -> None:
    customer: Any = work.session.exec(select(Customer).where(Customer.id == invoice.customer_id)).one()
    inform(work, message, who_may(work, Permission.PAYMENTS_WRITE), path=f'/office/invoices/{invoice.number}',
           facts={'number': invoice.number, 'customer': customer.name, 'date': on.isoformat()})


def judge_due(runtime: Runtime) -> int:
    """The recurring piece of work that finds out which promises were kept; returns how many were judged."""
    pledges = runtime.run(SYSTEM, PledgeService.due)
    for pledge_id in pledges:
        runtime.run(SYSTEM, PledgeService.judge, pledge_id)
    return len(pledges)
