"""The orders desk: what came in, and the next step on each."""

from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l, ngettext
from models.orders import TRANSITIONS, HoldReason, OrderRequest, OrderStatus, RequestState
from services.core import formats
from services.core.fields import Text
from services.core.permissions import Permission
from services.orders.cancelling import CancelService
from services.orders.confirming import OrderDesk
from services.orders.delivering import PARTLY
from services.orders.overriding import CreditDesk
from services.orders.reading import DESK, HOLDS, OrderService, OrderView
from ui.kernel import design
from ui.kernel.documents import Document, acts_of
from ui.kernel.forms import ask
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.changing import change_order
from ui.office.ending import ask_back, ask_end
from ui.office.fulfilment import WISHES, Fulfilment
from ui.office.invoicing import Invoicing
from ui.pieces.order import OrderPage, chip_of, context_of
from ui.portal.orders import Reason, proposed

module = Module('office_orders', _l('Orders desk'), icon='package', group=Group.SELL, needs=Permission.OFFICE,
                keywords=_l('orders, sales orders, confirm, incoming, work queue'),
                waiting=OrderService.count_unconfirmed, topics=('office:orders',))


class Hold(BaseModel):
    """Why an order is stopped, in words the customer reads."""

    model_config = ConfigDict(extra='forbid')

    kind: HoldReason = Field(default=HoldReason.OTHER, title='Kind')
    note: str = Field(min_length=1, max_length=300, title='What the customer reads')


class Override(BaseModel):
    """Why an order goes on although the customer is over his credit; only the office reads it."""

    model_config = ConfigDict(extra='forbid')

    reason: Annotated[str, Text(_l('Reason'))] = Field(min_length=1, max_length=300)


@module.view('/office/orders')
async def index(view: View) -> None:
    """All orders, the newest first."""
    with design.head(view):
        pass

    async def confirm(keys: list[str]) -> None:
        done = await view.do(OrderDesk.confirm_many, [uuid.UUID(key) for key in keys])
        view.say(ngettext('{count} order confirmed.', '{count} orders confirmed.', done).format(count=done))

    async def one(row: dict[str, object]) -> None:
        await view.do(OrderDesk.confirm, str(row['number']))
        view.say(_('Order {number} is confirmed.').format(number=row['number']))

    Table(view, DESK, load=OrderService.desk, row_path='/office/orders/{number}', topic='office:orders',
          card=('number', 'customer', 'status', 'gross'), preset={'status': ['placed', 'confirmed', 'in_fulfilment']},
          context=[Act(_('Open'), 'external-link', path='/office/orders/{number}', kbd='Enter'),
                   Act(_('Confirm'), 'check', run=one, needs=Permission.ORDERS_CONFIRM,
                       when=lambda row: row['status'] == OrderStatus.PLACED),
                   Act(_('Customer'), 'users', path='/office/customers/{account}'),
                   Act(_('Download PDF'), 'download', path='/download/orders/{number}.pdf')],
          bulk=[Act(_('Confirm'), 'check', run=confirm, needs=Permission.ORDERS_CONFIRM)],
          empty=Empty('package', _('No orders here'), _('Orders appear the moment a customer places them.')))


@module.view('/office/orders/{number}')
async def document(view: View, number: str) -> None:
    """One order with everything the office can answer."""
    await DeskDocument(view, number).build()


