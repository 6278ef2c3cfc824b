"""The monthly statement by mail: last month's, once to each company that wished for it, whatever restarts."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import language
from models.customers import Customer
from models.ledger import Account, LedgerEntry
from models.reminders import Reminder
from services import press
from services.calendar import today
from services.core import formats
from services.core.actor import SYSTEM
from services.core.errors import Conflict
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.documents.statement import StatementPaper
from services.invoices.periods import period
from services.invoices.statement import StatementService, currencies_of, paper_of
from services.mail.outbox import Recipient, promise
from services.switches import address_of

KIND = 'statement'
BATCH = 200


class StatementMailService(Service):
    """Who is to get his statement, and sending it."""

    @requires(Permission.SYSTEM)
    def due(self) -> list[uuid.UUID]:
        """The companies that wish for a statement, had business, and did not get last month's yet."""
        had = sa.exists().where(col(LedgerEntry.customer_id) == Customer.id,
                                col(LedgerEntry.account) == Account.RECEIVABLE,
                                col(LedgerEntry.day) <= period('last_month', today(self.work))[1])
        got = sa.exists().where(col(Reminder.kind) == KIND, col(Reminder.subject_id) == Customer.id,
                                col(Reminder.cycle) == self._cycle())
        return list(self.session.exec(select(Customer.id).where(Customer.statement_email != '', had, ~got)
                                      .order_by(Customer.account).limit(BATCH)))

    @requires(Permission.SYSTEM, writes=True)
    def send(self, customer_id: uuid.UUID) -> None:
        """Promise one company last month's statement; Conflict when it was sent before.

        A company with movements in more currencies gets a mail for each.
        """
        customer = self.session.get_one(Customer, customer_id)
        since, until = period('last_month', today(self.work))
        for place, currency in enumerate(currencies_of(self.work, customer)):
            cycle = self._cycle() + (f' {currency}' if place else '')
            row = Reminder(id=new_id(), kind=KIND, subject_id=customer.id, cycle=cycle, customer_id=customer.id,
                           on=today(self.work), at=self.now)
            self.session.add(row)
            self.session.flush()
            head = StatementService(self.work).head(customer.account, currency=currency, since=since, until=until)
            with language(customer.language):
                facts = {'name': customer.name, 'month': formats.month(until), 'account': customer.account,
                         'balance': formats.money(head.closing, currency),
                         'overdue': formats.money(head.ageing.overdue, currency) if head.ageing.overdue else '',
                         'link': address_of(self.work, f'/statement?currency={currency}', customer.id)}
            mail = promise(self.work, message='statement', facts=facts, customer_id=customer.id,
                           to=Recipient(customer.statement_email, customer.name, customer.language),
                           document=(KIND, row.id))
            row.mail_id = mail.id
        self.work.record('statement.sent', customer, number=customer.account, customer_id=customer.id,
                         note=self._cycle())

    @requires(Permission.SYSTEM)
    def mailed(self, reminder_id: uuid.UUID) -> StatementPaper:
        """The statement of the month a mail was promised for."""
        row = self.session.get_one(Reminder, reminder_id)
        customer = self.session.get_one(Customer, row.subject_id)
        month, _blank, currency = row.cycle.partition(' ')
        since = dt.date.fromisoformat(f'{month}-01')
        until = (since + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        with language(customer.language):
            head = StatementService(self.work).head(customer.account, currency=currency or customer.currency,
                                                    since=since, until=until)
            return paper_of(self.work, head)

    def _cycle(self) -> str:
        return f'{period("last_month", today(self.work))[1]:%Y-%m}'


def send_monthly(runtime: Runtime) -> int:
    """Send what is due; returns to how many companies. Another process that was first does no harm."""
    sent = 0
    for customer_id in runtime.run(SYSTEM, StatementMailService.due):
        try:
            runtime.run(SYSTEM, StatementMailService.send, customer_id)
        except Conflict:
            continue
        sent += 1
    return sent


def attached(runtime: Runtime, reminder_id: uuid.UUID) -> tuple[str, bytes]:
    """The statement as its mail carries it."""
    return press.make('statement_pdf', runtime.run(SYSTEM, StatementMailService.mailed, reminder_id))
