"""The cart: what is about to be ordered, at today's prices, the same in all windows of its person."""

from __future__ import annotations

import uuid
from typing import Any

from models.core.words import _, _l, ngettext
from services.carts.service import CartService
from services.carts.view import CartRow, CartView, Severity
from services.core import formats
from services.core.errors import DomainError
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.confirm import ask
from ui.kernel.leading import leads
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.portal.pieces.grid import PadGrid, priced, sum_line
from ui.portal.pieces.price import explain_price
from ui.portal.pieces.product import path, plain

module = Module('cart', _l('Cart'), icon='shopping-cart', group=Group.BUY, needs=Permission.CART_USE,
                keywords=_l('basket, shopping bag, trolley, checkout, order now'), waiting=CartService.count,
                worth=CartService.worth, topics=('cart:{user_id}:{customer_id}', 'prices'))


@module.view('/cart')
async def index(view: View) -> None:
    """The lines to order, those saved for later, and what it comes to."""
    await CartPage(view).build()


class CartPage:
    """The cart of one person on one page; every change is an act, and the page reads anew."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.cart: CartView | None = None
        self.watched: set[str] = set()
        self.wrong: dict[str, tuple[str, str]] = {}

    async def build(self) -> None:
        """Lay out the page and follow the cart, its prices and its stock."""
        actor = self.view.actor
        with design.head(self.view, sub=_('Prices and stock are yours and live.')):
            pass
        with design.box('p-checkout'):
            with design.box('p-stack'):
                self.grid = self._grid()
                with design.box('p-section') as self.later:
                    design.words(_('Saved for later'), tag='h2')
                    self.saved = self._grid()
                self.nothing = design.box()
            self.summary = design.box('p-card p-card-body', tag='aside')
        self.view.on(f'cart:{actor.user_id}:{actor.customer_id}', self._show)
        self.view.on('prices', self._show)
        await self._show()

    def _grid(self) -> PadGrid:
        grid = PadGrid(fixed=True)
        for name in ('quantity', 'remove', 'propose', 'note', 'save', 'explain'):
            grid.listen(name, getattr(self, f'_{name}'))
        return grid

    async def _show(self) -> None:
        self.cart = cart = await self.view.do(CartService.read)
        self.grid.set_visibility(bool(cart.lines))
        self.later.set_visibility(bool(cart.saved))
        self.wrong = {key: said for key, said in self.wrong.items() if key in {str(row.id) for row in cart.lines}}
        self.grid.show([_shown(row, cart.currency) | self._mistake(str(row.id)) for row in cart.lines])
        self.saved.show([_shown(row, cart.currency) | {'saved': True} for row in cart.saved])
        for sku in {row.item.sku for row in cart.lines} - self.watched:
            self.view.on(f'stock:{sku}', self._show)
            self.watched.add(sku)
        self.nothing.clear()
        self.summary.set_visibility(bool(cart.lines))
        if not cart.lines:
            with self.nothing, design.empty('shopping-cart', _('Your cart is empty'),
                                            _('Find items in the shop, or type and paste them on the order pad.')):
                with design.box('p-actions'):
                    design.button(_('Shop'), href='/shop', icon='store', main=True)
                    design.button(_('Order pad'), href='/order-pad', icon='zap')
        self._sum(cart)

    def _sum(self, cart: CartView) -> None:
        self.summary.clear()
        with self.summary:
            design.words(_('Summary'), tag='h2')
            with design.box('p-summary'):
                lines = ngettext('{count} line', '{count} lines', len(cart.lines)).format(count=len(cart.lines))
                sum_line(lines, formats.money(cart.net, cart.currency))
                sum_line(_('Net total'), formats.money(cart.net, cart.currency), total=True)
            design.words(_('Shipping and VAT are worked out at checkout.'), tag='p', classes='p-summary-note')
            dearer = [problem for problem in cart.problems if problem.severity is Severity.ASKS]
            if dearer:
                with design.box('p-alert is-warn').props('role=status'), design.box('p-stack'):
                    for problem in dearer:
                        design.words(problem.message)
                    design.button(_('Accept new prices'), self._accept, small=True)
            with design.box('p-summary-actions'):
                checkout = design.button(_('Checkout'), lambda: self.view.open('/checkout'), main=True)
                if not self.view.actor.may(Permission.ORDERS_PLACE):
                    checkout.disable(_('You do not have the right to do this.'))
                elif self.wrong:
                    checkout.disable(_('Please correct the marked quantities first.'))
                design.button(_('Empty the cart'), self._clear)

    async def _quantity(self, key: str, text: str) -> None:
        self.view.refusals[:] = [lambda refusal: self._refused(key, str(text), refusal)]
        await self.view.do(CartService.set_quantity, uuid.UUID(key), str(text))
        self.view.refusals.clear()
        self.wrong.pop(key, None)
        await self._show()

    def _refused(self, key: str, text: str, refusal: DomainError) -> bool:
        """Leave what was written where it was written, and say beside it what is wrong."""
        self.view.refusals.clear()
        if refusal.field != 'quantity':
            return False
        self.wrong[key] = text[:40], refusal.message
        self.view.start(self._show)
        return True

    def _mistake(self, key: str) -> dict[str, Any]:
        if key not in self.wrong:
            return {}
        text, message = self.wrong[key]
        return {'quantity': text, 'messages': [message], 'tone': 'bad', 'badQuantity': True, 'proposals': [],
                'total': ''}

    async def _remove(self, key: str) -> None:
        sku, quantity = await self.view.do(CartService.remove, uuid.UUID(key))

        async def back() -> None:
            await self.view.do(CartService.add, sku, quantity)
        self.view.say(_('{sku} removed.').format(sku=sku), undo=back)
        await self._show()

    async def _propose(self, key: str, _sku: str, quantity: str | None) -> None:
        if quantity:
            await self._quantity(key, quantity)

    async def _note(self, key: str, note: str) -> None:
        await self.view.do(CartService.note, uuid.UUID(key), str(note))

    async def _save(self, key: str) -> None:
        line_id = uuid.UUID(key)
        saved = self.cart is not None and any(row.id == line_id for row in self.cart.saved)
        await self.view.do(CartService.restore if saved else CartService.save_for_later, line_id)
        await self._show()

    async def _explain(self, key: str) -> None:
        rows = (*self.cart.lines, *self.cart.saved) if self.cart else ()
        row = next((row for row in rows if str(row.id) == key), None)
        if row is not None:
            await explain_price(row.item.sku, row.name, row.price)

    async def _accept(self) -> None:
        await self.view.do(CartService.accept_prices)
        await self._show()

    async def _clear(self) -> None:
        if await ask(_('Empty the cart?'), _('All lines are taken out except those saved for later.'), yes=_('Empty'),
                     danger=True):
            await self.view.do(CartService.clear)
            await self._show()


def _shown(row: CartRow, currency: str) -> dict[str, Any]:
    stops = [problem for problem in row.problems if problem.severity is Severity.STOPS]
    href = path(row.item.sku) if leads(path(row.item.sku)) else ''
    proposal = next((problem.quantity for problem in stops if problem.quantity), None)
    return {
        'key': str(row.id), 'sku': row.item.sku, 'href': href, 'name': row.name,
        'quantity': plain(row.quantity), 'note': row.note, 'tone': 'bad' if stops else '',
        'messages': [problem.message for problem in stops], 'badQuantity': proposal is not None,
        'hints': [problem.message for problem in row.problems if problem.severity is not Severity.STOPS],
        'proposals': [{'sku': row.item.sku, 'quantity': str(proposal), 'label': _('Order {count}').format(
            count=formats.quantity(proposal))}] if proposal else [],
        'total': formats.money(row.net, currency), **priced(row.item, row.price, row.stock)}
