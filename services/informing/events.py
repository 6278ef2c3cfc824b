"""The one table of events: who hears of what by which way, unless the person wishes otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from models.core.words import Lazy, _l
from models.reminders import MailWay


@dataclass(frozen=True)
class Ways:
    """How people of one side hear of an event when they have not said otherwise."""

    bell: bool = True
    mail: MailWay = MailWay.NEVER


@dataclass(frozen=True)
class Event:
    """What a person may wish about; a side without ways never hears of it.

    `compulsory`: its mail is always sent at once, whatever is wished. `receipt`: the person who did it himself gets
    the mail too. The sentence of the bell is `services.notifications.MESSAGES` under the same name; the mail is
    assets/mail/<event>, or `news` where there is none and always for the office.
    """

    label: Lazy
    group: str
    customer: Ways | None = None
    office: Ways | None = None
    compulsory: bool = False
    receipt: bool = False

    def ways(self, *, office: bool) -> Ways | None:
        """The usual ways of one side."""
        return self.office if office else self.customer


GROUPS: dict[str, Lazy] = {
    'orders': _l('Orders'), 'goods': _l('Deliveries'), 'money': _l('Invoices and payments'),
    'people': _l('People'), 'house': _l('Operation')}
BELL = Ways()
MAIL = Ways(mail=MailWay.AT_ONCE)
MAIL_ONLY = Ways(bell=False, mail=MailWay.AT_ONCE)

EVENTS: dict[str, Event] = {
    'order_placed': Event(_l('Order placed'), 'orders', MAIL_ONLY, BELL, receipt=True),
    'order_confirmed': Event(_l('Order confirmed'), 'orders', MAIL, receipt=True),
    'order_declined': Event(_l('Order declined'), 'orders', MAIL, receipt=True),
    'order_changed': Event(_l('Order changed'), 'orders', MAIL, receipt=True),
    'order_cancelled': Event(_l('Order cancelled'), 'orders', MAIL, BELL, receipt=True),
    'order_held': Event(_l('Order on hold'), 'orders', BELL),
    'order_released': Event(_l('Order no longer on hold'), 'orders', BELL),
    'order_consent': Event(_l('Order needs your consent'), 'orders', MAIL, receipt=True),
    'order_answered': Event(_l('Customer answered a change'), 'orders', office=BELL),
    'cancel_asked': Event(_l('Customer asks to cancel'), 'orders', office=BELL),
    'cart_left': Event(_l('A cart was left'), 'orders', MAIL),
    'cancel_refused': Event(_l('Cancellation refused'), 'orders', BELL),
    'ship_asked': Event(_l('Customer asks to ship what is there'), 'goods', office=BELL),
    'rest_asked': Event(_l('Customer asks to cancel the rest'), 'goods', office=BELL),
    'wish_refused': Event(_l('Wish for an order refused'), 'goods', BELL),
    'rest_closed': Event(_l('Rest of an order cancelled'), 'goods', MAIL, receipt=True),
    'dates_changed': Event(_l('Delivery dates changed'), 'goods', MAIL),
    'goods_there': Event(_l('Goods have come in'), 'goods', BELL),
    'order_shipped': Event(_l('Goods are on their way'), 'goods', MAIL),
    'shipment_delivered': Event(_l('Shipment delivered'), 'goods', BELL),
    'shipment_problem': Event(_l('Shipment held up'), 'goods', MAIL),
    'shipment_returned': Event(_l('Shipment came back'), 'goods', MAIL),
    'shipment_stuck': Event(_l('Shipment to a customer held up'), 'goods', office=BELL),
    'dispute_opened': Event(_l('Customer disputes an invoice'), 'money', office=BELL),
    'dispute_said': Event(_l('Message about a dispute'), 'money', office=BELL),
    'dispute_withdrawn': Event(_l('Dispute withdrawn'), 'money', office=BELL),
    'promise_made': Event(_l('Customer promises to pay'), 'money', office=BELL),
    'paid_said': Event(_l('Customer says it is paid'), 'money', office=BELL),
    'promise_broken': Event(_l('Promise not kept'), 'money', office=BELL),
    'paid_not_found': Event(_l('Payment not found'), 'money', office=BELL),
    'access_asked': Event(_l('Somebody asks for access'), 'people', office=BELL),
    'invitation_accepted': Event(_l('Invitation accepted'), 'people', BELL, BELL),
    'invitation_asked': Event(_l('New invitation asked for'), 'people', BELL, BELL),
    'role_changed': Event(_l('Your role changed'), 'people', BELL, BELL),
    'import_finished': Event(_l('Import finished'), 'house', office=BELL),
    'mail_dead': Event(_l('A mail could not be delivered'), 'house', office=BELL),
    'reminder_unsent': Event(_l('Nobody to remind'), 'money', office=BELL),
    'reminder_sent': Event(_l('Payment reminder'), 'money', BELL),
    'customer_on_hold': Event(_l('Customer on hold'), 'money', office=BELL),
    'job_failed': Event(_l('Recurring work failed'), 'house', office=BELL),
    'check_failed': Event(_l('A check found something'), 'house', office=BELL),
}
"""Event → what it is; an event of `MESSAGES` that is not here always goes to the bell and never by mail."""
UNLISTED = Event(_l('News'), 'house', BELL, BELL)
