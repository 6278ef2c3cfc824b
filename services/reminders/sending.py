"""Reminding: one act for each customer and day, in which rows, mail, levels and hold stand or fall together."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _, language
from models.customers import Customer, CustomerStatus
from models.mail import Mail
from models.reminders import Reminder
from models.users import Membership, Role, User
from services.calendar import today
from services.claims.links import links_for
from services.core import formats
from services.core.actor import SYSTEM
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.informing import inform
from services.invoices.news import topics_of
from services.mail.outbox import Recipient, promise
from services.notifications import who_may
from services.reminders.calendar import is_working_day
from services.reminders.deciding import MAIL, Item, customers, items
from services.reminders.ladder import Kind
from services.settings import setting
from services.switches import address_of

TOPIC = 'office:reminders'
log = logging.getLogger('portico')


@dataclass(frozen=True)
class Reader:
    """Somebody a reminder goes to; without an account he has no id."""

    recipient: Recipient
    user_id: uuid.UUID | None = None


class ReminderSendingService(Service):
    """The steps of a run, each its own short act."""

    @requires(Permission.SYSTEM)
    def waiting(self) -> list[uuid.UUID]:
        """The customers to look at now; nobody on weekends and holidays, or when reminders are switched off."""
        day = today(self.work)
        if not setting(self.work, 'reminders.on') or not is_working_day(self.work, day):
            return []
        return customers(self.work, day)

    @requires(Permission.SYSTEM, writes=True)
    def remind(self, customer_id: uuid.UUID) -> int:
        """Remind a customer of all that is due today by one mail to each reader; returns of how many invoices.

        The rows are unique, so a second try on the same day, in whatever process, writes nothing.
        """
        day = today(self.work)
        due = items(self.work, customer_id, day)
        if not due or self._was_told(customer_id, day):
            return 0
        customer = self.session.exec(select(Customer).where(Customer.id == customer_id)).one()
        mails = [_mail(self.work, customer, reader, due) for reader in readers(self.work, customer)]
        self.session.flush()
        self._write_down(customer, due, mails[0].id if mails else None, day)
        for item in due:
            self.work.change(item.invoice, reminder_level=item.step.level, reminded_on=day)
        self._tell(customer, due, sent=bool(mails))
        self._hold(customer, due)
        self.work.record('customer.reminded', customer, number=customer.account, customer_id=customer.id,
                         note=', '.join(f'{item.invoice.number} ({item.step.level})' for item in due)[:300],
                         topics=(TOPIC, *(topic for item in due for topic in topics_of(item.invoice))))
        return len(due)

    def _was_told(self, customer_id: uuid.UUID, day: dt.date) -> bool:
        return self.session.exec(select(Reminder.id).where(
            Reminder.kind == MAIL, Reminder.subject_id == customer_id,
            Reminder.cycle == day.isoformat())).first() is not None

    def _write_down(self, customer: Customer, due: Sequence[Item], mail_id: uuid.UUID | None, day: dt.date) -> None:
        common: dict[str, Any] = {'customer_id': customer.id, 'mail_id': mail_id, 'on': day, 'at': self.now}
        self.session.add(Reminder(id=new_id(), kind=MAIL, subject_id=customer.id, cycle=day.isoformat(), **common))
        self.session.add_all(Reminder(
            id=new_id(), kind=item.step.kind.value, subject_id=item.invoice.id, level=item.step.level,
            cycle=item.owed.on.isoformat(), **common) for item in due)
        self.session.flush()

    def _tell(self, customer: Customer, due: Sequence[Item], *, sent: bool) -> None:
        if not sent:
            inform(self.work, 'reminder_unsent', who_may(self.work, Permission.INVOICES_WRITE),
                   facts={'customer': customer.name}, path=f'/office/customers/{customer.account}')
        inform(self.work, 'reminder_sent', who_may(self.work, Permission.PAYMENTS_MAKE, customer.id),
               facts={'count': len(due), 'amount': str(sum(item.owed.amount for item in due)),
                      'currency': due[0].invoice.currency}, path='/invoices', customer_id=customer.id)

    def _hold(self, customer: Customer, due: Sequence[Item]) -> None:
        level = setting(self.work, 'reminders.hold_level')
        if not level or customer.status is not CustomerStatus.ACTIVE or max(item.step.level for item in due) < level:
            return
        self.work.change(customer, expect={'status': CustomerStatus.ACTIVE}, status=CustomerStatus.ON_HOLD,
                         hold_reason=_('Reminders of overdue invoices went unanswered.'))
        self.work.record('customer.held', customer, number=customer.account, customer_id=customer.id,
                         note=f'level {level}', topics=(f'company:{customer.id}', 'office:customers'))
        inform(self.work, 'customer_on_hold', who_may(self.work, Permission.CREDIT_OVERRIDE),
               facts={'customer': customer.name}, path=f'/office/customers/{customer.account}')


def readers(work: Work, customer: Customer) -> list[Reader]:
    """Who is reminded: the address for invoices, else the people of finance, else the Admins."""
    if customer.invoice_email:
        return [Reader(Recipient(customer.invoice_email, customer.name, customer.language))]
    for role in (Role.FINANCE, Role.ADMIN):
        found = work.session.exec(select(User).join(Membership, col(Membership.user_id) == User.id).where(
            Membership.customer_id == customer.id, Membership.role == role, col(Membership.active),
            col(User.active)).order_by(col(User.id))).all()
        if found:
            return [Reader(Recipient(user.email, user.name, user.language), user.id) for user in found]
    return []


def run_reminders(runtime: Runtime) -> int:
    """The recurring piece of work: remind every customer who is due; returns of how many invoices.

    What goes wrong with one customer keeps nobody else from being reminded; it is raised at the end.
    """
    count, fault = 0, None
    for customer_id in runtime.run(SYSTEM, ReminderSendingService.waiting):
        try:
            count += runtime.run(SYSTEM, ReminderSendingService.remind, customer_id)
        except Exception as error:
            log.exception('customer %s could not be reminded', customer_id)
            fault = error
    if fault is not None:
        raise fault
    return count


def _mail(work: Work, customer: Customer, reader: Reader, due: Sequence[Item]) -> Mail:
    single = due[0].invoice.id if len(due) == 1 else None
    with language(reader.recipient.language):
        facts = {'name': reader.recipient.name, 'company': customer.name, 'level': max(i.step.level for i in due),
                 'link': address_of(work, '/invoices', customer.id), 'items': [_line(work, item) for item in due],
                 'total': _total(due)}
    return promise(work, message='reminder', to=reader.recipient, facts=facts, customer_id=customer.id,
                   document=('invoice', single) if single else None)


def _total(due: Sequence[Item]) -> str:
    sums: dict[str, Any] = {}
    for item in due:
        sums[item.invoice.currency] = sums.get(item.invoice.currency, 0) + item.owed.amount
    return ' + '.join(formats.money(amount, currency) for currency, amount in sums.items())


def _line(work: Work, item: Item) -> dict[str, Any]:
    invoice, on = item.invoice, formats.date(item.owed.on)
    late = item.owed.on < today(work)
    said = {Kind.SOON: _('due on {date}').format(date=on),
            Kind.DUE: (_('was due on {date}') if late else _('is due: {date}')).format(date=on),
            Kind.OVERDUE: _('was due on {date} · reminder {level}').format(date=on, level=item.step.level)}
    links = links_for(work, invoice)
    return {'number': invoice.number, 'amount': formats.money(item.owed.amount, invoice.currency),
            'said': said[item.step.kind], 'paper': f'{work.runtime.config.url}/download/invoices/{invoice.number}.pdf',
            'pay': links['pay'], 'paid': links['paid'], 'promise': links['promise'], 'dispute': links['dispute'],
            'is_overdue': item.step.kind is Kind.OVERDUE}
