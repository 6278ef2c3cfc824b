"""The dialog that writes a credit note: all that is left, quantities by line, or an amount."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from nicegui import ui

from models.core.words import _
from services.core import formats
from services.core.errors import Invalid
from services.invoices.crediting import CreditInput, CreditService, FreeAmount
from services.invoices.left import Left
from services.invoices.reading import InvoiceView
from services.payments.wording import amount_in
from ui.kernel import design
from ui.kernel.confirm import Dialog
from ui.kernel.forms import until_done
from ui.kernel.view import View


async def ask_credit(view: View, found: InvoiceView) -> str:
    """Ask what is credited and why, and write the credit note; returns its number, '' when thought better of."""
    invoice = found.invoice
    left = await view.do(CreditService.left, str(invoice.number))

    async def issue() -> str:
        return str(await view.do(CreditService.credit, str(invoice.number), form.read(), version=invoice.version))
    title = _('Credit {number}').format(number=invoice.number)
    with Dialog(title) as dialog, design.box('p-card q-card is-wide'):
        with design.box('p-card-head'):
            design.words(title, tag='h2')
        with design.box('p-card-body p-stack'):
            form = _Fields(left, invoice.currency)
            with design.box('p-actions'):
                design.button(_('Cancel'), lambda: dialog.submit(''))
                design.button(_('Issue credit note'), until_done(dialog, issue), main=True)
    number = await dialog.answer()
    return number or ''


class _Fields:
    """What is typed into the dialog."""

    def __init__(self, left: Left, currency: str) -> None:
        self.left = left
        design.words(_('{amount} of this invoice can be credited.').format(
            amount=formats.money(left.gross, currency)), tag='p', classes='p-soft')
        self.whole = ui.checkbox(_('All that is left'))
        self.part = design.box('p-stack').bind_visibility_from(self.whole, 'value', backward=lambda on: not on)
        self.quantities: dict[uuid.UUID, Any] = {}
        with self.part:
            for one in left.lines:
                if one.quantity > 0:
                    label = _('{name}, at most {quantity}').format(
                        name=one.line.sku or one.line.name, quantity=formats.quantity(one.quantity, one.line.unit))
                    self.quantities[one.line.id] = ui.input(label, value='0').props(
                        'outlined dense inputmode=decimal maxlength=14')
            self.freight = ui.input(_('Shipping, at most {amount}').format(
                amount=formats.money(left.freight, currency)), value='0').props('outlined dense inputmode=decimal') \
                if left.freight else None
            self.amount = ui.input(_('Or an amount, net')).props('outlined dense inputmode=decimal maxlength=14')
            rates = {index: formats.percent(key[1]) for index, key in enumerate(left.rates)}
            self.rate = ui.select(rates, value=0, label=_('VAT rate of the amount')).props('outlined dense') \
                if len(rates) > 1 else None
        self.reason = ui.input(_('Reason')).props('outlined dense maxlength=300')
        self.anew = ui.checkbox(_('These goods are to be invoiced again'))

    def read(self) -> CreditInput:
        """The input; raises Invalid for what is no number."""
        if self.whole.value:
            return CreditInput(reason=str(self.reason.value or ''), whole=True, anew=bool(self.anew.value))
        quantities = {key: _number(field.value) for key, field in self.quantities.items()}
        amount = _number(self.amount.value)
        key = list(self.left.rates)[int(self.rate.value) if self.rate else 0] if self.left.rates else ('S', Decimal(0))
        return CreditInput(
            reason=str(self.reason.value or ''), anew=bool(self.anew.value),
            quantities={line_id: quantity for line_id, quantity in quantities.items() if quantity},
            freight=_number(self.freight.value) if self.freight else Decimal(0),
            amount=FreeAmount(net=amount, category=key[0], rate=key[1]) if amount else None)


def _number(typed: Any) -> Decimal:
    value = amount_in(typed)
    if value is None:
        raise Invalid(_('{text} is no number.').format(text=str(typed)[:40]), field='amount')
    return value
