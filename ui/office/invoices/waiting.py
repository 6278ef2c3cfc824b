"""The work queue: orders of which something was shipped, or is invoiced on order, and stands on no invoice."""

from __future__ import annotations

import uuid
from typing import Any

from models.core.words import _
from services.core.permissions import Permission
from services.invoices.collecting import CollectingService
from services.invoices.desk import InvoiceDesk
from services.invoices.listing import TO_INVOICE
from services.invoices.reading import InvoiceService
from ui.kernel import design
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.invoices.declared import module


@module.view('/office/invoices/to-invoice')
async def waiting(view: View) -> None:
    """What waits to be invoiced, the oldest order first."""
    view.title = _('To invoice')
    with design.head(view):
        design.button(_('Invoices'), href='/office/invoices', icon='file-text')

    async def issue(keys: list[str]) -> None:
        numbers = await view.do(InvoiceDesk.issue_many, [uuid.UUID(key) for key in keys])
        view.say(_('Issued: {numbers}').format(numbers=', '.join(numbers)) if numbers else _('Nothing was waiting.'))

    async def one(row: dict[str, Any]) -> None:
        await issue([str(row['id'])])

    async def collect(row: dict[str, Any]) -> None:
        numbers = await view.do(CollectingService.at_once, str(row['account']))
        view.say(_('Issued: {numbers}').format(numbers=', '.join(numbers)))

    Table(view, TO_INVOICE, load=InvoiceService.to_invoice, row_path='/office/orders/{number}',
          topic=('office:invoices', 'office:orders'), card=('number', 'customer', 'status', 'uninvoiced'),
          context=[Act(_('Open'), 'external-link', path='/office/orders/{number}', kbd='Enter'),
                   Act(_('Issue invoice'), 'file-check', run=one, needs=Permission.INVOICES_WRITE),
                   Act(_('Invoice all of this customer now'), 'layers', run=collect,
                       needs=Permission.INVOICES_WRITE),
                   Act(_('Customer'), 'users', path='/office/customers/{account}')],
          bulk=[Act(_('Issue invoices'), 'file-check', run=issue, needs=Permission.INVOICES_WRITE)],
          empty=Empty('circle-check', _('Nothing waits to be invoiced'),
                      _('What is shipped and stands on no invoice appears here.')))
