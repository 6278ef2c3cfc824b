"""Tab Details: who the customer is, his terms, figures and addresses."""

from __future__ import annotations

from typing import Annotated

from models.core.words import _
from services.core import formats
from services.core.fields import Hidden
from services.core.permissions import Permission
from services.customers import CustomerService, CustomerView
from services.customers.inputs import CustomerInput
from ui.kernel import design, documents
from ui.office.customers.shown import CustomerForm, Shown
from ui.pieces.addresses import Addresses


class DetailsInput(CustomerInput):
    """The details of a customer there is already, whose number never changes."""

    account: Annotated[str, Hidden()] = ''


async def build(shown: Shown) -> None:
    """Build the tab."""
    may = shown.view.actor.may(Permission.CUSTOMERS_WRITE)
    with design.box('p-grid-2'):
        with design.card():
            CustomerForm(shown, DetailsInput, CustomerService.save, said=_('Details saved.'), may=may)
        with design.box('p-stack'):
            figures = documents.totals(shown.view, figure_rows(shown.found), title=_('Figures'))
    addresses = Addresses(shown.view, account=shown.account, country=shown.found.customer.country, may=may)
    addresses.show(shown.found.addresses)

    def again() -> None:
        addresses.show(shown.found.addresses)
        figures.show([{'label': label, 'text': text, 'sum': False} for label, text in figure_rows(shown.found)])
    shown.follow(again)
    again()


def figure_rows(found: CustomerView) -> list[tuple[str, str]]:
    """The sums of a customer as label and text."""
    figures, currency = found.figures, found.customer.currency
    limit = formats.money(found.customer.credit_limit, currency) or _('No limit')
    available = formats.money(figures.available_credit, currency) or _('No limit')
    return [(_('Orders'), formats.number(figures.orders)), (_('Open orders'), formats.number(figures.open_orders)),
            (_('Value of open orders'), formats.money(figures.open_gross, currency)),
            (_('Bought in 12 months'), formats.money(figures.bought, currency)), (_('Credit limit'), limit),
            (_('Credit used'), formats.money(figures.credit_used, currency)), (_('Available credit'), available),
            (_('Last order'), formats.date(figures.last_order_at) or _('None yet')),
            (_('Customer since'), formats.date(found.customer.created_at))]
