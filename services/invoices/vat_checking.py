"""Asking the official register about VAT numbers: outside of any transaction, on change, and again before invoicing."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.customers import Customer
from models.invoices import VatCheck
from models.orders import Order
from services.core.actor import SYSTEM, Actor
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.core.runtime import Runtime, Who
from services.core.service import Service, requires
from services.customers.reach import company_of, topics_of
from services.gateways.vat import REGISTERS, Answer
from services.informing import inform
from services.invoices.issuing import INVOICED
from services.notifications import who_may
from services.pricing.vat import OFFICIAL, is_european
from services.settings import setting

FRESH = dt.timedelta(days=1)
STALE = dt.timedelta(days=7)
AGAIN = dt.timedelta(minutes=15)
MOST_AT_ONCE = 50


class Question(NamedTuple):
    """A number to be asked about: of whom, of which register, and who asks."""

    customer_id: uuid.UUID
    vat_id: str
    register: str
    requester: str


class VatCheckService(Service):
    """What is asked, and what was answered."""

    @requires(Permission.SYSTEM)
    def due(self) -> list[Question]:
        """The numbers to ask about now: those never answered for, those of customers with goods to be invoiced once a
        day, others once a week; after no answer again in a quarter of an hour."""
        if setting(self.work, 'vat.register') not in REGISTERS:
            return []
        waiting = sa.exists().where(col(Order.customer_id) == Customer.id, col(Order.status).in_(INVOICED),
                                    col(Order.uninvoiced) > 0)
        asked = _newest(sa.true())
        answered = _newest(col(VatCheck.valid).is_not(None))
        rows = self.session.execute(sa.select(col(Customer.id), col(Customer.vat_id)).where(
            col(Customer.vat_id) != '', sa.or_(asked.is_(None), asked < self.now - AGAIN),
            sa.or_(answered.is_(None), answered < self.now - STALE,
                   sa.and_(waiting, answered < self.now - FRESH))).order_by(col(Customer.id)))
        found = [self._question(customer_id, vat_id) for customer_id, vat_id in rows]
        return [one for one in found if is_european(one.vat_id, setting(self.work, 'seller.country'))][:MOST_AT_ONCE]

    @requires(Permission.CUSTOMERS_WRITE, Permission.INVOICES_WRITE)
    def question(self, account: str) -> Question:
        """What to ask about a customer now; raises Invalid without a register or a number it could know."""
        customer = company_of(self.work, account)
        if setting(self.work, 'vat.register') not in REGISTERS:
            raise Invalid(_('No register is set. Choose one in the settings under Invoices.'))
        if not is_european(customer.vat_id, setting(self.work, 'seller.country')):
            raise Invalid(_('{vat_id} is no VAT number of another EU state.').format(vat_id=customer.vat_id or '–'))
        return self._question(customer.id, customer.vat_id)

    @requires(Permission.SYSTEM, Permission.CUSTOMERS_WRITE, Permission.INVOICES_WRITE, writes=True)
    def keep(self, asked: Question, answer: Answer) -> None:
        """Keep an answer; when a number is denied, or known again, the office is told."""
        customer = self.session.exec(select(Customer).where(Customer.id == asked.customer_id)).one()
        before = self.session.exec(select(VatCheck).where(
            VatCheck.customer_id == customer.id, VatCheck.vat_id == asked.vat_id, VatCheck.source == OFFICIAL,
            col(VatCheck.valid).is_not(None)).order_by(col(VatCheck.at).desc()).limit(1)).first()
        self.session.add(VatCheck(
            id=new_id(), customer_id=customer.id, vat_id=asked.vat_id, at=self.now, source=OFFICIAL,
            valid=answer.valid, name=answer.name, consultation=answer.consultation, error=answer.error))
        if answer.valid is not None and (before is None or before.valid != answer.valid):
            self.work.record('customer.vat_checked', customer, number=customer.account, customer_id=customer.id,
                             note=asked.vat_id, changes={'valid': answer.valid, 'consultation': answer.consultation})
            if not answer.valid:
                inform(self.work, 'vat_denied', who_may(self.work, Permission.INVOICES_WRITE),
                       facts={'customer': customer.name, 'vat_id': asked.vat_id},
                       path=f'/office/customers/{customer.account}?tab=billing')
        self.work.announce(*topics_of(customer))

    @requires(Permission.CUSTOMERS_READ)
    def history(self, account: str) -> tuple[VatCheck, ...]:
        """What was answered about a customer's numbers, the newest first."""
        customer = company_of(self.work, account)
        return tuple(self.session.exec(select(VatCheck).where(VatCheck.customer_id == customer.id)
                                       .order_by(col(VatCheck.at).desc()).limit(10)))

    def _question(self, customer_id: uuid.UUID, vat_id: str) -> Question:
        return Question(customer_id, vat_id.replace(' ', ''), setting(self.work, 'vat.register'),
                        setting(self.work, 'seller.vat_id').replace(' ', ''))


def ask_due(runtime: Runtime) -> int:
    """Ask about all numbers that are due; returns how many were answered."""
    answered = 0
    for asked in runtime.run(SYSTEM, VatCheckService.due):
        answer = REGISTERS[asked.register].check(asked.vat_id, requester=asked.requester)
        runtime.run(SYSTEM, VatCheckService.keep, asked, answer)
        answered += answer.valid is not None
    return answered


def ask_now(runtime: Runtime, who: Who | Actor, account: str) -> Answer:
    """Ask about a customer's number at once, as this person."""
    asked = runtime.run(who, VatCheckService.question, account)
    answer = REGISTERS[asked.register].check(asked.vat_id, requester=asked.requester)
    runtime.run(who, VatCheckService.keep, asked, answer)
    return answer


def _newest(condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[dt.datetime]:
    return sa.select(sa.func.max(col(VatCheck.at))).where(
        col(VatCheck.customer_id) == Customer.id, col(VatCheck.vat_id) == Customer.vat_id,
        col(VatCheck.source) == OFFICIAL, condition).correlate(Customer).scalar_subquery()
