"""What lies on the demo people's desks: news, favourites, saved views, invitations on their way."""

from __future__ import annotations

import datetime as dt
from typing import Any

from models.access import AccessRequest, AccessState
from models.audit import Event
from models.core.types import new_id
from models.notifications import Notification
from models.orders import Order, OrderStatus
from models.users import Invitation, InvitationState, Role
from models.workstation import Favourite, SavedView
from services.access.asking import LIFE
from services.demo.selling import CONFIRMER, Book, told
from services.demo.stage import Stage
from services.invitations.sending import deliver

MARA, TOM = 'admin@harbour.example', 'buyer@harbour.example'
FAVOURITES = {
    MARA: (('/order-pad', 'Order pad'), ('/shop/i/OD-1210', 'OD-1210')), TOM: (('/order-pad', 'Order pad'),),
    'owner@nordwerk.example': (('/office/orders', 'Orders desk'),),
    CONFIRMER: (('/office/customers', 'Customer Centre'),),
}
VIEWS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (MARA, 'orders', 'Under way', {'filters': {'status': ['placed', 'confirmed', 'in_fulfilment']}}),
    (CONFIRMER, 'office-orders', 'To confirm', {'filters': {'status': ['placed']}, 'sort': 'placed_at'}),
    (CONFIRMER, 'customers', 'Not yet in the portal', {'filters': {'portal': ['invited', 'none']}}),
)
DESKS = ('owner@nordwerk.example', CONFIRMER)
OPENED, EXPIRED = 2, 19
ASKING = 'C-10452'


def lay_desks(stage: Stage, book: Book) -> list[Event]:
    """News, favourites, views and invitations; returns the events of the invitations."""
    stage.keep(*_news(stage, book.orders), *(
        Favourite(user_id=stage.people[email].id, path=path, title=title, position=position)
        for email, pinned in FAVOURITES.items() for position, (path, title) in enumerate(pinned)))
    for email, listing, name, query in VIEWS:
        staff = not email.endswith('@harbour.example')
        stage.keep(SavedView(user_id=stage.people[email].id, listing=listing, name=name, shared=staff,
                             customer_id=None if staff else stage.customers['C-10428'].id,
                             query={'search': '', 'filters': {}, 'sort': '', 'columns': []} | query))
    return [_ask_for_access(stage), _invite(stage, 'C-10470', 'info@desmet.example', 'Koen De Smet', OPENED),
            _invite(stage, 'C-10456', 'almacen@marin.example', 'Pablo Ortega', EXPIRED)]


def _ask_for_access(stage: Stage) -> Event:
    """Somebody of a customer asked yesterday, with his VAT number."""
    customer, at = stage.customers[ASKING], stage.at(1, '09:12')
    request = AccessRequest(
        id=new_id(), email='biuro@nowak.example', name='Anna Nowak', company='Stolarnia Nowak',
        vat_id=customer.vat_id, phone='+48 58 555 01 88', country=customer.country, state=AccessState.WAITING,
        message='We have bought from you for years and would like to order online.', asked_at=at, confirmed_at=at,
        expires_at=at + LIFE, language='en')
    stage.keep(request, *(Notification(
        id=new_id(), user_id=stage.people[email].id, message='access_asked', created_at=at, read_at=at,
        facts={'company': request.company, 'person': request.name}, path=f'/office/access-requests/{request.id}')
        for email in DESKS))
    return Event(id=new_id(), at=at, action='access.confirmed', source='portal', subject_type='access_request',
                 subject_id=request.id, note=request.email)


def _news(stage: Stage, orders: list[Order]) -> list[Notification]:
    """The newest orders as their people and the office were told of them; what is older than a day was read."""
    harbour = stage.customers['C-10428']
    names = {company.id: company.name for company in stage.customers.values()}
    found: list[Notification] = []

    def tell(email: str, message: str, order: Order, at: dt.datetime, *, is_new: bool) -> None:
        side = '/office/orders/' if email in DESKS else '/orders/'
        facts = {'number': order.number, 'customer': names[order.customer_id], 'person': order.placed_by_name}
        found.append(Notification(
            id=new_id(), user_id=stage.people[email].id, customer_id=None if email in DESKS else order.customer_id,
            message=message, facts=facts, path=side + order.number, created_at=at, read_at=None if is_new else at))

    confirmed = [order for order in orders if order.customer_id == harbour.id and order.confirmed_at][-5:]
    for place, order in enumerate(confirmed):
        assert order.confirmed_at is not None
        tell(MARA, 'order_confirmed', order, order.confirmed_at, is_new=place >= len(confirmed) - 3)
        if order.placed_by_id == stage.people[TOM].id:
            tell(TOM, 'order_confirmed', order, order.confirmed_at, is_new=True)
    for order in orders[-14:]:
        for email in DESKS:
            tell(email, 'order_placed', order, order.placed_at, is_new=order.status is OrderStatus.PLACED)
    return found


def _invite(stage: Stage, account: str, email: str, name: str, days: int) -> Event:
    """A link sent some days ago by the sales desk; one older than its seven days has expired."""
    customer, sender = stage.customers[account], stage.people[CONFIRMER]
    sent = stage.at(days, '10:24')
    invitation = Invitation(id=new_id(), customer_id=customer.id, email=email, name=name, role=Role.ADMIN, generation=0,
                            invited_by_id=sender.id, sent_at=sent, expires_at=sent)
    deliver(stage.work, invitation, customer)
    kept = invitation.expires_at - stage.now
    invitation.sent_at, invitation.expires_at = sent, sent + kept
    if invitation.expires_at <= stage.now:
        invitation.state = InvitationState.EXPIRED
    stage.keep(invitation)
    event = told(sent, 'invitation.sent', sender, customer=customer, source='office')
    event.subject_type, event.subject_id, event.note = 'invitation', invitation.id, email
    return event