class DeskDocument:
    """The page of one order on the office's side."""

    def __init__(self, view: View, number: str) -> None:
        self.view = view
        self.number = number
        self.fulfilment = Fulfilment(view, number, self._show)
        self.invoicing = Invoicing(view, number, self._show)

    async def build(self) -> None:
        """Show it, and follow it."""
        await self._load()
        self.frame = Document(self.view, self.number)
        with self.frame.main:
            self.requests = design.box('p-stack').props('aria-live=polite')
        self.page = OrderPage(self.view, self.frame, lambda line: f'/office/items/{line.sku}' if line.item_id else '')
        self._paint(self.found)
        self.view.on(f'order:{self.found.order.id}', self._show)
        self.view.on(f'money:{self.found.order.customer_id}', self._show)

    async def _load(self) -> None:
        self.found = await self.view.do(OrderService.read, self.number)
        held = self.found.order.hold is HoldReason.CREDIT
        self.excess = await self.view.do(CreditDesk.excess, self.number) if held else None

    async def _show(self) -> None:
        await self._load()
        self._paint(self.found)

    def _paint(self, found: OrderView) -> None:
        sub = f'{found.customer.name} · {found.customer.account} · {context_of(found)}'
        self.frame.head.show(self.number, sub=sub, chip=chip_of(found.order), acts=self._acts(found))
        self.fulfilment.found = found
        self.requests.clear()
        with self.requests:
            if found.order.hold is not None:
                with design.box('p-alert is-warn').props('role=status'):
                    design.words(f'{HOLDS[found.order.hold]}: {found.order.hold_note}')
            self.fulfilment.delivery()
            for request in found.requests:
                if request.state is RequestState.WAITING and request.kind != PARTLY:
                    self._request(request)
        self.page.show(found)

    def _acts(self, found: OrderView) -> list[Act]:
        order = found.order
        held = {'confirm': _('Release it first.')} if order.hold and order.status is OrderStatus.PLACED else {}
        if self.excess:
            held['release'] = _('The customer is still over his credit.')
        offers = {
            'confirm': Act(_('Confirm'), 'check', run=self._confirm, main=True),
            'ship': Act(_('Ship'), 'truck', run=self.fulfilment.ship, main=True),
            'change': Act(_('Change'), 'pencil', run=self._change),
            **({'release': Act(_('Release'), 'play', run=self._release)} if order.hold
               else {'hold': Act(_('Hold'), 'pause', run=self._hold)}),
            'decline': Act(_('Decline'), 'ban', run=self._decline, danger=True),
            'cancel': Act(_('Cancel order'), 'circle-x', run=self._cancel, danger=True)}
        if order.status is OrderStatus.PLACED:
            offers.pop('cancel')
        if order.hold:
            offers.pop('ship')
        return [*acts_of(self.view.actor, TRANSITIONS, order.status, offers, why=held), *self._override(),
                *self.fulfilment.acts(order), *self.invoicing.acts(found),
                Act(_('Customer'), 'users', path=f'/office/customers/{found.customer.account}'),
                Act(_('Download PDF'), 'download', path=f'/download/orders/{self.number}.pdf')]

    def _override(self) -> list[Act]:
        return [Act(_('Release although over the limit'), 'play', run=self._release_over,
                    needs=Permission.CREDIT_OVERRIDE)] if self.excess else []

    async def _release_over(self) -> None:
        over = formats.money(self.excess.over, self.found.order.currency) if self.excess else ''
        text = _('The customer is {amount} over his credit limit.').format(amount=over) \
            if self.excess and self.excess.over else _('An invoice of the customer is overdue.')
        given = await ask(self.view, Override, _('Release {number} although over the limit?').format(
            number=self.number), _('Release'), text=text)
        if given is not None:
            await self.view.do(CreditDesk.override, self.number, given.reason, version=self.found.order.version)
            await self._done(_('Order {number} goes on.'))

    async def _done(self, words: str) -> None:
        self.view.say(words.format(number=self.number))
        await self._show()

    async def _confirm(self) -> None:
        await self.view.do(OrderDesk.confirm, self.number, version=self.found.order.version)
        await self._done(_('Order {number} is confirmed.'))

    async def _hold(self) -> None:
        given = await ask(self.view, Hold, _('Put {number} on hold').format(number=self.number), _('Hold'),
                          options={'kind': {kind.value: str(label) for kind, label in HOLDS.items()}})
        if given is not None:
            await self.view.do(OrderDesk.hold, self.number, given.kind, given.note, version=self.found.order.version)
            await self._done(_('Order {number} is on hold.'))

    async def _release(self) -> None:
        await self.view.do(OrderDesk.release, self.number, version=self.found.order.version)
        await self._done(_('Order {number} goes on.'))

    async def _decline(self) -> None:
        given = await ask_end(self.view, _('Decline order {number}?').format(number=self.number), _('Decline'),
                              self.found)
        if given is not None:
            await self.view.do(OrderDesk.decline, self.number, given.reason, version=self.found.order.version,
                               back=given.back)
            await self._done(_('Order {number} is declined.'))

    async def _cancel(self) -> None:
        given = await ask_end(self.view, _('Cancel order {number}?').format(number=self.number), _('Cancel order'),
                              self.found)
        if given is not None:
            await self.view.do(CancelService.cancel, self.number, given.reason, version=self.found.order.version,
                               back=given.back)
            await self._done(_('Order {number} is cancelled.'))

    def _request(self, request: OrderRequest) -> None:
        with design.box('p-alert is-info').props('role=status'), design.box('p-stack'):
            if request.kind == 'change':
                design.words(_('Waiting for the customer to agree: {reason}').format(reason=request.reason),
                             classes='p-strong')
                for text in proposed(request, self.found):
                    design.words(text)
                return
            if request.kind in WISHES:
                self.fulfilment.wish(request, self.found)
                return
            design.words(_('{person} asks to cancel this order: {reason}').format(
                person=request.asked_by_name, reason=request.reason), classes='p-strong')
            if self.view.actor.may(Permission.ORDERS_CONFIRM):
                with design.box('p-row'):
                    design.button(_('Agree'), self._agree, main=True, small=True)
                    design.button(_('Refuse'), self._refuse, small=True)

    async def _agree(self) -> None:
        given = await ask_back(self.view, _('Cancel order {number}?').format(number=self.number), _('Agree'),
                               self.found)
        if given is not None:
            await self.view.do(CancelService.answer, self.number, agree=True, back=given.back)
            await self._done(_('Order {number} is cancelled.'))

    async def _refuse(self) -> None:
        given = await ask(self.view, Reason, _('Refuse to cancel {number}').format(number=self.number), _('Refuse'))
        if given is not None:
            await self.view.do(CancelService.answer, self.number, agree=False, reason=given.reason)
            await self._done(_('Order {number} goes on.'))

    async def _change(self) -> None:
        await change_order(self.view, self.found, self._done)
