"""The lists of invoices and credit notes on both sides, and of orders whose goods wait to be invoiced."""

from __future__ import annotations

import datetime as dt
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Amount
from models.core.words import Lazy, _l, _p
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceStatus, InvoicingRule
from models.orders import Order, OrderLine, OrderStatus
from services.calendar import today
from services.core.listing import Column, Kind, Listing
from services.core.permissions import Permission
from services.core.work import Work, within
from services.invoices.issuing import INVOICED
from services.invoices.wording import CREDIT_STANDINGS, DISPUTED, OVERDUE, RULES, STANDINGS, TONES
from services.orders.reading import STATUSES as ORDER_STATUSES
from services.orders.reading import TONES as ORDER_TONES

_day: ContextVar[dt.date] = ContextVar('the day of the list', default=dt.date.min)
_today = sa.bindparam('day_of_the_list', type_=sa.Date, callable_=_day.get)
_open: Any = sa.type_coerce(col(Invoice.gross) - col(Invoice.settled), Amount())
_unsettled = col(Invoice.status).in_(UNSETTLED)
_overdue = sa.and_(_unsettled, col(Invoice.due_on) < _today, _open > col(Invoice.disputed))
_standing = sa.case((_overdue, OVERDUE), (sa.and_(_unsettled, col(Invoice.disputed) > 0), DISPUTED),
                    else_=sa.cast(col(Invoice.status), sa.String))

_NUMBER = Column('number', _l('Invoice'), Invoice.number, link='/invoices/{number}', shown='name', note='what')
_COLUMNS = (
    Column('issued_on', _l('Date'), Invoice.issued_on, Kind.DATE, filter='range'),
    Column('due_on', _l('Due'), Invoice.due_on, Kind.DATE, filter='range', note='due_text'),
    Column('order_number', _l('Order'), Invoice.order_number, filter='text'),
    Column('po_number', _l('PO number'), Invoice.po_number, filter='text', default=False),
    Column('line_count', _l('Lines'), Invoice.line_count, Kind.NUMBER, default=False),
    Column('standing', _l('Status'), _standing, Kind.STATUS, filter='choice', tones=TONES,
           choices=lambda: {value: word for value, word in STANDINGS.items() if value != InvoiceStatus.DRAFT}),
    Column('net', _l('Net'), Invoice.net, Kind.MONEY, currency='currency', default=False, filter='range'),
    Column('gross', _l('Amount'), Invoice.gross, Kind.MONEY, currency='currency', filter='range'),
    Column('open', _p('amount', 'Open'), _open, Kind.MONEY, currency='currency', filter='range'),
    Column('payment_reference', _l('Payment reference'), Invoice.payment_reference, default=False, filter='text'),
)
_CREDIT = (
    Column('issued_on', _l('Date'), Invoice.issued_on, Kind.DATE, filter='range'),
    Column('corrects_number', _l('For invoice'), Invoice.corrects_number, filter='text'),
    Column('order_number', _l('Order'), Invoice.order_number, filter='text', default=False),
    Column('reason', _l('Reason'), Invoice.reason, filter='text'),
    Column('standing', _l('Status'), _standing, Kind.STATUS, filter='choice', tones=TONES,
           choices=lambda: CREDIT_STANDINGS),
    Column('net', _l('Net'), Invoice.net, Kind.MONEY, currency='currency', default=False, filter='range'),
    Column('gross', _l('Amount'), Invoice.gross, Kind.MONEY, currency='currency', filter='range'),
    Column('open', _l('Not used yet'), _open, Kind.MONEY, currency='currency', filter='range'),
)
_EXTRA = {'id': Invoice.id, 'currency': Invoice.currency, 'status': Invoice.status, 'version': Invoice.version,
          'disputed': Invoice.disputed, 'reminder_id': Invoice.reminder_id}
_SEARCH = (Invoice.number, Invoice.order_number, Invoice.po_number, Invoice.payment_reference)


def _source(kind: InvoiceKind, *, office: bool) -> Any:
    def select(work: Work) -> Any:
        _day.set(today(work))
        statement = sa.select(Invoice)
        if office:
            statement = statement.join(Customer, col(Customer.id) == Invoice.customer_id)
        else:
            statement = statement.where(col(Invoice.status) != InvoiceStatus.DRAFT)
        return within(statement.where(col(Invoice.kind) == kind), Invoice, work.actor)
    return select


