"""What the warehouse and the desk do with the goods of an order, from its page: ship, pick, close the rest, answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.core.words import _
from models.orders import OPEN_STATUSES, Order, OrderRequest, OrderStatus, RequestState
from services.core import formats
from services.core.permissions import Permission
from services.orders.closing import ClosingService
from services.orders.delivering import PARTLY, WHY, DeliveryService
from services.orders.reading import OrderView
from services.shipments.asking import CLOSE, SHIP, AskingService
from services.shipments.desk import ShipmentDesk
from ui.kernel import design
from ui.kernel.forms import ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.ending import ask_back, ask_end
from ui.office.shipments.shipping import ship_order
from ui.portal.orders import Reason

WISHES = (SHIP, CLOSE)


class Fulfilment:
    """The acts on the goods of one order; `refresh` shows the order anew, `found` is its newest state."""

    found: OrderView

    @property
    def order(self) -> Order:
        """The order as it stands."""
        return self.found.order

    def __init__(self, view: View, number: str, refresh: Callable[[], Awaitable[None]]) -> None:
        self.view, self.number, self.refresh = view, number, refresh

    def acts(self, order: Order) -> list[Act]:
        """Picking and closing the rest, where the order's state lets one."""
        out = []
        if order.can('ship'):
            out.append(Act(_('Pick'), 'clipboard-list', run=self.pick, needs=Permission.SHIPMENTS_WRITE))
        if order.status is OrderStatus.IN_FULFILMENT:
            out.append(Act(_('Cancel the rest'), 'circle-x', run=self.close_rest, danger=True,
                           needs=Permission.ORDERS_CONFIRM))
        return out

    def delivery(self) -> None:
        """That the customer wants all of it together or to be asked, as long as something is open, and what to do."""
        if self.order.delivery not in WHY or self.order.status not in OPEN_STATUSES:
            return
        asked = any(r.kind == PARTLY and r.state is RequestState.WAITING for r in self.found.requests)
        with design.box('p-alert is-info').props('role=status'), design.box('p-stack'):
            design.words(str(WHY[self.order.delivery]))
            if asked:
                design.words(_('He is asked and has not answered yet.'), classes='p-soft')
            if self.view.actor.may(Permission.ORDERS_CONFIRM):
                with design.box('p-row'):
                    if not asked:
                        design.button(_('Ask the customer'), self._ask_part, small=True)
                    design.button(_('Allow parts'), self._allow_part, small=True)

    async def _ask_part(self) -> None:
        given = await ask(self.view, Reason, _('May a part of {number} leave already?').format(number=self.number),
                          _('Ask the customer'), text=_('Say what is there and when the rest comes; he reads it.'))
        if given is not None:
            await self.view.do(DeliveryService.ask, self.number, given.reason, version=self.order.version)
            self.view.say(_('The customer is asked about {number}.').format(number=self.number))
            await self.refresh()

    async def _allow_part(self) -> None:
        given = await ask(self.view, Reason, _('Ship {number} in parts?').format(number=self.number),
                          _('Allow parts'), text=_('The customer reads the reason.'))
        if given is not None:
            await self.view.do(DeliveryService.allow, self.number, given.reason, version=self.order.version)
            self.view.say(_('{number} may be shipped in parts.').format(number=self.number))
            await self.refresh()

    async def ship(self) -> None:
        """Ask what leaves, and ship it."""
        if await ship_order(self.view, self.order):
            await self.refresh()

    async def pick(self) -> None:
        """Begin shipments from what is reserved."""
        numbers = await self.view.do(ShipmentDesk.pick, self.number, version=self.order.version)
        self.view.say(_('Picking of {numbers} has begun.').format(numbers=', '.join(numbers)))
        await self.refresh()

    async def close_rest(self) -> None:
        """Cancel what is open, once a reason is given."""
        given = await ask_end(self.view, _('Cancel the rest of {number}?').format(number=self.number),
                              _('Cancel the rest'), self.found)
        if given is not None:
            await self.view.do(ClosingService.close_rest, self.number, given.reason, version=self.order.version,
                               back=given.back)
            self.view.say(_('The rest of {number} is cancelled.').format(number=self.number))
            await self.refresh()

    def wish(self, request: OrderRequest, found: OrderView) -> None:
        """What the customer asks of open lines, with the answers to it."""
        said = _('{person} asks to ship what is there.') if request.kind == SHIP else \
            _('{person} asks to cancel the rest: {reason}')
        design.words(said.format(person=request.asked_by_name, reason=request.reason), classes='p-strong')
        wanted = set(request.proposal.get('lines', ()))
        for line in found.lines:
            if str(line.id) in wanted:
                design.words(_('{sku}: {quantity} open').format(
                    sku=line.sku, quantity=formats.quantity(line.open, line.unit)))
        if not self.view.actor.may(Permission.ORDERS_CONFIRM):
            return
        with design.box('p-row'):
            if request.kind == CLOSE:
                design.button(_('Agree'), self._agree, main=True, small=True)
            elif self.view.actor.may(Permission.SHIPMENTS_WRITE):
                design.button(_('Ship'), self.ship, main=True, small=True)
            design.button(_('Refuse'), lambda: self._refuse(request.kind), small=True)

    async def _agree(self) -> None:
        given = await ask_back(self.view, _('Cancel the rest of {number}?').format(number=self.number), _('Agree'),
                               self.found)
        if given is None:
            return
        await self.view.do(AskingService.answer, self.number, CLOSE, agree=True, back=given.back)
        self.view.say(_('The rest of {number} is cancelled.').format(number=self.number))
        await self.refresh()

    async def _refuse(self, kind: str) -> None:
        given = await ask(self.view, Reason, _('Refuse the wish for {number}').format(number=self.number), _('Refuse'))
        if given is not None:
            await self.view.do(AskingService.answer, self.number, kind, agree=False, reason=given.reason)
            self.view.say(_('The wish for {number} is refused.').format(number=self.number))
            await self.refresh()
