"""The side of the page to pay: how, with which credits, what it comes to, and the button."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from nicegui import ui

from models.core.words import _, ngettext
from services.core import formats
from services.payments.bank import BankFacts
from services.payments.methods import Offer
from services.payments.quoting import PayPage, Quote
from ui.kernel import design
from ui.kernel.view import View
from ui.portal.pieces.grid import sum_line

if TYPE_CHECKING:
    from ui.portal.payments.pay import PayView


class Side:
    """Choices above, sums below; only the sums are drawn anew when something is typed."""

    def __init__(self, view: View, page: PayView) -> None:
        self.view = view
        self.page = page
        self.button: design.Button | None = None
        with design.box('p-card p-card-body p-stack', tag='aside'):
            self.choices = design.box('p-stack')
            self.sums = design.box().props('aria-live=polite')

    def offer(self, found: PayPage) -> None:
        """Show what can be chosen."""
        state, currency = self.view.state, found.customer.currency
        self.choices.clear()
        with self.choices:
            if not found.offers:
                design.words(_('There is no way to pay here yet. Please pay as your invoice says.'), tag='p')
            else:
                field = ui.select({offer.method: offer_words(offer, currency) for offer in found.offers},
                                  label=_('How'), value=state['method']).props('outlined dense')
                field.classes('p-field').on_value_change(lambda event: self.page.choose('method', event.value))
            if found.credits:
                box = ui.checkbox(_('Use credit of {amount}').format(amount=formats.money(found.credit, currency)),
                                  value=bool(state.get('credits')))
                box.on_value_change(lambda event: self.page.choose('credits', bool(event.value)))
            if found.order is None and found.customer.overpayments:
                extra = ui.input(_('More, as a deposit'), value=str(state.get('extra', '')))
                extra.props('outlined dense debounce=300 inputmode=decimal maxlength=14').classes('p-field')
                extra.on_value_change(lambda event: self.page.choose('extra', str(event.value or '')))

    def show(self, found: PayPage, quote: Quote, *, is_empty: bool) -> None:
        """Show what the choice comes to."""
        currency = found.customer.currency
        self.sums.clear()
        with self.sums:
            design.words(_('Summary'), tag='h2')
            with design.box('p-summary'):
                if quote.rows:
                    sum_line(ngettext('{count} invoice', '{count} invoices', len(quote.rows)).format(
                        count=formats.number(len(quote.rows))),
                        formats.money(quote.total, currency))
                if quote.credit:
                    sum_line(_('From your credit'), formats.money(-quote.credit, currency))
                if quote.fee:
                    sum_line(_('Fee'), formats.money(quote.fee, currency))
                sum_line(_('To pay'), formats.money(quote.charged, currency), total=True)
            self._end(quote, is_empty)

    def rest(self) -> None:
        """Let nobody press twice."""
        if self.button is not None:
            self.button.disable(_('One moment, please.'))

    def _end(self, quote: Quote, is_empty: bool) -> None:
        if quote.bank is not None:
            _bank(quote.bank)
            return
        with design.box('p-summary-actions'):
            self.button = design.button(_('Pay now'), self.page.pay, main=True)
            reason = _('Please choose something to pay.') if is_empty else quote.refusal
            if reason:
                self.button.disable(reason)
                design.words(reason, tag='p', classes='p-summary-note')


def _bank(facts: BankFacts) -> None:
    """How to transfer the sum, with the code a bank app reads."""
    with design.box('p-stack is-tight'):
        design.words(_('Transfer the sum with this reference'), tag='h3')
        for label, text in ((_('Account holder'), facts.owner), (_('IBAN'), facts.spaced_iban), (_('BIC'), facts.bic),
                            (_('Reference'), facts.reference)):
            if text:
                with design.box():
                    design.words(label, tag='div', classes='p-soft')
                    design.words(text, tag='div', classes='p-strong p-wrap')
        if facts.code:
            source = base64.b64encode(facts.code.encode()).decode()
            design.box('p-pay-code', tag='img').props(
                f'src="data:image/svg+xml;base64,{source}" '
                f'alt="{design.attribute(_("Code for your bank app"))}" width=160 height=160')
        design.words(_('Our account is the one shown here. We never announce another one by mail alone.'), tag='p',
                     classes='p-summary-note')


def offer_words(offer: Offer, currency: str) -> str:
    """A way to pay with what it costs."""
    parts = [formats.percent(offer.percent) if offer.percent else '',
             formats.money(offer.fixed, currency) if offer.fixed else '']
    fee = ' + '.join(part for part in parts if part)
    return _('{method} (fee {fee})').format(method=offer.label, fee=fee) if fee else offer.label
