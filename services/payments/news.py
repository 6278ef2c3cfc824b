"""Who hears of money: the people of the company who may pay, the one who paid, and the office; by bell and mail."""

from __future__ import annotations

import uuid
from typing import Any

from sqlmodel import col, select

from models.core.words import language
from models.customers import Customer
from models.payments import Payment, Refund
from models.users import User
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.informing import inform
from services.mail.outbox import Recipient, promise
from services.notifications import who_may
from services.payments.methods import label_of
from services.switches import address_of


def topics_of(payment: Payment) -> tuple[str, ...]:
    """Where news of a payment is followed."""
    order = (f'order:{payment.order_id}',) if payment.order_id else ()
    return (f'payment:{payment.id}', f'money:{payment.customer_id}', f'company:{payment.customer_id}',
            'office:payments', *order)


def tell_customer(work: Work, payment: Payment, message: str, *, note: str = '', receipted: bool = False) -> None:
    """Tell the one who paid, else all who may pay for the company, or its address for invoices with the receipt."""
    customer = customer_of(work, payment.customer_id)
    elsewhere = bool(customer.invoice_email) and payment.created_by_id is None
    receipt = ('receipt', payment.id) if receipted else None
    path = f'/payments/{payment.number}'
    inform(work, message, _people(work, payment), facts=_facts(work, payment, note), path=path,
           customer_id=payment.customer_id, words=lambda: _receipt(work, payment, note), document=receipt,
           by_mail=not elsewhere)
    if receipted and elsewhere:
        with language(customer.language):
            said = _receipt(work, payment, note) | {
                'name': customer.name, 'link': address_of(work, path, payment.customer_id)}
        promise(work, message=message, to=Recipient(customer.invoice_email, customer.name, customer.language),
                facts=said, customer_id=payment.customer_id, document=receipt)


def tell_office(work: Work, payment: Payment, message: str, *, note: str = '') -> None:
    """Tell those of the office who keep the books."""
    inform(work, message, who_may(work, Permission.PAYMENTS_WRITE), facts=_facts(work, payment, note),
           path=f'/office/payments/{payment.number}')


def tell_refund(work: Work, refund: Refund, message: str, *, office: bool = False) -> None:
    """Tell the office of a refund that is asked for, or the customer of one that is on its way or refused."""
    facts = {'number': refund.number, 'amount': formats.money(refund.amount, refund.currency),
             'customer': customer_of(work, refund.customer_id).name, 'note': refund.failure or refund.reason,
             'person': refund.asked_by_name}
    payment = work.session.exec(select(Payment.number).where(Payment.id == refund.payment_id)).first()
    where = f'/payments/{payment}' if payment else '/credit-notes'
    people = who_may(work, Permission.PAYMENTS_WRITE) if office else \
        who_may(work, Permission.PAYMENTS_MAKE, refund.customer_id)
    inform(work, message, people, facts=facts, path=f'/office{where}' if office else where,
           customer_id=None if office else refund.customer_id)


def customer_of(work: Work, customer_id: uuid.UUID, *, lock: bool = False) -> Customer:
    """A company; `lock` keeps it for the act, so that two acts on its money follow each other."""
    statement = select(Customer).where(Customer.id == customer_id)
    return work.session.exec(statement.with_for_update() if lock else statement).one()


def _people(work: Work, payment: Payment) -> list[uuid.UUID]:
    """The portal person who paid; where the office or a bank file did, all who may pay."""
    may = who_may(work, Permission.PAYMENTS_MAKE, payment.customer_id)
    paid_by = [payment.created_by_id] if payment.gateway and payment.created_by_id else may
    return list(work.session.exec(select(User.id).where(col(User.id).in_(paid_by), User.active).order_by(User.email)))


def _receipt(work: Work, payment: Payment, note: str) -> dict[str, Any]:
    """What the mail with a receipt says, in the current language."""
    return _facts(work, payment, note) | {
        'method': label_of(payment.method), 'received_on': formats.date(payment.received_on),
        'fee': formats.money(payment.fee, payment.currency) if payment.fee else '',
        'credit': formats.money(payment.free, payment.currency) if payment.free else ''}


def _facts(work: Work, payment: Payment, note: str) -> dict[str, Any]:
    return {'number': payment.number, 'amount': formats.money(payment.charged, payment.currency),
            'customer': customer_of(work, payment.customer_id).name, 'note': note, 'person': payment.created_by_name}
