"""Who did what and when: the audit trail as the office reads it."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlmodel import col

from models.audit import Event
from models.core.words import Lazy, _l
from models.customers import Customer
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires

ACTIONS: Mapping[str, Lazy] = {
    'act.refused': _l('Not allowed'),
    'access.approved': _l('Access request approved'), 'access.asked': _l('Access asked for'),
    'access.confirmed': _l('Access request confirmed'), 'access.rejected': _l('Access request rejected'),
    'address.added': _l('Address added'), 'address.changed': _l('Address changed'),
    'address.made_default': _l('Default address changed'), 'address.retired': _l('Address retired'),
    'assortment.entry_added': _l('Added to assortment'), 'assortment.entry_removed': _l('Taken from assortment'),
    'assortment.opened': _l('Assortment opened'), 'assortment.restricted': _l('Assortment restricted'),
    'bank.booked': _l('Bank entry booked'), 'bank.open': _l('Bank entry taken up again'),
    'bank.read_in': _l('Bank statement read in'), 'bank.set_aside': _l('Bank entry set aside'),
    'bank.undone': _l('Booking of a bank entry undone'),
    'category.changed': _l('Category changed'), 'category.created': _l('Category added'),
    'category.deleted': _l('Category deleted'), 'collection.changed': _l('Collection changed'),
    'collection.created': _l('Collection added'), 'collection.deleted': _l('Collection deleted'),
    'collection.filled': _l('Collection filled'),
    'customer.billing_changed': _l('Billing changed'), 'customer.vat_checked': _l('VAT number checked'),
    'customer.blocked': _l('Customer blocked'), 'customer.changed': _l('Customer changed'),
    'customer.created': _l('Customer added'), 'customer.held': _l('Customer put on hold'),
    'customer.portal_changed': _l('Portal access changed'), 'customer.price_list_changed': _l('Price list assigned'),
    'customer.reminded': _l('Payment reminder sent'),
    'customer.released': _l('Customer released'), 'customer.view_left': _l('Portal view ended'),
    'customer.viewed_as': _l('Portal viewed as customer'),
    'dispute.credited': _l('Dispute credited'), 'dispute.opened': _l('Invoice disputed'),
    'dispute.said': _l('Message about a dispute'), 'dispute.settled': _l('Disputed amount settled'),
    'dispute.upheld': _l('Dispute refused'), 'dispute.withdrawn': _l('Dispute withdrawn'),
    'export.done': _l('Data exported'), 'import.done': _l('Import finished'), 'import.failed': _l('Import failed'),
    'invitation.accepted': _l('Invitation accepted'), 'invitation.renewed': _l('Invitation asked for again'),
    'invitation.revoked': _l('Invitation revoked'), 'invitation.sent': _l('Invitation sent'),
    'credit_note.issued': _l('Credit note issued'), 'invoice.changed': _l('Draft invoice changed'),
    'invoice.draft_deleted': _l('Draft invoice deleted'), 'invoice.drafted': _l('Draft invoice begun'),
    'invoice.issued': _l('Invoice issued'),
    'reminder_fee.issued': _l('Reminder fee charged'), 'reminder_fee.waived': _l('Reminder fee waived'),
    'item.changed': _l('Item changed'), 'item.created': _l('Item added'),
    'item.documents_changed': _l('Item documents changed'), 'item.pictures_changed': _l('Item pictures changed'),
    'items.changed': _l('Items changed together'), 'list.exported': _l('List exported'),
    'backup.downloaded': _l('Backup downloaded'), 'backup.restored': _l('Backup restored'),
    'backup.resumed': _l('Mails resumed after a restore'),
    'job.asked': _l('Recurring work asked for'), 'job.paused': _l('Recurring work paused'),
    'job.resumed': _l('Recurring work resumed'),
    'mail.tried_again': _l('Mail tried again'),
    'news.unsubscribed': _l('Mails ended by a link'), 'news.wished': _l('Notifications chosen'),
    'order.credit_overridden': _l('Order released over the limit'),
    'order.cancel_asked': _l('Cancellation asked for'), 'order.cancel_refused': _l('Cancellation refused'),
    'order.cancelled': _l('Order cancelled'), 'order.change_agreed': _l('Order change agreed'),
    'order.change_proposed': _l('Order change proposed'), 'order.change_refused': _l('Order change refused'),
    'order.changed': _l('Order changed'), 'order.confirmed': _l('Order confirmed'),
    'order.declined': _l('Order declined'), 'order.held': _l('Order put on hold'),
    'order.goods_there': _l('Goods have come in'), 'order.promised': _l('Expected on other days'),
    'order.rest_closed': _l('Rest of an order cancelled'), 'order.wish_refused': _l('Wish for an order refused'),
    'order.placed': _l('Order placed'), 'order.released': _l('Order released'), 'order.shipped': _l('Order shipped'),
    'order.partly_agreed': _l('Shipping in parts agreed'), 'order.partly_allowed': _l('Shipping in parts allowed'),
    'order.partly_asked': _l('Asked whether to ship in parts'), 'order.partly_refused': _l('Shipping in parts refused'),
    'part_number.added': _l('Part number added'), 'part_number.learned': _l('Part number learned'),
    'part_number.removed': _l('Part number removed'), 'password.asked': _l('New password asked for'),
    'password.changed': _l('Password changed'),
    'password.proven': _l('Password given again'),
    'password.refused': _l('Wrong password'),
    'payment.received': _l('Payment received'),
    'pledge.broken': _l('Promise not kept'), 'pledge.kept': _l('Promise kept'),
    'pledge.paid_already': _l('Said to be paid'), 'pledge.promise': _l('Payment promised'),
    'portal.switched': _l('Portal modules switched'),
    'price_list.activated': _l('Price list activated'), 'price_list.changed': _l('Price list changed'),
    'price_list.created': _l('Price list added'), 'price_list.deactivated': _l('Price list deactivated'),
    'price_list.prices_changed': _l('Prices changed'),
    'reminders.paused': _l('Reminders paused'), 'reminders.resumed': _l('Reminders go on'),
    'secret.rotated': _l('Secret key renewed'),
    'session.closed': _l('Signed out'), 'session.ended': _l('Session ended'), 'session.opened': _l('Signed in'),
    'session.others_ended': _l('Other sessions ended'), 'session.refused': _l('Sign-in refused'),
    'session.switched': _l('Company switched'), 'setting.changed': _l('Setting changed'),
    'stock.count': _l('Stock counted'), 'stock.expected': _l('Goods expected'), 'stock.import': _l('Stock imported'),
    'stock.not_expected': _l('Goods no longer expected'), 'stock.receipt': _l('Goods received'),
    'stock.return': _l('Goods returned'), 'stock.shipment': _l('Goods shipped'),
    'stock.no_longer_wished': _l('No longer waits for an item'), 'stock.wished': _l('Waits for an item'),
    'tax_rate.changed': _l('VAT rate changed'), 'tax_rate.removed': _l('VAT rate removed'),
    'two_step.codes_renewed': _l('New recovery codes made'), 'two_step.demanded': _l('Two-step sign-in demanded'),
    'two_step.not_demanded': _l('Two-step sign-in no longer demanded'),
    'two_step.off': _l('Two-step sign-in switched off'), 'two_step.on': _l('Two-step sign-in switched on'),
    'two_step.recovery_used': _l('Signed in with a recovery code'), 'two_step.refused': _l('Wrong sign-in code'),
    'two_step.reset': _l('Two-step sign-in reset'),
    'user.added': _l('User added'), 'user.changed': _l('User changed'), 'user.disabled': _l('User disabled'),
    'user.enabled': _l('User enabled'), 'user.password_set': _l('Password set'),
    'user.role_changed': _l('Role changed'),
    'shipping_method.added': _l('Shipping method added'),
    'shipping_method.changed': _l('Shipping method changed'),
    'warehouse.added': _l('Warehouse added'),
    'warehouse.changed': _l('Warehouse changed'),
    'allocation.taken_back': _l('Settlement taken back'),
    'carrier.added': _l('Carrier added'),
    'carrier.changed': _l('Carrier changed'),
    'credit.used': _l('Credit used'),
    'gateway.forged': _l('Forged message refused'),
    'gateway.refused': _l('Message of a payment service refused'),
    'invoice.written_off': _l('Rest of an invoice written off'),
    'invoices.downloaded': _l('Invoices downloaded'),
    'payment.cancelled': _l('Payment given up'),
    'payment.charged_back': _l('Payment charged back'),
    'payment.differs': _l('Amount of a payment differs'),
    'payment.expired': _l('Time to pay is over'),
    'payment.failed': _l('Payment failed'),
    'payment.lost': _l('Answer about a payment lost'),
    'payment.parted': _l('Payment taken off an invoice'),
    'payment.started': _l('Payment begun'),
    'payment.unused': _l('Payment kept as credit'),
    'payment.used': _l('Payment used for an invoice'),
    'refund.agreed': _l('Refund agreed'),
    'refund.asked': _l('Refund asked for'),
    'refund.done': _l('Refund made'),
    'refund.failed': _l('Refund failed'),
    'refund.refused': _l('Refund refused'),
    'refund.sent': _l('Refund sent'),
    'shipment.cancelled': _l('Shipment called off'),
    'shipment.delivered': _l('Shipment delivered'),
    'shipment.in_transit': _l('Shipment on its way'),
    'shipment.out_for_delivery': _l('Shipment out for delivery'),
    'shipment.packed': _l('Shipment packed'),
    'shipment.picked': _l('Shipment begun'),
    'shipment.problem': _l('Shipment held up'),
    'shipment.proved': _l('Proof of delivery kept'),
    'shipment.returned': _l('Shipment came back'),
    'shipment.shipped': _l('Shipment sent'),
    'shipment.taken_back': _l('Goods of a shipment taken back'),
    'statement.sent': _l('Statement sent'),
    'statement.taken': _l('Statement downloaded'),
}
"""What people are told an action was; every action that is recorded somewhere has its words here."""

SOURCES: Mapping[str, Lazy] = {'portal': _l('Portal'), 'office': _l('Office'), 'system': _l('System'),
                               'import': _l('Import'), 'api': _l('API')}
_order = sa.case((col(Event.subject_type) == 'order', col(Event.number)))
_place = sa.case((col(Event.number) == '', None), (col(Event.subject_type) == 'order', 'orders'),
                 (col(Event.action) == 'credit_note.issued', 'credit-notes'),
                 (col(Event.subject_type) == 'invoice', 'invoices'), (col(Event.subject_type) == 'payment', 'payments'),
                 (col(Event.subject_type) == 'shipment', 'shipments'))

ACTIVITY = Listing(
    name='activity', title=_l('Activity'), needs=Permission.ACTIVITY_READ, key='id', order='-at',
    columns=(
        Column('at', _l('When'), Event.at, Kind.MOMENT, filter='range'),
        Column('actor_name', _l('Person'), Event.actor_name, filter='text'),
        Column('action', _l('What'), Event.action, filter='choice', choices=lambda: ACTIONS),
        Column('number', _l('About'), Event.number, filter='text', link='/office/{place}/{number}'),
        Column('customer', _l('Customer'), Customer.name, filter='text', link='/office/customers/{account}',
               note='account'),
        Column('note', _l('Note'), Event.note, sortable=False, filter='text'),
        Column('source', _l('Source'), Event.source, filter='choice', choices=lambda: SOURCES),
        Column('ip', _l('IP address'), Event.ip, default=False, filter='text'),
        Column('account', _l('Account'), Customer.account, default=False, filter='exact'),
    ),
    source=lambda work: sa.select(Event).outerjoin(Customer, col(Customer.id) == Event.customer_id),
    extra={'id': Event.id, 'order': _order, 'place': _place, 'changes': Event.changes,
           'real_actor_id': Event.real_actor_id},
    search=(Event.number, Event.note, Event.actor_name, Customer.name, Customer.account),
)


class ActivityService(Service):
    """Reading the audit trail; nobody changes it."""

    @requires(Permission.ACTIVITY_READ)
    def list(self, query: ListQuery) -> ListPage:
        """A page of what happened, newest first; each row carries its `changes` as field → [before, after]."""
        return ACTIVITY.page(self.work, query)
