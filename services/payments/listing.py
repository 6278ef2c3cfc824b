"""The lists of payments on both sides."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Amount
from models.core.words import _l
from models.customers import Customer
from models.payments import IN_HAND, Payment
from services.core.listing import Column, Kind, Listing
from services.core.permissions import Permission
from services.core.work import Work, within
from services.payments.methods import LABELS
from services.payments.wording import STATUSES, TONES

_in_hand = col(Payment.status).in_(IN_HAND)
_free: Any = sa.case((_in_hand, sa.type_coerce(
    col(Payment.amount) - col(Payment.allocated) - col(Payment.refunded), Amount())), else_=sa.literal(0, Amount()))
_charged: Any = sa.type_coerce(col(Payment.amount) + col(Payment.fee), Amount())
_COLUMNS = (
    Column('created_at', _l('Begun'), Payment.created_at, Kind.MOMENT, filter='range'),
    Column('received_on', _l('Received'), Payment.received_on, Kind.DATE, filter='range'),
    Column('method', _l('Method'), Payment.method, Kind.STATUS, filter='choice', choices=lambda: LABELS),
    Column('status', _l('Status'), Payment.status, Kind.STATUS, filter='choice', choices=lambda: STATUSES,
           tones=TONES),
    Column('charged', _l('Amount'), _charged, Kind.MONEY, currency='currency', filter='range'),
    Column('allocated', _l('Used'), Payment.allocated, Kind.MONEY, currency='currency', default=False),
    Column('free', _l('Not used yet'), _free, Kind.MONEY, currency='currency', filter='range'),
    Column('refunded', _l('Refunded'), Payment.refunded, Kind.MONEY, currency='currency', default=False),
    Column('fee', _l('Fee'), Payment.fee, Kind.MONEY, currency='currency', default=False),
    Column('reference', _l('Reference'), Payment.reference, filter='text', default=False),
    Column('created_by_name', _l('By'), Payment.created_by_name, filter='text', default=False),
)
_EXTRA = {'id': Payment.id, 'currency': Payment.currency}


def _own(work: Work) -> Any:
    return within(sa.select(Payment), Payment, work.actor)


def _all(work: Work) -> Any:
    return within(sa.select(Payment).join(Customer, col(Customer.id) == Payment.customer_id), Payment, work.actor)


PAYMENTS = Listing('payments', _l('Payments'), Permission.PAYMENTS_READ_COMPANY,
                   (Column('number', _l('Payment'), Payment.number, link='/payments/{number}'), *_COLUMNS), _own,
                   key='id', order='-created_at', extra=_EXTRA, search=(Payment.number, Payment.reference))
DESK = Listing(
    'office-payments', _l('Payments of all customers'), Permission.OFFICE,
    (Column('number', _l('Payment'), Payment.number, link='/office/payments/{number}'),
     Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', note='account'), *_COLUMNS,
     Column('account', _l('Account'), Customer.account, default=False, filter='exact')),
    _all, key='id', order='-created_at', extra=_EXTRA | {'account': Customer.account},
    search=(Payment.number, Payment.reference, Customer.name, Customer.account))
