"""What the bell tells: news for one person, put into words in his language when he reads it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.words import Lazy, _, _l
from models.notifications import Notification
from models.users import Membership, User
from services.core import formats
from services.core.errors import NotFound
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import ROLES, Permission
from services.core.service import Service, requires
from services.core.work import Work

MESSAGES: dict[str, Lazy] = {
    'order_placed': _l('{customer} placed order {number}'),
    'order_confirmed': _l('Order {number} is confirmed'),
    'order_declined': _l('Order {number} was declined'),
    'order_changed': _l('Order {number} was changed: {note}'),
    'order_cancelled': _l('Order {number} was cancelled'),
    'order_held': _l('Order {number} is on hold: {note}'),
    'order_released': _l('Order {number} is no longer on hold'),
    'order_consent': _l('Order {number} needs your consent to a change'),
    'order_answered': _l('{person} answered the change of order {number}'),
    'cancel_asked': _l('{customer} asks to cancel order {number}'),
    'cancel_refused': _l('Order {number} cannot be cancelled: {note}'),
    'dispute_opened': _l('{customer} disputes {amount} of invoice {number}'),
    'dispute_said': _l('{person} wrote about the dispute of invoice {number}'),
    'dispute_credited': _l('The dispute of invoice {number} ended with credit note {credit}'),
    'dispute_upheld': _l('Invoice {number} is right: {note}'),
    'dispute_withdrawn': _l('{customer} withdrew the dispute of invoice {number}'),
    'payment_undone': _l('Payment {number} over {amount} was not yours and is taken back'),
    'promise_made': _l('{customer} promises to pay invoice {number} on {date}'),
    'paid_said': _l('{customer} says that invoice {number} was paid on {date}'),
    'promise_broken': _l('{customer} did not pay invoice {number} as promised for {date}'),
    'paid_not_found': _l('No money came for invoice {number}, which {customer} says was paid on {date}'),
    'partly_asked': _l('May we ship a part of order {number} already? {note}'),
    'partly_answered': _l('{person} answered whether a part of order {number} may be shipped'),
    'partly_allowed': _l('Order {number} is shipped in parts: {note}'),
    'ship_asked': _l('{customer} asks to ship what is there of order {number}'),
    'rest_asked': _l('{customer} asks to cancel the rest of order {number}'),
    'wish_refused': _l('Your wish for order {number} was refused: {note}'),
    'rest_closed': _l('The rest of order {number} was cancelled: {note}'),
    'dates_changed': _l('Order {number} is expected on other days'),
    'goods_there': _l('Goods for order {number} have come in'),
    'order_shipped': _l('Goods of order {number} are on their way: {shipment}'),
    'shipment_delivered': _l('Shipment {shipment} of order {number} was delivered'),
    'shipment_problem': _l('Shipment {shipment} of order {number} is held up: {note}'),
    'shipment_returned': _l('Shipment {shipment} of order {number} came back; we send the goods again'),
    'shipment_stuck': _l('Shipment {shipment} to {customer} is held up: {note}'),
    'back_in_stock': _l('{item} is back in stock'),
    'payment_received': _l('We received your payment {number} of {amount}'),
    'payment_came': _l('{customer} paid {amount}: {number}'),
    'payment_failed': _l('Payment {number} of {amount} did not go through'),
    'payment_unused': _l('{number} of {customer}: {note} could not be used as meant and is credit'),
    'payment_differs': _l('{number} of {customer}: the gateway says {note}, so nothing was booked'),
    'charged_back': _l('Payment {number} of {amount} was charged back'),
    'refund_asked': _l('{customer}: refund {number} of {amount} waits for you'),
    'refund_sent': _l('Refund {number} of {amount} is on its way'),
    'refund_refused': _l('Refund {number} of {amount} was not made: {note}'),
    'access_asked': _l('{person} asks for access for {company}'),
    'invitation_accepted': _l('{person} of {company} has signed up'),
    'invitation_asked': _l('{email} asked for a new invitation to {company}; it was sent'),
    'role_changed': _l('Your role at {company} is now {role}'),
    'invoice_issued': _l('Invoice {number} over {amount} was issued'),
    'credit_note_issued': _l('Credit note {number} over {amount} was issued'),
    'vat_denied': _l('The register does not know the VAT number {vat_id} of {customer}'),
    'import_finished': _l('The import of {file} is finished'),
    'mail_dead': _l('The mail “{subject}” to {recipient} could not be delivered'),
    'cart_left': _l('Your cart is waiting; lines in it: {count}'),
    'reminder_sent': _l('Payment reminder: {count} invoices, {amount} open'),
    'reminder_unsent': _l('{customer} has due invoices, but nobody to remind'),
    'reminder_bounced': _l('A payment reminder to {customer} did not arrive: {recipient}'),
    'customer_on_hold': _l('{customer} was put on hold, as reminders went unanswered'),
    'job_failed': _l('Recurring work failed: {job}'),
    'check_failed': _l('The nightly check found {count} things that are wrong'),
}


TRANSLATED = frozenset({'role', 'job'})
# Written out once: to build these for every order costs more than to carry them out.
_MAY = select(Membership.user_id).join(User, col(User.id) == Membership.user_id).where(
    col(Membership.role).in_(sa.bindparam('roles', expanding=True)), col(Membership.active), col(User.active)).order_by(
    col(User.id))
_STAFF = _MAY.where(col(Membership.customer_id).is_(None))
_COMPANY = _MAY.where(col(Membership.customer_id) == sa.bindparam('customer'))


@dataclass(frozen=True)
class News:
    """One entry of the bell in the reader's language; `path` is where it leads."""

    id: uuid.UUID
    message: str
    text: str
    path: str
    at: dt.datetime
    read: bool


