"""The Customer Centre's list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Amount
from models.core.words import Lazy, _, _l, ngettext
from models.customers import Customer, CustomerStatus
from models.ledger import Account, LedgerEntry
from models.orders import Order
from models.pricing import PriceList
from models.users import Invitation, Membership, User
from services.core import formats
from services.core.listing import Column, Kind, Listing
from services.core.parts import Indexed
from services.core.permissions import Permission
from services.customers.countries import countries, country_name
from services.invitations.listing import LIVE

STATUSES: Mapping[str, Lazy] = {CustomerStatus.ACTIVE: _l('Active'), CustomerStatus.ON_HOLD: _l('On hold'),
                                CustomerStatus.BLOCKED: _l('Blocked')}
TONES = {CustomerStatus.ACTIVE.value: 'ok', CustomerStatus.ON_HOLD.value: 'warn', CustomerStatus.BLOCKED.value: 'bad'}
PORTAL: Mapping[str, Lazy] = {'users': _l('Has users'), 'invited': _l('Invited'), 'none': _l('No access')}
PORTAL_TONES = {'users': 'ok', 'invited': 'warn', 'none': 'mute'}

_own_order = col(Order.customer_id) == Customer.id
_users: Any = (sa.select(sa.func.count()).select_from(Membership).join(User, col(User.id) == Membership.user_id)
               .where(col(Membership.customer_id) == Customer.id, col(Membership.active), col(User.active))
               .correlate(Customer).scalar_subquery())
_invited_at: Any = (sa.select(sa.func.max(Invitation.sent_at))
                    .where(col(Invitation.customer_id) == Customer.id, col(Invitation.state).in_(LIVE))
                    .correlate(Customer).scalar_subquery())
_last_order: Any = sa.select(sa.func.max(Order.placed_at)).where(_own_order).correlate(Customer).scalar_subquery()
_balance: Any = sa.func.coalesce(
    sa.select(sa.func.sum(LedgerEntry.amount, type_=Amount())).where(
        col(LedgerEntry.customer_id) == Customer.id, col(LedgerEntry.account) == Account.RECEIVABLE,
        col(LedgerEntry.currency) == Customer.currency)
    .correlate(Customer).scalar_subquery(), sa.literal(0, Amount()), type_=Amount())
_portal = sa.case((_users > 0, 'users'), (_invited_at.is_not(None), 'invited'), else_='none')

CUSTOMERS = Listing(
    name='customers', title=_l('Customer Centre'), needs=Permission.CUSTOMERS_READ, key='account', order='account',
    columns=(
        Column('account', _l('Account'), Customer.account, link='/office/customers/{account}'),
        Column('name', _l('Customer'), Customer.name, link='/office/customers/{account}', note='place'),
        Column('portal', _l('Portal'), _portal, Kind.STATUS, filter='choice', choices=lambda: PORTAL,
               tones=PORTAL_TONES, shown='portal_text'),
        Column('price_list', _l('Price list'), PriceList.name, filter='text'),
        Column('last_order', _l('Last order'), _last_order, Kind.MOMENT, shown='last_order_text'),
        Column('credit_limit', _l('Credit limit'), Customer.credit_limit, Kind.MONEY, currency='currency'),
        Column('balance', _l('Balance'), _balance, Kind.MONEY, currency='currency'),
        Column('status', _l('Status'), Customer.status, Kind.STATUS, filter='choice', choices=lambda: STATUSES,
               tones=TONES),
        Column('country', _l('Country'), Customer.country, default=False, filter='choice',
               choices=countries),  # type: ignore[arg-type]
        Column('city', _l('City'), Customer.city, default=False),
        Column('vat_id', _l('VAT number'), Customer.vat_id, default=False),
        Column('phone', _l('Phone'), Customer.phone, default=False),
        Column('currency_code', _l('Currency'), Customer.currency, default=False),
        Column('payment_terms_days', _l('Payment terms (days)'), Customer.payment_terms_days, Kind.NUMBER,
               default=False),
        Column('created_at', _l('Customer since'), Customer.created_at, Kind.MOMENT, default=False),
    ),
    source=lambda work: sa.select(Customer).outerjoin(PriceList, col(PriceList.id) == Customer.price_list_id),
    extra={'id': Customer.id, 'currency': Customer.currency, 'town': Customer.city, 'country_code': Customer.country,
           'users': _users, 'invited_at': _invited_at, 'is_portal_user': Customer.is_portal_user,
           'portal_email': Customer.portal_email},
    search=(Indexed(Customer), Indexed(User, lambda ids: col(Customer.id).in_(
        sa.select(col(Membership.customer_id)).where(col(Membership.user_id).in_(ids))))),
    hint=_l('Name, account number or e-mail'),
)


def worded(row: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """A row with what only words can say: where the customer is, who has access, when he last ordered."""
    today = now.astimezone(formats.zone()).date()
    place = ', '.join(part for part in (row['town'], country_name(row['country_code'])) if part)
    return row | {'place': place, 'portal_text': portal_text(row['users'], row['invited_at'], today),
                  'last_order_text': last_order_text(row['last_order'], today)}


def portal_text(users: int, invited_at: dt.datetime | None, today: dt.date) -> str:
    """The access of a customer in a few words: '4 users', 'Invited 2 days ago', 'No access'."""
    if users:
        return ngettext('{count} user', '{count} users', users).format(count=users)
    if invited_at is None:
        return str(PORTAL['none'])
    days = (today - invited_at.astimezone(formats.zone()).date()).days
    if days <= 0:
        return _('Invited today')
    return ngettext('Invited yesterday', 'Invited {count} days ago', days).format(count=days)


def last_order_text(at: dt.datetime | None, today: dt.date) -> str:
    """The day of the last order, short: 'today', '12 Oct'."""
    if at is None:
        return ''
    day = at.astimezone(formats.zone()).date()
    return _('today') if day == today else formats.day(day, today=today)
