"""What the office does with the invoices of an order, from its page: invoice what waits, credit what will not come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.core.words import _
from services.core.permissions import Permission
from services.invoices.desk import InvoiceDesk
from services.orders.reading import OrderView
from services.orders.wording import exceeds, waits
from ui.kernel.forms import ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.portal.orders import Reason


class Invoicing:
    """The acts on the invoices of one order; `refresh` shows the order anew."""

    found: OrderView

    def __init__(self, view: View, number: str, refresh: Callable[[], Awaitable[None]]) -> None:
        self.view, self.number, self.refresh = view, number, refresh

    def acts(self, found: OrderView) -> list[Act]:
        """Invoicing what waits and crediting what was cancelled, where there is any."""
        self.found = found
        out = []
        if waits(found.order, found.lines, found.customer.invoicing):
            out.append(Act(_('Issue invoice'), 'file-check', run=self._issue, needs=Permission.INVOICES_WRITE))
        if exceeds(found.lines):
            out.append(Act(_('Credit what will not come'), 'file-minus', run=self._credit,
                           needs=Permission.INVOICES_WRITE))
        return out

    async def _issue(self) -> None:
        number = await self.view.do(InvoiceDesk.issue, self.number, version=self.found.order.version)
        self.view.say(_('Invoice {number} is issued.').format(number=number))
        await self.refresh()

    async def _credit(self) -> None:
        given = await ask(self.view, Reason, _('Credit what will not come of {number}').format(number=self.number),
                          _('Issue credit note'), text=_('What was invoiced and cancelled since is credited.'))
        if given is not None:
            numbers = await self.view.do(InvoiceDesk.credit_excess, self.number, given.reason)
            self.view.say(_('Issued: {numbers}').format(numbers=', '.join(numbers)))
            await self.refresh()
