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
    'orders': _l('Orders'), 'goods': _l('Deliveries'), 'money': _l('Invoices'),
    'payments': _l('Payments'),    'people': _l('People'), 'house': _l('Operation')}
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
    'partly_asked': Event(_l('Question whether to ship a part'), 'goods', MAIL),
    'partly_answered': Event(_l('Customer answered whether to ship a part'), 'goods', office=BELL),
    'partly_allowed': Event(_l('Order is shipped in parts'), 'goods', MAIL),
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
    'back_in_stock': Event(_l('An item you wait for is there'), 'goods', MAIL),
    'invoice_issued': Event(_l('Invoice issued'), 'money', MAIL, compulsory=True),
    'credit_note_issued': Event(_l('Credit note issued'), 'money', MAIL, compulsory=True),
    'vat_denied': Event(_l('VAT number of a customer not known'), 'money', office=BELL),
    'payment_received': Event(_l('Payment received'), 'payments', MAIL, receipt=True),
    'payment_failed': Event(_l('Payment failed'), 'payments', BELL),
    'payment_undone': Event(_l('Payment taken back'), 'payments', BELL),
    'charged_back': Event(_l('Payment charged back'), 'payments', BELL, BELL),
    'refund_sent': Event(_l('Refund on its way'), 'payments', BELL),
    'refund_refused': Event(_l('Refund refused'), 'payments', BELL),
    'payment_came': Event(_l('Customer paid'), 'payments', office=BELL),
    'payment_unused': Event(_l('Payment could not be used as meant'), 'payments', office=BELL),
    'payment_differs': Event(_l('The gateway says something else'), 'payments', office=BELL),
    'refund_asked': Event(_l('Refund waits for a second person'), 'payments', office=BELL),
    'dispute_opened': Event(_l('Invoice disputed'), 'money', MAIL_ONLY, BELL, receipt=True),
    'dispute_said': Event(_l('Message about a dispute'), 'money', MAIL, BELL),
    'dispute_credited': Event(_l('Dispute credited'), 'money', MAIL),
    'dispute_upheld': Event(_l('Dispute refused'), 'money', MAIL),
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
    'reminder_bounced': Event(_l('A payment reminder did not arrive'), 'money', office=BELL),
    'reminder_sent': Event(_l('Payment reminder'), 'money', BELL),
    'customer_on_hold': Event(_l('Customer on hold'), 'money', office=BELL),
    'job_failed': Event(_l('Recurring work failed'), 'house', office=BELL),
    'check_failed': Event(_l('A check found something'), 'house', office=BELL),
}
"""Event → what it is; every sentence of the bell has its event here, and every mail that is not in `ALWAYS`."""

ALWAYS: dict[str, str] = {
    'invitation': 'the only way to sign up', 'password_reset': 'asked for by its reader',
    'password_changed': 'a warning to the owner of the account', 'digest': 'made of what its reader wished for',
    'reminder': 'a notice that must reach whoever pays the invoices, or their address',
    'statement': 'goes to the address the company gave for it',
    'access_confirm': 'asked for by its reader', 'access_known': 'asked for by its reader',
    'access_rejected': 'the answer to a request', 'two_step': 'a warning to the owner of the account',
    'news': 'the form of events without a mail of their own'}
"""Mails that no wish ends, and why."""
