"""The page to pay: what is open, how much of it now, with which credits and how; then one button."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from models.core.words import _
from services.core import formats
from services.core.permissions import Permission
from services.payments.inputs import InvoiceShare, PayInput
from services.payments.quoting import PayPage, Quote, QuoteService
from services.payments.starting import PaymentService
from services.payments.wording import amount_in, typed
from ui.kernel import design
from ui.kernel.view import View
from ui.portal.payments.declared import module
from ui.portal.payments.rows import Rows
from ui.portal.payments.side import Side

ZERO = Decimal(0)


@module.view('/pay', needs=Permission.PAYMENTS_READ)
async def pay(view: View) -> None:
    """Pay invoices, the whole balance, or an order in advance."""
    await PayView(view).build()


class PayView:
    """One page to pay. What is typed is kept; the key of its submit is minted with the page and used once."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.paying = False
        asked = view.query if view.query else view.state.get('asked', {})
        if view.state.get('asked') != asked:
            view.state.clear()
            view.state['asked'] = dict(asked)
        self.numbers = [number for number in str(asked.get('invoices', '')).split(',') if number][:200]
        self.order = str(asked.get('order', ''))[:40]

    async def build(self) -> None:
        """Lay out the page."""
        view, state = self.view, self.view.state
        view.title = _('Pay')
        if 'key' not in state:
            state['key'] = await view.do(PaymentService.new_key)
        self.page = page = await view.do(QuoteService.page, self.numbers, self.order)
        self._first(page)
        with design.head(view, _('Pay'), sub=_('Nothing is paid before you press the button.')):
            design.button(_('Invoices'), href='/invoices', icon='arrow-left')
        with design.box('p-checkout'):
            with design.box('p-stack'):
                self.busy = design.box('p-stack').props('aria-live=polite')
                self.rows = Rows(view, self)
            self.side = Side(view, self)
        view.on(f'money:{view.actor.customer_id}', self._again)
        self._paint()
        await self.count()

    def _first(self, page: PayPage) -> None:
        """What is filled in when the page is first shown: what is due, the preferred method, credits where wanted."""
        state = self.view.state
        if 'chosen' not in state:
            only_due = state['asked'].get('for') == 'due'
            due = [row for row in page.rows if row.is_due or (not only_due and (
                self.numbers or row.is_overdue or not row.invoice.disputed))]
            state['chosen'] = {str(row.invoice.number): typed(row.usual, row.invoice.currency) for row in due
                               if row.usual > 0}
        methods = [offer.method for offer in page.offers]
        if state.get('method') not in methods:
            preferred = page.customer.preferred_method
            state['method'] = preferred if preferred in methods else next(iter(methods), '')
        state.setdefault('credits', bool(page.credits) and bool(state['asked'].get('credits')))
        self.view.remember()

    async def _again(self) -> None:
        """Money moved: what is open or being paid may be something else now; not once this page has paid."""
        if self.paying:
            return
        self.page = await self.view.do(QuoteService.page, self.numbers, self.order)
        self._paint()
        await self.count()

    def _paint(self) -> None:
        self.busy.clear()
        with self.busy:
            for attempt in self.page.attempts:
                with design.box('p-alert is-info').props('role=status'), design.box('p-row is-between'):
                    design.words(_('A payment of {amount} by {person} is in progress.').format(
                        amount=formats.money(attempt.charged, attempt.currency), person=attempt.created_by_name))
                    design.button(_('Open'), href=f'/payments/{attempt.number}', small=True)
        self.rows.show(self.page)
        self.side.offer(self.page)

    def chosen(self) -> PayInput | str:
        """What is chosen now, or a sentence on what is not a number."""
        state = self.view.state
        shares = []
        for number, text in state['chosen'].items():
            amount = amount_in(text)
            if amount is None:
                return _('Please give an amount for {number}.').format(number=number)
            if amount:
                shares.append(InvoiceShare(number=number, amount=amount))
        extra = amount_in(state.get('extra', ''))
        if extra is None:
            return _('Please give an amount.')
        return PayInput(invoices=() if self.order else tuple(shares), extra=ZERO if self.order else extra,
                        order=self.order, use_credits=bool(state.get('credits')), method=str(state.get('method', '')))

    async def count(self) -> None:
        """Work out what the choice comes to, and show it."""
        given = self.chosen()
        quote = Quote(refusal=given) if isinstance(given, str) else await self.view.do(QuoteService.quote, given)
        self.rows.say(quote)
        self.side.show(self.page, quote, is_empty=not isinstance(given, str) and not (
            given.invoices or given.extra or given.order))

    async def choose(self, name: str, value: Any) -> None:
        """Keep a choice and work it out."""
        self.view.state[name] = value
        self.view.remember()
        await self.count()

    async def spread(self, text: str) -> None:
        """Spread an amount over what is open; what no invoice takes is paid as a deposit."""
        state, amount = self.view.state, amount_in(text)
        if not amount:
            self.view.say(_('Please give an amount above zero.'))
            return
        found = await self.view.do(QuoteService.spread, amount, self.numbers, use_credits=bool(state.get('credits')))
        customer = self.page.customer
        state['chosen'] = {share.number: typed(share.amount, customer.currency) for share in found.shares
                           if share.amount}
        may = found.rest > 0 and customer.overpayments
        state['extra'] = typed(found.rest, customer.currency) if may else ''
        self.view.remember()
        self.rows.show(self.page)
        self.side.offer(self.page)
        await self.count()

    async def pay(self) -> None:
        """Begin to pay and go to the gateway; credits alone settle at once."""
        given = self.chosen()
        if self.paying or isinstance(given, str):
            return
        self.paying = True
        self.side.rest()
        started = None
        try:
            started = await self.view.do(PaymentService.start, given, key=self.view.state['key'])
        finally:
            self.paying = started is not None
            if started is None:  # it was refused: look again, and let him choose anew
                self.view.start(self._again)
        self.view.state.clear()
        await self.view.save()
        if started.number:
            self.view.session.client.open(started.path)
            return
        self.view.say(_('Settled with your credit.'))
        self.view.open(started.path)
        self.view.close()

