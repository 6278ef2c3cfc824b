"""Waiving a reminder fee from its page."""

from __future__ import annotations

from models.core.words import _
from services.core.permissions import Permission
from services.invoices.charges import ChargeService
from services.invoices.reading import InvoiceView
from ui.kernel.acts import Act
from ui.kernel.forms import ask
from ui.kernel.view import View
from ui.pieces.paying import Again, Why


def waive_acts(view: View, found: InvoiceView, again: Again) -> list[Act]:
    """Waiving, while something of the fee is left to give back."""
    if found.invoice.credited == found.invoice.gross:
        return []
    return [Act(_('Waive the fee'), 'scissors', run=lambda: _waive(view, found, again),
                needs=Permission.INVOICES_WRITE)]


async def _waive(view: View, found: InvoiceView, again: Again) -> None:
    number = str(found.invoice.number)
    given = await ask(view, Why, _('Waive {number}?').format(number=number), _('Waive'), danger=True, text=_(
        'A credit note takes it back. What was paid of it is the customer’s credit. The customer reads the reason.'))
    if given is not None:
        note = await view.do(ChargeService.waive, number, given.reason)
        view.say(_('The fee is waived by credit note {number}.').format(number=note))
        await again()
