"""Changing an order after it was placed: the office proposes, the customer consents, then it is applied."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select

from models.catalogue import Item
from models.core.money import line_net, total
from models.core.words import _
from models.orders import Order, OrderLine, OrderRequest, OrderStatus, RequestState
from services.calendar import today
from services.carts.quantities import a_quantity, largest
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.invoices.issuing import after_confirmation
from services.orders.confirming import a_reason, leave, topics_of
from services.orders.fulfilling import drop_picks, promise
from services.orders.giving_back import Ending
from services.orders.news import tell
from services.orders.owing import uninvoiced
from services.orders.placing import frozen_taxes
from services.orders.reading import line_of, lines_of, load, waiting_request
from services.stock.reserving import release, reserve


class LineChange(BaseModel):
    """What is to become of a line: another quantity (0 drops it), another promised date, or both."""

    model_config = ConfigDict(extra='forbid')

    quantity: Decimal | None = None
    promised_on: dt.date | None = None


class ChangeService(Service):
    """Proposals of the office, and the customer's answer."""

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def propose(self, number: str, changes: Mapping[uuid.UUID, LineChange], reason: str, *,
                version: int | None = None) -> None:
        """Ask the customer to agree to changed quantities or dates; nothing changes until he does."""
        reason = a_reason(reason)
        order = load(self.work, number)
        leave(self.work, order, 'change', version=version)
        if waiting_request(self.work, order, 'change'):
            raise Conflict(_('The customer has not answered your last proposal yet.'))
        proposal = self._checked(order, changes)
        self.session.add(OrderRequest(
            customer_id=order.customer_id, order_id=order.id, kind='change', from_office=True, reason=reason,
            proposal=proposal, asked_by_name=self.actor.name, asked_at=self.now))
        self.work.record('order.change_proposed', order, note=reason, changes=proposal, topics=topics_of(order))
        tell(self.work, order, lines_of(self.work, order), 'order_consent', note=reason)

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def apply_agreed(self, number: str, changes: Mapping[uuid.UUID, LineChange], agreed_with: str, *,
                     version: int | None = None) -> None:
        """Apply changes the customer agreed to by other means, e.g. on the phone; who agreed is kept with the order."""
        agreed_with = a_reason(agreed_with)
        order = load(self.work, number, lock=True)
        leave(self.work, order, 'change', version=version)
        self._apply(order, self._checked(order, changes), agreed_with)

    @requires(Permission.ORDERS_PLACE, writes=True)
    def answer(self, number: str, *, agree: bool, reason: str = '') -> None:
        """The customer agrees to the office's proposal, or refuses it."""
        order = load(self.work, number, lock=True)
        request = waiting_request(self.work, order, 'change')
        if request is None or not self.actor.is_portal:
            raise NotFound(_('There is no request to answer.'))
        state = RequestState.AGREED if agree else RequestState.REFUSED
        self.work.change(request, expect={'state': RequestState.WAITING}, state=state, answered_at=self.now)
        if agree:
            leave(self.work, order, 'change')
            self._apply(order, request.proposal, request.reason)
        action = 'order.change_agreed' if agree else 'order.change_refused'
        self.work.record(action, order, note=reason.strip()[:300], topics=topics_of(order))
        tell(self.work, order, lines_of(self.work, order), 'order_answered', note=reason.strip()[:300])

    def _checked(self, order: Order, changes: Mapping[uuid.UUID, LineChange]) -> dict[str, Any]:
        lines = lines_of(self.work, order)
        items, most = _items(self.work, lines), largest(self.work)
        proposal: dict[str, Any] = {}
        for line_id, change in changes.items():
            line = line_of(lines, line_id)
            if change.promised_on is not None and change.promised_on < today(self.work):
                raise Invalid(_('A promised date lies in the past.'), field='promised_on')
            if change.quantity:
                a_quantity(change.quantity, items.get(line.item_id), most=most)
            if change.quantity is not None and change.quantity < line.shipped:
                raise Invalid(_('More of {sku} is shipped already.').format(sku=line.sku), field='quantity')
            _not_below_invoiced(line, change.quantity)
            proposal[str(line_id)] = change.model_dump(mode='json', exclude_none=True)
        if not any(proposal.values()):
            raise Invalid(_('Nothing is changed yet.'))
        if not any(_wanted(line, changes.get(line.id)) for line in lines):
            raise Invalid(_('Nothing would be left of this order. Please cancel or decline it instead.'))
        return proposal

    def _apply(self, order: Order, proposal: Mapping[str, Any], note: str) -> None:
        lines = lines_of(self.work, order)
        before = {'gross': str(order.gross), 'ordered': {str(line.id): str(line.ordered) for line in lines
                                                         if str(line.id) in proposal}}
        money = Ending(self.work, order)
        if any('quantity' in change for change in proposal.values()):
            drop_picks(self.work, order)
        for line_id, change in sorted(proposal.items(), key=lambda pair: line_of(lines, uuid.UUID(pair[0])).sku):
            line = line_of(lines, uuid.UUID(line_id))
            if 'promised_on' in change:
                promise(self.work, line, dt.date.fromisoformat(change['promised_on']))
            if 'quantity' in change:
                _resize(self.work, order, line, Decimal(change['quantity']))
            self.session.add(line)
        self.session.flush()
        self.work.change(order, expect={'status': order.status}, **totals_of(order, lines))
        self.work.record('order.changed', order, note=note, topics=topics_of(order),
                         changes={'before': before, 'after': {'gross': str(order.gross)}, 'lines': dict(proposal)})
        tell(self.work, order, lines, 'order_changed', note=note, given=money.give_back(None, note))
        if order.status is OrderStatus.CONFIRMED:
            after_confirmation(self.work, order)


def _not_below_invoiced(line: OrderLine, wanted: Decimal | None) -> None:
    if wanted is not None and wanted < line.invoiced:
        raise Invalid(_('More of {sku} is invoiced already. It must be credited first.').format(sku=line.sku),
                      field='quantity')


def _wanted(line: OrderLine, change: LineChange | None) -> Decimal:
    """What would be left of a line."""
    left = line.ordered - line.cancelled
    return left if change is None or change.quantity is None else change.quantity


def _items(work: Work, lines: Sequence[OrderLine]) -> dict[uuid.UUID | None, Item]:
    wanted = select(Item).where(col(Item.id).in_([line.item_id for line in lines]))
    return {item.id: item for item in work.session.exec(wanted)}


def _resize(work: Work, order: Order, line: OrderLine, wanted: Decimal) -> None:
    """Agree on another quantity of a line at its agreed price; stock follows, the event keeps what it was before."""
    _not_below_invoiced(line, wanted)
    line.ordered = wanted + line.cancelled
    line.net = line_net(line.unit_price, wanted, order.currency)
    release(work, [line.id])
    item = work.session.exec(select(Item).where(Item.id == line.item_id)).first()
    if item is not None and line.open > 0:
        reserve(work, line.id, item, line.open)


def totals_of(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """The sums of an order anew from the nets of its lines."""
    totals = total([(line.tax_category, line.tax_rate, line.net) for line in lines],
                   shipping=(order.shipping_tax_category, order.shipping_tax_rate, order.shipping_net),
                   currency=order.currency)
    return {'lines_net': totals.lines, 'net': totals.amount.net, 'tax': totals.amount.tax,
            'gross': totals.amount.gross, 'taxes': frozen_taxes(totals), 'uninvoiced': uninvoiced(order, lines)}
