"""Promises to pay on an invoice's page: what was said, and saying it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.claims import Pledge, PledgeKind
from models.core.words import _
from models.invoices import UNSETTLED, InvoiceKind
from services.claims.inputs import PledgeInput
from services.claims.pledging import PledgeService
from services.claims.reasons import PLEDGE_STATES, PLEDGE_TONES, PLEDGES
from services.core import formats
from services.core.permissions import Permission
from services.invoices.reading import InvoiceView
from ui.kernel import documents
from ui.kernel.acts import Act
from ui.kernel.documents import Cell
from ui.kernel.forms import ask
from ui.kernel.view import View

Again = Callable[[], Awaitable[None]]


def pledge_acts(view: View, found: InvoiceView, again: Again) -> list[Act]:
    """Promising to pay an invoice that is due, or saying that it is paid."""
    invoice = found.invoice
    if invoice.kind is not InvoiceKind.INVOICE or invoice.status not in UNSETTLED or invoice.due_now <= 0:
        return []

    async def promise() -> None:
        await say(view, invoice.number or '', PledgeKind.PROMISE)
        await again()

    async def paid() -> None:
        await say(view, invoice.number or '', PledgeKind.PAID_ALREADY)
        await again()
    return [Act(_('Promise to pay'), 'calendar-clock', run=promise, needs=Permission.INVOICES_ANSWER),
            Act(_('Already paid'), 'check-check', run=paid, needs=Permission.INVOICES_ANSWER)]


async def say(view: View, number: str, kind: PledgeKind) -> None:
    """Ask for the day and say it."""
    is_promise = kind is PledgeKind.PROMISE
    act = PledgeService.promise if is_promise else PledgeService.paid_already
    title = _('When will you pay invoice {number}?') if is_promise else _('When did you pay invoice {number}?')
    done = await ask(
        view, PledgeInput, title.format(number=number), _('Promise this day') if is_promise else _('Tell us'),
        values={'on': None, 'note': ''}, given={'number': number}, save=act,
        text=_('We send no reminder until two days after.') if is_promise else
        _('We send no reminder for five days, in which your money arrives.'))
    if done is not None:
        view.say(_('Thank you, we have noted it.'))


class InvoicePledges:
    """What was said about paying an invoice, within its page; `show` reads it anew. Hidden while nothing was said."""

    def __init__(self, view: View, number: str) -> None:
        self.view, self.number = view, number
        self.part = documents.lines(view, _('Promises'), [(_('Said'), False), (_('For'), False), (_('By'), False)], [])

    async def show(self) -> None:
        """Read it anew."""
        found = await self.view.do(PledgeService.of, self.number)
        self.part.show(documents.line_rows([self._row(pledge) for pledge in found]))
        self.part.set_visibility(bool(found))

    def _row(self, pledge: Pledge) -> list[str | Cell]:
        chip = str(PLEDGE_STATES[pledge.state]), PLEDGE_TONES[pledge.state]
        return [Cell(str(PLEDGES[pledge.kind]), note=pledge.note), Cell(formats.date(pledge.on), chip=chip),
                Cell(pledge.made_by_name, note=formats.moment(pledge.made_at))]