def worded(message: str, facts: Mapping[str, Any]) -> str:
    """A notification's sentence in the current language; facts of `TRANSLATED` are English words put into it too.

    `date` is an ISO date and `amount`, with `currency`, a plain number; both are shown as the reader writes them.
    """
    words = {key: _(str(value)) if key in TRANSLATED else str(value) for key, value in facts.items()}
    if 'date' in facts:
        words['date'] = formats.date(dt.date.fromisoformat(str(facts['date'])))
    if 'amount' in facts and 'currency' in facts:
        words['amount'] = formats.money(Decimal(str(facts['amount'])), str(facts['currency']))
    return str(MESSAGES[message]).format_map(_Facts(words))


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return '–'


def who_may(work: Work, permission: Permission, customer_id: uuid.UUID | None = None) -> list[uuid.UUID]:
    """The active people with a right in a company, or on the staff when there is none."""
    roles = [role for role, rights in ROLES.items() if permission in rights]
    asked = {'roles': roles} | ({'customer': customer_id} if customer_id else {})
    return [user_id for user_id, in work.rows(_COMPANY if customer_id else _STAFF, asked)]


def _own(work: Work) -> sa.ColumnElement[bool]:
    mine = col(Notification.user_id) == work.actor.user_id
    if work.actor.customer_id is None:
        return mine
    company = col(Notification.customer_id)
    return sa.and_(mine, sa.or_(company.is_(None), company == work.actor.customer_id))


NOTIFICATIONS = Listing(
    name='notifications', title=_l('Notifications'), needs=Permission.SIGNED_IN, key='id', order='-created_at',
    columns=(
        Column('created_at', _l('When'), Notification.created_at, Kind.MOMENT, filter='range'),
        Column('message', _l('What'), Notification.message, sortable=False, filter='choice', exportable=False,
               choices=lambda: MESSAGES),
    ),
    source=lambda work: sa.select(Notification).where(_own(work)),
    extra={'id': Notification.id, 'facts': Notification.facts, 'path': Notification.path,
           'read_at': Notification.read_at},
)


class NotificationService(Service):
    """A person's own news; nobody reads another's."""

    @requires(Permission.SIGNED_IN)
    def unread(self) -> int:
        """How many entries the person has not read."""
        count = sa.select(sa.func.count()).select_from(Notification).where(
            _own(self.work), col(Notification.read_at).is_(None))
        return int(self.session.execute(count).scalar_one())

    @requires(Permission.SIGNED_IN)
    def latest(self, limit: int = 20) -> list[News]:
        """The newest entries, newest first."""
        rows = self.session.exec(select(Notification).where(_own(self.work)).order_by(
            col(Notification.created_at).desc(), col(Notification.id).desc()).limit(min(max(limit, 1), 100)))
        return [News(row.id, row.message, worded(row.message, row.facts), row.path, row.created_at,
                     row.read_at is not None) for row in rows]

    @requires(Permission.SIGNED_IN)
    def page(self, query: ListQuery) -> ListPage:
        """One page of all entries; each row has its sentence as `text`."""
        page = NOTIFICATIONS.page(self.work, query)
        for row in page.rows:
            row['text'] = worded(row['message'], row['facts'])
        return page

    @requires(Permission.SIGNED_IN, writes=True)
    def read(self, notification_id: uuid.UUID) -> str:
        """Mark one entry read and return the path it leads to; raises NotFound when it is not the person's own."""
        row = self.session.exec(select(Notification).where(
            _own(self.work), Notification.id == notification_id)).first()
        if row is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        self._mark(Notification.id == notification_id)
        return row.path

    @requires(Permission.SIGNED_IN, writes=True)
    def read_all(self) -> int:
        """Mark all entries read; returns how many were not."""
        return self._mark(sa.true())

    def _mark(self, which: Any) -> int:
        if self.actor.viewing_as:
            return 0
        done: Any = self.session.execute(sa.update(Notification).where(
            _own(self.work), col(Notification.read_at).is_(None), which).values(read_at=self.now)
            .execution_options(synchronize_session=False))
        if done.rowcount:
            self.work.announce(f'person:{self.actor.user_id}')
        return int(done.rowcount)
