"""The list of a company's payments, with its credits and deposits above."""

from __future__ import annotations

from models.core.words import _
from services.core import formats
from services.core.permissions import Permission
from services.payments.listing import PAYMENTS
from services.payments.reading import CreditRow, Money, PaymentReading
from ui.kernel import design, documents
from ui.kernel.documents import Cell
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.portal.payments.declared import module

BALANCE = '/pay?for=balance'


@module.view('/payments')
async def index(view: View) -> None:
    """All payments, the newest first; what is free of them can be used at once."""
    may = view.actor.may(Permission.PAYMENTS_MAKE)
    with design.head(view):
        if may:
            design.button(_('Pay now'), href=BALANCE, icon='credit-card', main=True)
    found = await view.do(PaymentReading.money)
    figures = design.kpis(tiles(found))
    credits = documents.lines(view, _('Credits and deposits'), [
        (_('Document'), False), (_('Since'), False), (_('Worth'), True), (_('Not used yet'), True)], [])

    async def again() -> None:
        now = await view.do(PaymentReading.money)
        figures.show(tiles(now))
        _show(credits, now)
    _show(credits, found)
    view.on(f'money:{view.actor.customer_id}', again)
    Table(view, PAYMENTS, load=PaymentReading.list, row_path='/payments/{number}',
          topic=f'money:{view.actor.customer_id}', card=('number', 'status', 'received_on', 'charged'),
          context=[Act(_('Open'), 'external-link', path='/payments/{number}', kbd='Enter'),
                   Act(_('Download receipt'), 'download', path='/download/payments/{number}.pdf',
                       when=lambda row: bool(row['received_on']))],
          empty=Empty('wallet', _('No payments yet'), _('What you pay stands here, with its receipt.'),
                      _('Invoices'), '/invoices'))


def tiles(found: Money) -> list[dict[str, str]]:
    """What is free, what waits for orders, and what was paid this year."""
    def tile(label: str, amount: object, note: str) -> dict[str, str]:
        return {'label': label, 'value': formats.money(amount, found.currency), 'note': note}  # type: ignore[arg-type]

    return [tile(_('Credit to use'), found.credit, _('from payments and credit notes')),
            tile(_('Deposits'), found.deposit, _('paid for orders in advance')),
            tile(_('Paid this year'), found.paid_this_year, _('without refunds'))]


def _show(part: documents.Part, found: Money) -> None:
    rows = [*((row, '') for row in found.credits), *((row, _('for an order')) for row in found.deposits)]
    part.show(documents.line_rows([_line(row, note, found.currency) for row, note in rows]))
    part.set_visibility(bool(rows))


def _line(row: CreditRow, note: str, currency: str) -> list[str | Cell]:
    return [Cell(row.number, note=note, path=row.path), formats.date(row.on),
            formats.money(row.worth, currency), formats.money(row.free, currency)]
