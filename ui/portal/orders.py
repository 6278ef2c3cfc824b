"""Orders of a customer: the list, and one order with its progress, live."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.orders import TRANSITIONS, MoneyBack, Order, OrderRequest, RequestState
from services.core import formats
from services.core.permissions import Permission
from services.orders.cancelling import Cancelled, CancelService
from services.orders.changing import ChangeService
from services.orders.delivering import PARTLY, DeliveryService
from services.orders.prepaying import waits_for_payment
from services.orders.reading import ORDERS, OrderService, OrderView
from services.settings import SettingService
from ui.kernel import design
from ui.kernel.documents import Document, acts_of
from ui.kernel.forms import ask
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces.order import OrderPage, chip_of, context_of
from ui.portal.pieces.reorder import reorder

module = Module('orders', _l('Orders'), icon='package', group=Group.ORDERS, needs=Permission.ORDERS_READ,
                keywords=_l('purchases, history, order status, delivery, reorder, my orders'),
                waiting=OrderService.count_open, topics=('company:{customer_id}',))


class Reason(BaseModel):
    """Why something is asked for."""

    model_config = ConfigDict(extra='forbid')

    reason: str = Field(min_length=1, max_length=300, title='Reason')


@module.view('/orders')
async def index(view: View) -> None:
    """All orders this person may see."""
    with design.head(view):
        design.button(_('Order pad'), href='/order-pad', icon='zap')
    may = view.actor.may(Permission.ORDERS_PLACE)
    Table(view, ORDERS, load=OrderService.list, row_path='/orders/{number}', topic=f'company:{view.actor.customer_id}',
          card=('number', 'status', 'placed_at', 'gross'),
          context=[Act(_('Open'), 'external-link', path='/orders/{number}', kbd='Enter'),
                   Act(_('Reorder'), 'repeat', run=lambda row: reorder(view, row['number']),
                       needs=Permission.ORDERS_PLACE),
                   Act(_('Download PDF'), 'download', path='/download/orders/{number}.pdf')],
          empty=Empty('package', _('No orders yet'), _('What you order stands here, from the first minute on.'),
                      _('Shop') if may else '', '/shop' if may else ''))


@module.view('/orders/{number}')
async def document(view: View, number: str) -> None:
    """One order; whatever the office does to it shows here at once."""
    await OrderDocument(view, number).build()


class OrderDocument:
    """The page of one order on the customer's side."""

    def __init__(self, view: View, number: str) -> None:
        self.view = view
        self.number = number
        self.found: OrderView | None = None

    async def build(self) -> None:
        """Show it, and follow it."""
        self.found = found = await self.view.do(OrderService.read, self.number)
        self.frame = Document(self.view, self.number)
        with self.frame.main:
            self.requests = design.box('p-stack').props('aria-live=polite')
        self.page = OrderPage(self.view, self.frame, lambda line: f'/shop/i/{line.sku}' if line.item_id else '')
        self._paint(found)
        self.view.on(f'order:{found.order.id}', self._show)
        self.view.on(f'money:{found.order.customer_id}', self._show)

    async def _show(self) -> None:
        self.found = await self.view.do(OrderService.read, self.number)
        self._paint(self.found)

    def _paint(self, found: OrderView) -> None:
        self.frame.head.show(self.number, sub=context_of(found), chip=chip_of(found.order), acts=self._acts(found))
        self.requests.clear()
        with self.requests:
            if found.order.hold_note:
                with design.box('p-alert is-warn').props('role=status'):
                    design.words(found.order.hold_note)
            for request in found.requests:
                if request.state is RequestState.WAITING:
                    self._request(request, found)
        self.page.show(found)

    def _acts(self, found: OrderView) -> list[Act]:
        asked = any(r.state is RequestState.WAITING and r.kind == 'cancel' for r in found.requests)
        why = {'cancel': _('You already asked to cancel {number}.').format(number=self.number)} if asked else {}
        return [*pay_acts(found.order),
                Act(_('Reorder'), 'repeat', run=lambda: reorder(self.view, self.number), needs=Permission.ORDERS_PLACE),
                *acts_of(self.view.actor, TRANSITIONS, found.order.status, {
                    'cancel': Act(_('Cancel order'), 'circle-x', run=self._cancel, danger=True)}, why=why),
                Act(_('Download PDF'), 'download', path=f'/download/orders/{self.number}.pdf')]

    async def _cancel(self) -> None:
        given = await ask(self.view, Reason, _('Cancel order {number}?').format(number=self.number), _('Cancel order'),
                          danger=True, text=await self._before_cancelling())
        if given is None or self.found is None:
            return
        done = await self.view.do(CancelService.cancel, self.number, given.reason, version=self.found.order.version)
        self.view.say(_('Order {number} is cancelled.').format(number=self.number) if done is Cancelled.AT_ONCE
                      else _('We have your wish to cancel {number} and answer it soon.').format(number=self.number))
        await self._show()

    async def _before_cancelling(self) -> str:
        """What cancelling does, and what becomes of money that was paid in advance."""
        said = _('Stock is released. Once we have begun to pick, we answer your wish first.')
        if self.found is None or self.found.money is None or not self.found.money.in_advance:
            return said
        amount = formats.money(self.found.money.in_advance, self.found.order.currency)
        if await self.view.do(SettingService.get, 'orders.money_back') == MoneyBack.REFUND:
            return f'{said} {_("{amount} goes back the way you paid it.").format(amount=amount)}'
        return f'{said} {_("{amount} becomes credit on your account.").format(amount=amount)}'

    def _request(self, request: OrderRequest, found: OrderView) -> None:
        with design.box('p-alert is-info').props('role=status'), design.box('p-stack'):
            if request.kind == 'cancel':
                design.words(_('You asked to cancel this order: {reason}').format(reason=request.reason))
                return
            if request.kind == 'ship_now':
                design.words(_('You asked us to ship what is there.'))
                return
            if request.kind == 'close_rest':
                design.words(_('You asked to cancel what is still to come: {reason}').format(reason=request.reason))
                return
            if request.kind == PARTLY:
                self._partly(request)
                return
            design.words(_('We would like to change this order: {reason}').format(reason=request.reason),
                         classes='p-strong')
            for text in proposed(request, found):
                design.words(text)
            if self.view.actor.may(Permission.ORDERS_PLACE):
                with design.box('p-row'):
                    design.button(_('Agree'), lambda: self._answer(True), main=True, small=True)
                    design.button(_('Refuse'), lambda: self._answer(False), small=True)

    def _partly(self, request: OrderRequest) -> None:
        design.words(_('May we ship a part of this order already? {reason}').format(reason=request.reason),
                     classes='p-strong')
        if self.view.actor.may(Permission.ORDERS_PLACE):
            with design.box('p-row'):
                design.button(_('Ship what is there'), lambda: self._answer_partly(True), main=True, small=True)
                design.button(_('Wait for everything'), lambda: self._answer_partly(False), small=True)

    async def _answer_partly(self, agree: bool) -> None:
        await self.view.do(DeliveryService.answer, self.number, agree=agree)
        self.view.say(_('Thank you. We ship what is there.') if agree else _('Thank you. We ship everything together.'))
        await self._show()

    async def _answer(self, agree: bool) -> None:
        await self.view.do(ChangeService.answer, self.number, agree=agree)
        self.view.say(_('Thank you. The order is changed.') if agree else _('Thank you. The order stays as it is.'))
        await self._show()


def pay_acts(order: Order) -> list[Act]:
    """Paying an order that waits for its money."""
    if not waits_for_payment(order):
        return []
    return [Act(_('Pay now'), 'credit-card', path=f'/pay?order={order.number}', main=True)]


def proposed(request: OrderRequest, found: OrderView) -> list[str]:
    """What a proposal would change, a sentence a line."""
    lines = {str(line.id): line for line in found.lines}
    out = []
    for line_id, change in request.proposal.items():
        line = lines.get(line_id)
        if line is None:
            continue
        if 'quantity' in change:
            out.append(_('{sku}: {now} instead of {before}').format(
                sku=line.sku, before=formats.quantity(line.ordered - line.cancelled), now=change['quantity']))
        if 'promised_on' in change:
            day = dt.date.fromisoformat(change['promised_on'])
            out.append(_('{sku}: expected {date}').format(sku=line.sku, date=formats.date(day)))
    return out