def _office(name: str, title: Lazy, number: Column, columns: tuple[Column, ...], kind: InvoiceKind) -> Listing:
    return Listing(
        name, title, Permission.OFFICE,
        (number, Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', note='account'),
         *columns, Column('account', _l('Account'), Customer.account, default=False, filter='exact')),
        _source(kind, office=True), key='id', order='-issued_on', extra=_EXTRA | {'created_at': Invoice.created_at},
        search=(*_SEARCH, Customer.name, Customer.account))


INVOICES = Listing('invoices', _l('Invoices'), Permission.INVOICES_READ, (_NUMBER, *_COLUMNS),
                   _source(InvoiceKind.INVOICE, office=False), key='id', order='-issued_on', extra=_EXTRA,
                   search=_SEARCH)
CREDIT_NOTES = Listing(
    'credit-notes', _l('Credit notes'), Permission.CREDIT_NOTES_READ,
    (Column('number', _l('Credit note'), Invoice.number, link='/credit-notes/{number}'), *_CREDIT),
    _source(InvoiceKind.CREDIT_NOTE, office=False), key='id', order='-issued_on', extra=_EXTRA,
    search=(*_SEARCH, Invoice.corrects_number))
_with_drafts = tuple(
    Column('standing', _l('Status'), _standing, Kind.STATUS, filter='choice', choices=lambda: STANDINGS, tones=TONES)
    if column.name == 'standing' else replace(column, default=False) if column.name == 'order_number' else column
    for column in _COLUMNS)
DESK = _office('office-invoices', _l('Invoices'),
               Column('number', _l('Invoice'), Invoice.number, link='/office/invoices/{key}', shown='name',
                      note='what'),
               _with_drafts, InvoiceKind.INVOICE)
CREDIT_DESK = _office('office-credit-notes', _l('Credit notes'),
                      Column('number', _l('Credit note'), Invoice.number, link='/office/credit-notes/{number}'),
                      _CREDIT, InvoiceKind.CREDIT_NOTE)

_shipped = sa.select(col(OrderLine.order_id)).where(col(OrderLine.shipped) > col(OrderLine.invoiced))
_agreed = sa.select(col(Order.id)).where(
    col(Order.customer_id).in_(sa.select(col(Customer.id)).where(col(Customer.invoicing) == InvoicingRule.ON_ORDER)),
    col(Order.uninvoiced) > 0,
    sa.exists().where(col(OrderLine.order_id) == Order.id,
                      col(OrderLine.ordered) - col(OrderLine.cancelled) > col(OrderLine.invoiced)).correlate(Order))
to_invoice: Any = sa.and_(
    col(Order.source) != 'import',
    # without the index of the status, which most orders share
    sa.func.coalesce(col(Order.status), sa.literal('', sa.String)).in_(INVOICED),
    col(Order.id).in_(sa.union(_shipped, _agreed)))
"""Orders of which something was shipped, or is to be invoiced on order, and stands on no invoice."""

TO_INVOICE = Listing(
    'to-invoice', _l('To invoice'), Permission.OFFICE,
    (Column('number', _l('Order'), Order.number, link='/office/orders/{number}'),
     Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', note='account'),
     Column('rule', _l('Invoiced'), Customer.invoicing, Kind.STATUS, filter='choice', choices=lambda: RULES),
     Column('placed_at', _l('Placed'), Order.placed_at, Kind.MOMENT, filter='range'),
     Column('status', _l('Status'), Order.status, Kind.STATUS, filter='choice', tones=ORDER_TONES,
            choices=lambda: {status: ORDER_STATUSES[status] for status in OrderStatus if status in INVOICED}),
     Column('uninvoiced', _l('Not invoiced yet'), Order.uninvoiced, Kind.MONEY, currency='currency', filter='range')),
    lambda work: sa.select(Order).join(Customer, col(Customer.id) == Order.customer_id).where(to_invoice),
    key='id', order='placed_at', extra={'id': Order.id, 'currency': Order.currency, 'account': Customer.account},
    search=(Order.number, Customer.name, Customer.account))
