"""Checkout: where to, how, when and under which number; everything that stands against it; then one button."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from nicegui import ui

from models.core.words import _, _l, ngettext
from models.orders import Delivery, PaymentMethod
from services.carts.service import CartService
from services.carts.view import Problem, Severity
from services.core import formats
from services.core.errors import DomainError
from services.core.permissions import Permission
from services.orders.checkout import CheckoutInput, Review, address_copy
from services.orders.placing import CheckoutService
from services.orders.wording import DELIVERIES, METHODS, address_lines, tax_label
from ui.kernel import design, documents
from ui.kernel.documents import Cell
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.pieces.addresses import add_delivery_address
from ui.portal.pieces.grid import sum_line

module = Module('checkout', _l('Checkout'), icon='credit-card', group=Group.BUY, needs=Permission.ORDERS_PLACE,
                in_menu=False, keywords=_l('order now, pay, submit'))

MANY = 3


@module.view('/checkout')
async def index(view: View) -> None:
    """Choices at the left, totals and the button at the right."""
    await CheckoutPage(view).build()


class CheckoutPage:
    """One checkout; the key of its submit is minted when the page is first shown and stays with it over reloads."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.found: Review | None = None
        self.placing = False
        self.chosen: dict[str, Any] = view.state.setdefault('chosen', {})

    async def build(self) -> None:
        """Lay out the page."""
        if 'key' not in self.view.state:
            self.view.state['key'] = await self.view.do(CheckoutService.new_key)
            self.view.remember()
        with design.head(self.view, sub=_('Nothing is ordered before you press the button.')):
            design.button(_('Back to the cart'), href='/cart', icon='arrow-left')
        with design.box('p-checkout'):
            with design.box('p-stack') as self.main:
                self.alerts = design.box('p-stack').props('aria-live=polite')
                self.choices = design.box('p-stack')
                self.lines = design.box()
            self.side = design.box('p-card p-card-body', tag='aside')
        self.view.on(f'cart:{self.view.actor.user_id}:{self.view.actor.customer_id}', self._show)
        for topic in ('prices', f'money:{self.view.actor.customer_id}', f'company:{self.view.actor.customer_id}'):
            self.view.on(topic, self._show)
        await self._show()
        self._offer()

    def _offer(self) -> None:
        """Show what can be chosen, as it stands."""
        self.choices.clear()
        if self.found and self.found.cart.lines:
            with self.choices:
                self._ask(self.found)

    def _input(self) -> CheckoutInput:
        chosen = self.chosen
        day = str(chosen.get('requested_on') or '')
        return CheckoutInput(
            address_id=uuid.UUID(chosen['address_id']) if chosen.get('address_id') else None,
            shipping_code=chosen.get('shipping_code') or '', po_number=str(chosen.get('po_number') or '')[:60],
            payment_method=PaymentMethod(chosen.get('payment_method') or self._first_method()),
            requested_on=dt.date.fromisoformat(day) if _is_day(day) else None,
            delivery=Delivery(chosen['delivery']) if chosen.get('delivery') else None,
            note=str(chosen.get('note') or '')[:2000], terms_accepted=bool(chosen.get('terms_accepted')))

    def _first_method(self) -> PaymentMethod:
        return self.found.methods[0] if self.found else PaymentMethod.ON_ACCOUNT

    async def _show(self) -> None:
        self.found = found = await self.view.do(CheckoutService.review, self._input())
        if found.methods[0] is not PaymentMethod.ON_ACCOUNT and 'payment_method' not in self.chosen:
            self.chosen['payment_method'] = found.methods[0].value
            self.found = found = await self.view.do(CheckoutService.review, self._input())
        for part in (self.alerts, self.lines, self.side):
            part.clear()
        with self.alerts:
            self._warn(found.problems if found.cart.lines else ())
        with self.lines:
            _lines(self.view, found)
        self.side.set_visibility(bool(found.cart.lines))
        with self.side:
            self._sum(found)

    def _warn(self, problems: tuple[Problem, ...]) -> None:
        for severity, tone in ((Severity.STOPS, 'bad'), (Severity.ASKS, 'warn'), (Severity.NOTES, 'info')):
            said = [problem for problem in problems if problem.severity is severity and not self._is_early(problem)]
            if not said:
                continue
            with design.box(f'p-alert is-{tone}').props('role=alert' if tone == 'bad' else 'role=status'):
                with design.box('p-stack is-tight'):
                    for message in _messages(said):
                        design.words(message)
                    if severity is Severity.ASKS:
                        design.button(_('Accept new prices'), self._accept, small=True)

    def _is_early(self, problem: Problem) -> bool:
        """Whether it only says that a field nobody has come to yet is empty; the button says so quietly."""
        return problem.kind == 'po_number' and problem.severity is Severity.STOPS and 'po_number' not in self.chosen

    def _ask(self, found: Review) -> None:
        with design.card(_('Delivery')), design.box('p-form'):
            places = {str(address.id): ', '.join(address_lines(address_copy(address))) for address in found.addresses}
            self._select('address_id', _('Ship to'), places, str(found.address.id) if found.address else None)
            offers = {offer.code: f'{offer.name} · {formats.money(offer.price, found.currency)}'
                      for offer in found.offers}
            self._select('shipping_code', _('Shipping method'), offers, found.shipping.code if found.shipping else None)
            self._select('delivery', _('When not everything is there'), {
                wish.value: str(label) for wish, label in DELIVERIES.items()}, found.delivery.value)
            self._text('requested_on', _('Requested date'), 'type=date')
            if self.view.actor.may(Permission.ADDRESSES_WRITE):
                with design.box():
                    design.button(_('Add address'), self._add_address, icon='plus', small=True)
        with design.card(_('Order')), design.box('p-form'):
            self._text('po_number', _('PO number'), 'maxlength=60' + ' required' * found.po_required)
            self._select('payment_method', _('Payment'), {m.value: str(METHODS[m]) for m in found.methods},
                         found.methods[0].value)
            self._text('note', _('Note to us'), 'type=textarea autogrow maxlength=2000')
        if found.terms:
            with design.card(_('Terms of sale')), design.box('p-stack'):
                design.words(found.terms, tag='p', classes='p-soft')
                box = ui.checkbox(_('I accept the terms of sale'), value=bool(self.chosen.get('terms_accepted')))
                box.on_value_change(lambda event: self._choose('terms_accepted', event.value))

    def _select(self, name: str, label: str, options: dict[str, str], first: str | None) -> None:
        value = self.chosen.get(name) if self.chosen.get(name) in options else first
        field = ui.select(options, label=label, value=value).props('outlined dense').classes('p-field')
        field.on_value_change(lambda event: self._choose(name, event.value))

    def _text(self, name: str, label: str, props: str) -> None:
        field = ui.input(label, value=str(self.chosen.get(name) or '')).props(f'outlined dense debounce=300 {props}')
        field.classes('p-field').on_value_change(lambda event: self._choose(name, event.value))

    async def _add_address(self) -> None:
        added = await add_delivery_address(self.view)
        if added is not None:
            self.chosen['address_id'] = str(added.id)
            self.view.remember()
            await self._show()
            self._offer()

    async def _choose(self, name: str, value: Any) -> None:
        self.chosen[name] = value
        self.view.remember()
        await self._show()

    def _sum(self, found: Review) -> None:
        totals, currency = found.totals, found.currency
        design.words(_('Summary'), tag='h2')
        with design.box('p-summary'):
            sum_line(_('Lines'), formats.money(totals.lines, currency))
            sum_line(found.shipping.name if found.shipping else _('Shipping'), formats.money(totals.shipping, currency))
            for line in totals.taxes:
                sum_line(tax_label(line.category, line.rate), formats.money(line.tax, currency))
            sum_line(_('Total'), formats.money(totals.amount.gross, currency), total=True)
        if found.available_credit is not None:
            design.words(_('Available credit: {amount}').format(amount=formats.money(found.available_credit, currency)),
                         tag='p', classes='p-summary-note')
        with design.box('p-summary-actions'):
            self.submit = design.button(_('Place order'), self._place, main=True)
            stop = next((p.message for p in found.problems if p.severity is Severity.STOPS), '')
            if stop or found.asks:
                self.submit.disable(stop or _('Please accept the new prices first.'))
                design.words(stop or _('Please accept the new prices first.'), tag='p', classes='p-summary-note')

    async def _accept(self) -> None:
        await self.view.do(CartService.accept_prices)
        await self._show()

    async def _place(self) -> None:
        if self.placing:
            return
        self.placing = True
        try:
            await self._order()
        finally:
            self.placing = False

    async def _order(self) -> None:
        expected = self.found.totals.amount.gross if self.found else Decimal(0)
        self.view.refusals[:] = [self._refused]
        number = await self.view.do(CheckoutService.place, self._input(), key=self.view.state['key'],
                                    expected_gross=expected)
        self.view.state.clear()
        self.view.state['placed'] = number
        await self.view.save()
        self.view.say(_('Order {number} is placed. A confirmation is on its way to you by mail.').format(number=number))
        self.view.open(f'/orders/{number}')
        self.view.close()

    def _refused(self, _refusal: DomainError) -> bool:
        self.view.start(self._show)
        return False


