"""Reminders for the office: what was sent, what comes next, and pausing an invoice by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Amount
from models.core.words import _, _l, _p
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.reminders import Reminder
from services.calendar import today
from services.core.errors import Conflict, Invalid
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.invoices.news import topics_of
from services.reminders.coming import Upcoming, coming
from services.reminders.deciding import MAIL
from services.reminders.ladder import Kind as Rung
from services.reminders.sending import TOPIC

BY_HAND = 'office'
KINDS = {Rung.SOON.value: _l('Due soon'), Rung.DUE.value: _p('reminder', 'Due'), Rung.OVERDUE.value: _l('Overdue')}


_charged: Any = sa.type_coerce(col(Reminder.fee) + col(Reminder.interest), Amount())

SENT = Listing(
    name='reminders', title=_l('Reminders sent'), needs=Permission.JOBS_RUN, key='id', order='-at',
    columns=(
        Column('at', _l('Sent'), Reminder.at, Kind.MOMENT, filter='range'),
        Column('customer', _l('Customer'), Customer.name, filter='text', link='/office/customers/{account}',
               note='account'),
        Column('number', _l('Invoice'), Invoice.number, filter='text', link='/office/invoices/{number}'),
        Column('kind', _l('Kind'), Reminder.kind, Kind.STATUS, filter='choice', choices=lambda: KINDS,
               tones={Rung.SOON.value: 'info', Rung.DUE.value: 'warn', Rung.OVERDUE.value: 'bad'}),
        Column('level', _l('Level'), sa.case((col(Reminder.level) > 0, col(Reminder.level))), Kind.NUMBER),
        Column('due_on', _l('Due date'), sa.func.date(col(Reminder.cycle), type_=sa.Date), Kind.DATE, sortable=False),
        Column('charged', _l('Charged'), sa.case((_charged > sa.literal(0, Amount()), _charged)), Kind.MONEY,
               currency='currency'),
        Column('open', _l('Open now'), Invoice.gross - Invoice.settled, Kind.MONEY, currency='currency'),
    ),
    source=lambda work: sa.select(Reminder).join(Invoice, col(Invoice.id) == Reminder.subject_id).join(
        Customer, col(Customer.id) == Invoice.customer_id).where(col(Reminder.kind) != MAIL),
    extra={'id': Reminder.id, 'account': Customer.account, 'currency': Invoice.currency, 'mail_id': Reminder.mail_id},
    search=(Customer.name, Customer.account, Invoice.number))


class ReminderService(Service):
    """What the office sees and decides of reminders."""

    @requires(Permission.JOBS_RUN)
    def sent(self, query: ListQuery) -> ListPage:
        """One page of the reminders that went out."""
        return SENT.page(self.work, query)

    @requires(Permission.JOBS_RUN)
    def upcoming(self) -> list[Upcoming]:
        """What goes out within two weeks if nothing changes, the next first, 200 at most."""
        return coming(self.work, today(self.work))

    @requires(Permission.INVOICES_WRITE, writes=True)
    def pause(self, number: str, until: dt.date, reason: str = '') -> None:
        """Let the reminders of an invoice rest up to and including a day; Invalid for one that is over."""
        if until < today(self.work):
            raise Invalid(_('Please choose a day from today on.'), field='until')
        invoice = self._open(number)
        self.work.change(invoice, paused_until=until, pause_reason=(reason.strip() or BY_HAND)[:120])
        self.work.record('reminders.paused', invoice, note=reason, changes={'until': until.isoformat()},
                         topics=(TOPIC, *topics_of(invoice)))

    @requires(Permission.INVOICES_WRITE, writes=True)
    def go_on(self, number: str) -> None:
        """Let the reminders of an invoice go on; raises Conflict when nothing pauses them."""
        invoice = self._open(number)
        if invoice.paused_until is None:
            raise Conflict(_('The reminders of this invoice are not paused.'))
        self.work.change(invoice, paused_until=None, pause_reason='')
        self.work.record('reminders.resumed', invoice, topics=(TOPIC, *topics_of(invoice)))

    def _open(self, number: str) -> Invoice:
        invoice = self.work.one(Invoice, Invoice.number == number, Invoice.kind == InvoiceKind.INVOICE)
        if invoice.status not in UNSETTLED:
            raise Conflict(_('Nothing of {number} is open any more.').format(number=invoice.number))
        return invoice
