"""The statement of account: what moved a customer's debt, with a running balance, for any period and currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col

from models.core.types import Amount
from models.core.words import Lazy, _, _l, _p, current_language
from models.customers import Customer
from models.ledger import Account, LedgerEntry
from services.auth.throttle import limit
from services.calendar import today
from services.core.errors import Invalid
from services.core.fields import Text
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.customers.reach import company_of, topics_of
from services.documents.statement import Ageing, StatementLine, StatementPaper
from services.exports import OFTEN
from services.invoices.ageing import ageing
from services.ledger import balance
from services.mail.addresses import checked
from services.orders.paper import letterhead
from services.orders.wording import address_lines

P = Permission
MOST_LINES = 20_000
DOCUMENTS: Mapping[str, Lazy] = {
    'invoice': _l('Invoice'), 'credit_note': _l('Credit note'), 'payment': _l('Payment'), 'refund': _l('Refund'),
    'discount': _l('Early-payment discount'), 'write_off': _l('Written off'), 'history': _l('Settled before'),
    'charge_back': _l('Charge-back'), 'fee': _l('Fee'), 'reminder_fee': _l('Reminder fee')}
PLACES = {'credit_note': 'credit-notes', 'payment': 'payments', 'refund': 'payments', 'charge_back': 'payments'}
"""Where the document of a movement is found; those not named belong to an invoice."""

ENTRIES = sa.select(
    col(LedgerEntry.id), col(LedgerEntry.customer_id), col(LedgerEntry.currency), col(LedgerEntry.day),
    col(LedgerEntry.document), col(LedgerEntry.number), col(LedgerEntry.amount),
    sa.func.sum(LedgerEntry.amount, type_=Amount()).over(
        partition_by=(col(LedgerEntry.customer_id), col(LedgerEntry.currency)),
        order_by=(col(LedgerEntry.day), col(LedgerEntry.id))).label('balance'),
).where(col(LedgerEntry.account) == Account.RECEIVABLE).subquery('entries')
"""Every movement of what customers owe with the balance after it; databases narrow it to one customer inside."""
E = ENTRIES.c
_NOTHING = sa.literal(Decimal(0), Amount())


def _source(work: Work) -> sa.Select[tuple[object, ...]]:
    statement = sa.select(ENTRIES).join(Customer, col(Customer.id) == E.customer_id)
    own = work.actor.customer_id
    return statement if own is None or work.actor.system else statement.where(E.customer_id == own)


STATEMENT = Listing(
    name='statement', title=_l('Statement of account'), needs=P.STATEMENTS_READ, key='id', order='day',
    columns=(
        Column('day', _l('Date'), E.day, Kind.DATE, filter='exact'),
        Column('document', _l('Document'), E.document, filter='choice', choices=lambda: DOCUMENTS),
        Column('number', _l('Number'), E.number, sortable=False, filter='text'),
        Column('debit', _p('bookkeeping', 'Debit'), sa.case((E.amount > _NOTHING, E.amount)), Kind.MONEY,
               sortable=False, currency='currency'),
        Column('credit', _p('bookkeeping', 'Credit'), sa.case((E.amount < _NOTHING, sa.type_coerce(
            -E.amount, Amount()))), Kind.MONEY, sortable=False, currency='currency'),
        Column('balance', _l('Balance'), E.balance, Kind.MONEY, sortable=False, currency='currency'),
        Column('account', _l('Account'), Customer.account, filter='exact', default=False),
        Column('currency', _l('Currency'), E.currency, filter='exact', default=False)),
    source=_source, extra={'id': E.id}, search=(E.number,), hint=_l('Number of a document'))

_SUMS = sa.select(
    col(LedgerEntry.customer_id), col(LedgerEntry.currency), sa.func.max(LedgerEntry.day).label('last'),
    sa.func.sum(LedgerEntry.amount, type_=Amount()).label('balance'),
).where(col(LedgerEntry.account) == Account.RECEIVABLE).group_by(
    col(LedgerEntry.customer_id), col(LedgerEntry.currency)).subquery('sums')

STATEMENTS = Listing(
    name='statements', title=_l('Statements'), needs=P.CUSTOMERS_READ, key='key', order='name',
    columns=(
        Column('account', _l('Account'), Customer.account, filter='text'),
        Column('name', _l('Customer'), Customer.name, filter='text'),
        Column('currency', _l('Currency'), _SUMS.c.currency, sortable=False),
        Column('balance', _l('Balance'), _SUMS.c.balance, Kind.MONEY, filter='range', currency='currency'),
        Column('last', _l('Last movement'), _SUMS.c.last, Kind.DATE, filter='range'),
        Column('statement_email', _l('Monthly to'), Customer.statement_email, filter='text')),
    source=lambda work: sa.select(Customer).join(_SUMS, _SUMS.c.customer_id == Customer.id),
    extra={'key': Customer.account + ' ' + _SUMS.c.currency},
    search=(Customer.account, Customer.name), hint=_l('Account or name'))


class StatementEmail(BaseModel):
    """Who gets last month's statement at the beginning of each month."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    statement_email: Annotated[str, Text(_l('Send monthly to'), input='email', help=_l(
        'Last month’s statement goes there by mail; empty sends none.')), Field(max_length=254)] = ''


