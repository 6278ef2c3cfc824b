"""The invoices on the page to pay: a tick, what is open, why it may be less, and how much is paid now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import ui

from models.core.words import _, pgettext
from services.core import formats
from services.payments.proposing import Share
from services.payments.quoting import PayPage, PayRow, Quote
from services.payments.wording import typed
from ui.kernel import design
from ui.kernel.view import View

if TYPE_CHECKING:
    from ui.portal.payments.pay import PayView


class Rows:
    """The card with the invoices; for an order in advance it names the order instead."""

    def __init__(self, view: View, page: PayView) -> None:
        self.view = view
        self.page = page
        self.place = design.box('p-stack')
        self.results: dict[str, design.Words] = {}

    def say(self, quote: Quote) -> None:
        """Say at each invoice how it stands once this is paid."""
        told = {share.number: _after(share, self.currency) for share in quote.rows}
        for number, words in self.results.items():
            words.set_text(told.get(number, ''))

    def show(self, found: PayPage) -> None:
        """Draw all rows as they are chosen."""
        self.currency = found.customer.currency
        self.results.clear()
        self.place.clear()
        with self.place:
            if found.order is not None:
                self._order(found)
            elif not found.rows:
                with design.card(_('Invoices')), design.empty(
                        'circle-check', _('Nothing is open'), _('There is no open invoice to pay.')):
                    design.button(_('Invoices'), href='/invoices')
            else:
                self._quick(found)
                self._invoices(found)

    def _order(self, found: PayPage) -> None:
        order = found.order
        assert order is not None
        with design.card(_('Order {number}').format(number=order.number)), design.box('p-stack'):
            design.words(_('You pay this order before it is delivered. As soon as the money is here, it goes on.'),
                         tag='p', classes='p-soft')
            with design.box('p-row is-between'):
                design.link(order.number, f'/orders/{order.number}')
                design.words(formats.money(found.left, order.currency), classes='p-num p-strong')

    def _quick(self, found: PayPage) -> None:
        with design.card(_('Pay an amount')), design.box('p-row is-fields'):
            field = ui.input(_('Amount in {currency}').format(currency=found.customer.currency))
            field.props('outlined dense inputmode=decimal maxlength=14')
            design.button(_('Spread it'), lambda: self.page.spread(str(field.value or '')), icon='split')
            design.words(_('Discounts that end first, then the oldest due; never what is disputed.'), classes='p-soft')

    def _invoices(self, found: PayPage) -> None:
        chosen = self.view.state['chosen']
        with design.card(_('Invoices')).classes('is-flush'), design.box('p-table p-pay'), design.box(tag='table'):
            with design.box(tag='thead'), design.box(tag='tr'):
                with design.box(tag='th'):
                    design.words(_('Pay'), classes='p-sr')
                for text, end in ((_('Invoice'), ''), (_('Due'), ''), (pgettext('amount', 'Open'), 'p-num'),
                                  (_('Pay now'), 'p-num')):
                    design.words(text, tag='th', classes=end)
            with design.box(tag='tbody'):
                for row in found.rows:
                    self._row(row, chosen)

    def _row(self, row: PayRow, chosen: dict[str, Any]) -> None:
        number, currency = str(row.invoice.number), row.invoice.currency
        with design.box(tag='tr'):
            with design.box(tag='td'):
                tick = ui.checkbox(value=number in chosen).props(
                    f'aria-label="{design.attribute(_("Pay {number}").format(number=number))}"')
            with design.box(tag='td'):
                design.link(number, f'/invoices/{number}', classes='p-link p-strong')
                for text in _notes(row):
                    design.words(text, tag='div', classes='p-soft')
            with design.box(tag='td'):
                design.words(formats.date(row.due_on), tag='div')
                if row.is_overdue:
                    design.chip(_('Overdue'), 'bad')
            design.words(formats.money(row.invoice.open, currency), tag='td', classes='p-num')
            with design.box('p-num', tag='td'):
                field = ui.input(value=str(chosen.get(number, ''))).props(
                    'outlined dense debounce=300 inputmode=decimal maxlength=14 '
                    f'aria-label="{design.attribute(_("Amount for {number}").format(number=number))}"')
                self.results[number] = design.words('', tag='div', classes='p-soft p-small')
        if row.payable <= 0:
            tick.disable()
            field.disable()
        tick.on_value_change(lambda event: self._tick(row, field, bool(event.value)))
        field.on_value_change(lambda event: self._type(number, tick, str(event.value or '')))

    async def _tick(self, row: PayRow, field: ui.input, on: bool) -> None:
        number, chosen = str(row.invoice.number), self.view.state['chosen']
        if on == (number in chosen):
            return
        if on:
            chosen[number] = typed(row.usual or row.payable, row.invoice.currency)
        else:
            del chosen[number]
        field.value = str(chosen.get(number, ''))
        await self._changed()

    async def _type(self, number: str, tick: ui.checkbox, text: str) -> None:
        chosen = self.view.state['chosen']
        if text == str(chosen.get(number, '')):
            return
        if text.strip():
            chosen[number] = text[:14]
        else:
            chosen.pop(number, None)
        tick.value = number in chosen
        await self._changed()

    async def _changed(self) -> None:
        self.view.remember()
        await self.page.count()


def _notes(row: PayRow) -> list[str]:
    """What is to be known about paying this one."""
    invoice, notes = row.invoice, []
    if invoice.is_charge:
        notes.append(_('Reminder fee'))
    if row.discount:
        notes.append(_('{amount} less when you pay all of it by {date}').format(
            amount=formats.money(row.discount, invoice.currency), date=formats.date(invoice.discount_until)))
    if invoice.instalments:
        notes.append(_('{amount} of it is due now').format(amount=formats.money(row.due, invoice.currency)))
    if row.being_paid:
        notes.append(_('a payment of {amount} by {person} is in progress').format(
            amount=formats.money(row.being_paid, invoice.currency), person=row.payer))
    if invoice.disputed:
        notes.append(_('{amount} of it is disputed').format(amount=formats.money(invoice.disputed, invoice.currency)))
    return notes


def _after(row: Share, currency: str) -> str:
    """How an invoice stands afterwards."""
    if row.discount:
        return _('then paid, {saved} saved').format(saved=formats.money(row.discount, currency))
    return _('then {amount} is open').format(amount=formats.money(row.left, currency)) if row.left else _('then paid')
