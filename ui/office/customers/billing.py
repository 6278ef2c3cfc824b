"""Tab Billing: how the customer is invoiced and pays, and what the register says of his VAT number."""

from __future__ import annotations

import asyncio

from models.core.words import _
from services.core import formats
from services.core.permissions import Permission
from services.customers.billing import BillingInput, BillingService, agreed
from services.invoices.vat_checking import VatCheckService, ask_now
from ui.kernel import design, documents
from ui.office.customers.shown import CustomerForm, Shown


class BillingForm(CustomerForm):
    """The form over what is agreed, which is typed otherwise than it is kept."""

    def values(self) -> BillingInput:
        """What is agreed now."""
        return agreed(self.shown.found.customer)


async def build(shown: Shown) -> None:
    """Build the tab."""
    view = shown.view
    may = view.actor.may(Permission.CUSTOMERS_WRITE) or view.actor.may(Permission.INVOICES_WRITE)
    with design.box('p-grid-2'):
        with design.card():
            BillingForm(shown, BillingInput, BillingService.save, said=_('Billing saved.'), may=may)
        with design.box('p-stack'):
            checks = documents.lines(view, _('VAT number'), [
                (_('Number'), False), (_('When'), False), (_('Result'), False)], [],
                nothing=_('The register was not asked yet.'))
            if may:
                with design.box('p-row'):
                    design.button(_('Check VAT number now'), lambda: _check(shown), icon='refresh-cw')

    async def again() -> None:
        rows = await view.do(VatCheckService.history, shown.account)
        checks.show(documents.line_rows([[documents.Cell(row.vat_id, note=row.name), formats.moment(row.at), _said(
            row.valid, row.error, row.consultation)] for row in rows]))
    shown.follow(again)
    await again()


async def _check(shown: Shown) -> None:
    view = shown.view
    answer = await asyncio.to_thread(ask_now, view.session.runtime, view.actor, shown.account)
    words = {None: _('The register does not answer just now.'), True: _('The VAT number is known.'),
             False: _('The VAT number is not known.')}
    view.say(words[answer.valid])
    await shown.changed()


def _said(valid: bool | None, error: str, consultation: str) -> documents.Cell:
    chip = (_('No answer'), 'warn') if valid is None else (_('Known'), 'ok') if valid else (_('Not known'), 'bad')
    return documents.Cell('', chip=chip, note=error or consultation)