@dataclass(frozen=True)
class StatementHead:
    """What stands above the movements of a period; `currencies` are those the customer has or had."""

    customer: Customer
    currency: str
    currencies: tuple[str, ...]
    since: dt.date | None
    until: dt.date
    opening: Decimal
    closing: Decimal
    ageing: Ageing
    today: dt.date


class StatementService(Service):
    """A customer's account: one's own, or for the office any by its number."""

    @requires(P.STATEMENTS_READ)
    def head(self, account: str = '', *, currency: str = '', since: dt.date | None = None,
             until: dt.date | None = None) -> StatementHead:
        """Balances and ageing of a period, by default all up to today in the customer's currency.

        Raises NotFound out of reach, Invalid for a period that ends before it begins or a currency he never had.
        """
        customer = company_of(self.work, account)
        known = currencies_of(self.work, customer)
        chosen, day = currency or customer.currency, today(self.work)
        last = until or day
        if chosen not in known:
            raise Invalid(_('There is no such choice.'), field='currency')
        if since and since > last:
            raise Invalid(_('The period ends before it begins.'), field='until')
        opening = balance(self.work, customer.id, chosen, before=since) if since else Decimal(0)
        closing = balance(self.work, customer.id, chosen, before=last + dt.timedelta(days=1))
        return StatementHead(customer, chosen, known, since, last, opening, closing,
                             ageing(self.work, customer, chosen, until=last, closing=closing), day)

    @requires(P.STATEMENTS_READ)
    def page(self, query: ListQuery) -> ListPage:
        """A page of movements; each row says by `place` where its document is found."""
        page = STATEMENT.page(self.work, query)
        return ListPage([row | {'place': PLACES.get(row['document'], 'invoices')} for row in page.rows], page.total,
                        page.capped)

    @requires(P.CUSTOMERS_READ)
    def customers(self, query: ListQuery) -> ListPage:
        """A page of what customers owe, one row for each currency."""
        return STATEMENTS.page(self.work, query)

    @requires(P.SIGNED_IN, writes=True)
    def take(self, account: str = '', *, currency: str = '', since: dt.date | None = None,
             until: dt.date | None = None) -> StatementPaper:
        """The whole statement of a period for a file, written into the audit trail; raises as `head`, and Throttled."""
        self.work.require(P.STATEMENTS_READ)
        limit(self.work, 'export', str(self.actor.user_id), OFTEN)
        head = self.head(account, currency=currency, since=since, until=until)
        self.work.record('statement.taken', head.customer, number=head.customer.account, customer_id=head.customer.id,
                         changes={'currency': head.currency, 'from': str(head.since or ''), 'to': str(head.until)})
        return paper_of(self.work, head)

    @requires(P.INVOICES_ANSWER, P.PAYMENTS_MAKE, P.CUSTOMERS_WRITE, P.PAYMENTS_WRITE, writes=True)
    def set_email(self, given: StatementEmail, *, account: str = '') -> None:
        """Say who gets the monthly statement; raises Invalid for what is no address."""
        self.work.require(P.STATEMENTS_READ)
        customer = company_of(self.work, account)
        email = checked(given.statement_email, field='statement_email') if given.statement_email else ''
        if email == customer.statement_email:
            return
        before = customer.statement_email
        self.work.change(customer, statement_email=email)
        self.work.record('customer.changed', customer, number=customer.account, customer_id=customer.id,
                         changes={'statement_email': [before, email]},
                         topics=(*topics_of(customer), f'money:{customer.id}'))


def currencies_of(work: Work, customer: Customer) -> tuple[str, ...]:
    """The customer's currency first, then others his account has movements in."""
    found = work.session.execute(sa.select(col(LedgerEntry.currency)).where(
        col(LedgerEntry.customer_id) == customer.id, col(LedgerEntry.account) == Account.RECEIVABLE)
        .distinct().order_by(col(LedgerEntry.currency))).scalars()
    return tuple(dict.fromkeys((customer.currency, *found)))


def paper_of(work: Work, head: StatementHead) -> StatementPaper:
    """A statement with all its movements, in the current language; raises Invalid for too many."""
    statement = sa.select(E.day, E.document, E.number, E.amount, E.balance).where(
        E.customer_id == head.customer.id, E.currency == head.currency, E.day <= head.until)
    if head.since:
        statement = statement.where(E.day >= head.since)
    rows = work.session.execute(statement.order_by(E.day, E.id).limit(MOST_LINES + 1)).all()
    if len(rows) > MOST_LINES:
        raise Invalid(_('This period has too many movements for one file. Please choose a shorter one.'), field='since')
    words = {name: str(label) for name, label in DOCUMENTS.items()}
    lines = tuple(StatementLine(row.day, words.get(row.document, row.document), row.number,
                                row.amount if row.amount > 0 else None, -row.amount if row.amount < 0 else None,
                                row.balance) for row in rows)
    customer = head.customer
    seat = {'name': customer.name, 'street': customer.street, 'postcode': customer.postcode, 'city': customer.city,
            'country': customer.country}
    return StatementPaper(letterhead(work), customer.name, customer.account, tuple(address_lines(seat)), head.since,
                          head.until, head.opening, head.closing, lines, head.ageing, current_language(), head.currency)
