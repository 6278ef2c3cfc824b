"""The lines of a draft, typed one by one, and what can be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.core.words import _
from models.invoices import InvoiceLine
from services.core import formats
from services.core.permissions import Permission
from services.invoices.drafting import DraftLine, DraftService
from services.invoices.reading import InvoiceView
from ui.kernel import design
from ui.kernel.forms import ask
from ui.kernel.tables import Act
from ui.kernel.view import View


class Draft:
    """The editing of a draft; `again` shows the document anew."""

    found: InvoiceView

    def __init__(self, view: View, again: Callable[[], Awaitable[None]]) -> None:
        self.view, self.again = view, again

    @property
    def key(self) -> str:
        """What a draft is known by until it has a number."""
        return str(self.found.invoice.id)

    def acts(self, found: InvoiceView) -> list[Act]:
        """Issue, add, delete."""
        self.found = found
        empty = '' if found.lines else _('There is no line on this draft yet.')
        return [Act(_('Issue invoice'), 'file-check', run=self._issue, needs=Permission.INVOICES_WRITE, main=True,
                    reason=empty, confirm=_('Issue this invoice? It cannot be changed afterwards.')),
                Act(_('Add line'), 'plus', run=self._add, needs=Permission.INVOICES_WRITE),
                Act(_('Delete draft'), 'trash-2', run=self._delete, needs=Permission.INVOICES_WRITE, danger=True,
                    confirm=_('Delete this draft?'))]

    def show(self, found: InvoiceView) -> None:
        """The lines with what can be done with each."""
        self.found = found
        may = self.view.actor.may(Permission.INVOICES_WRITE)
        with design.card(_('Lines')), design.box('p-stack'):
            if not found.lines:
                design.words(_('There is no line on this draft yet.'), tag='p', classes='p-soft')
            for line in found.lines:
                self._line(line, may)

    def _line(self, line: InvoiceLine, may: bool) -> None:
        currency = self.found.invoice.currency
        with design.box('p-row is-between'):
            with design.box('p-grow'):
                design.words(line.name, tag='div', classes='p-strong')
                design.words(_('{quantity} at {price}, VAT {rate}').format(
                    quantity=formats.quantity(line.quantity, line.unit), price=formats.money(line.unit_price, currency),
                    rate=formats.percent(line.tax_rate)), tag='div', classes='p-soft')
            design.words(formats.money(line.net, currency), classes='p-num')
            if may:
                design.icon_button('pencil', _('Change {line}').format(line=line.name),
                                   lambda: self._change(line))
                design.icon_button('trash-2', _('Remove {line}').format(line=line.name),
                                   lambda: self._drop(line))

    async def _add(self) -> None:
        await self._ask(_('Add line'), None)

    async def _change(self, line: InvoiceLine) -> None:
        await self._ask(_('Change line'), line)

    async def _ask(self, title: str, line: InvoiceLine | None) -> None:
        done = await ask(self.view, DraftLine, title, _('Save'), save=DraftService.put_line, values=line,
                         currency=self.found.invoice.currency,
                         given={'draft_id': self.key, 'line_id': line.id if line else None})
        if done is not None:
            await self.again()

    async def _drop(self, line: InvoiceLine) -> None:
        await self.view.do(DraftService.drop_line, self.key, line.id)
        await self.again()

    async def _issue(self) -> None:
        number = await self.view.do(DraftService.issue, self.key, version=self.found.invoice.version)
        self.view.say(_('Invoice {number} is issued.').format(number=number))
        self.view.open(f'/office/invoices/{number}')
        self.view.close()

    async def _delete(self) -> None:
        await self.view.do(DraftService.delete, self.key, version=self.found.invoice.version)
        self.view.say(_('The draft is deleted.'))
        self.view.close()
