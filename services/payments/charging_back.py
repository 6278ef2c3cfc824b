"""Charge-backs: the bank took the money back, so what it had settled is open again; reminders keep their level."""

from __future__ import annotations

from decimal import Decimal

from sqlmodel import select

from models.core.words import _
from models.ledger import Account
from models.payments import TRANSITIONS, Payment, PaymentStatus, Refund, RefundState
from services.calendar import today
from services.core.errors import Conflict
from services.core.work import Work
from services.ledger import Source, post
from services.payments.news import customer_of, tell_customer, tell_office, topics_of
from services.payments.parting import part_all


def charge_back(work: Work, payment: Payment, reason: str) -> bool:
    """Book that the money is gone: invoices are open again. False when that was booked before.

    Raises Conflict for money that never was in hand, is already back with the customer, or on its way there.
    """
    if payment.status is PaymentStatus.CHARGED_BACK:
        return False
    move = TRANSITIONS.find(payment.status, 'charge_back')
    left = payment.amount - payment.refunded
    if move is None or left <= 0 or _is_going_back(work, payment):
        raise Conflict(_('{number} cannot be charged back.').format(number=payment.number))
    customer_of(work, payment.customer_id, lock=True)
    part_all(work, payment, reason)
    work.change(payment, expect={'status': payment.status, 'allocated': Decimal(0)}, status=move.target,
                note=reason[:300])
    post(work, payment.customer_id, payment.currency, Source('charge_back', payment.id, payment.number, today(work)),
         {Account.MONEY: -(left + payment.fee), Account.RECEIVABLE: left, Account.FEES: payment.fee})
    work.record('payment.charged_back', payment, note=reason, topics=topics_of(payment))
    tell_customer(work, payment, 'charged_back')
    tell_office(work, payment, 'charged_back')
    return True


def _is_going_back(work: Work, payment: Payment) -> bool:
    return work.session.exec(select(Refund.id).where(
        Refund.payment_id == payment.id, Refund.state == RefundState.SENT)).first() is not None