def _messages(said: list[Problem]) -> list[str]:
    """What is said above the choices: of many notes on lines only how many, since each stands at its line."""
    lines = {problem.line_id for problem in said if problem.line_id and problem.severity is Severity.NOTES}
    if len(lines) <= MANY:
        return [problem.message for problem in said]
    return [*(problem.message for problem in said if problem.line_id not in lines),
            ngettext('There is a note on {count} line below.', 'There are notes on {count} lines below.',
                     len(lines)).format(count=formats.number(len(lines)))]


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[:4].isdigit() and text[4] == text[7] == '-'


def _lines(view: View, found: Review) -> None:
    if not found.cart.lines:
        with design.empty('shopping-cart', _('Your cart is empty'), _('There is nothing to check out.')):
            design.button(_('Shop'), href='/shop', icon='store', main=True)
        return
    head = [(_('Item'), False), (_('Quantity'), True), (_('Price'), True), (_('Total'), True)]
    notes: dict[uuid.UUID | None, list[str]] = {}
    for problem in found.problems:
        if problem.severity is Severity.NOTES:
            notes.setdefault(problem.line_id, []).append(problem.message)
    documents.lines(view, _('Lines'), head, [
        [Cell(row.name, strong=row.item.sku, note=' · '.join(filter(None, (row.note, *notes.get(row.id, ()))))),
         formats.quantity(row.quantity, row.item.unit),
         formats.money(row.price.unit_price, found.currency), formats.money(row.net, found.currency)]
        for row in found.cart.lines])
