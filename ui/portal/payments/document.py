"""One payment on the customer's side: where it stands, what it paid, its receipt, and what is left of it."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from models.core.words import _
from models.payments import IN_HAND, LET_GO, UNDER_WAY, PaymentStatus
from services.core.permissions import Permission
from services.payments.inputs import RefundInput
from services.payments.reading import PaymentReading, PaymentView
from services.payments.refunding import RefundService
from services.payments.wording import chip_of
from ui.kernel import design
from ui.kernel.documents import Document
from ui.kernel.forms import ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.payment import PaymentPage, context_of, outcome
from ui.portal.payments.declared import module


@module.view('/payments/{number}', needs=Permission.PAYMENTS_READ)
async def document(view: View, number: str) -> None:
    """One payment, followed live."""
    await PaymentDocument(view, number).build()


class PaymentDocument:
    """The page of one payment."""

    def __init__(self, view: View, number: str) -> None:
        self.view, self.number = view, number

    async def build(self) -> None:
        """Show it, and follow it."""
        self.found = await self.view.do(PaymentReading.read, self.number)
        self.frame = Document(self.view, self.number)
        with self.frame.main:
            self.notice = design.box('p-stack').props('aria-live=polite')
        self.page = PaymentPage(self.view, self.frame)
        self.view.on(f'payment:{self.found.payment.id}', self._show)
        self._paint()

    async def _show(self) -> None:
        self.found = await self.view.do(PaymentReading.read, self.number)
        self._paint()

    def _paint(self) -> None:
        found = self.found
        self.frame.head.show(self.number, sub=context_of(found), chip=chip_of(found.payment), acts=self._acts(found))
        self.notice.clear()
        text, tone = outcome(found.payment)
        if text:
            with self.notice, design.box(f'p-alert is-{tone}').props('role=status'):
                design.words(text)
        self.page.show(found)

    def _acts(self, found: PaymentView) -> list[Act]:
        payment = found.payment
        if payment.status in UNDER_WAY:
            return [Act(_('Continue'), 'credit-card', run=self._go, main=True),
                    Act(_('Give up'), 'circle-x', run=self._leave, danger=True)]
        if payment.status in LET_GO:
            again = f'/pay?order={found.order}' if found.order else \
                f'/pay?invoices={quote(",".join(number for number, _amount in found.wanted), safe=",")}'
            return [Act(_('Pay again'), 'rotate-ccw', path=again, main=True)]
        acts = [Act(_('Download receipt'), 'download', path=f'/download/payments/{self.number}.pdf',
                    needs=Permission.PAYMENTS_READ_COMPANY)]
        if payment.status in IN_HAND and found.free > 0:
            acts += [Act(_('Use credit'), 'wallet', path='/pay?for=balance&credits=1', needs=Permission.PAYMENTS_MAKE),
                     Act(_('Ask for a refund'), 'undo-2', run=self._refund, needs=Permission.PAYMENTS_MAKE)]
        return acts if payment.status is not PaymentStatus.CHARGED_BACK else acts[:1]

    async def _go(self) -> None:
        self.view.session.client.open(f'/pay/go/{self.number}')

    async def _leave(self) -> None:
        self.view.session.client.open(f'/pay/return/{self.number}?left=1')

    async def _refund(self) -> None:
        number = await ask(
            self.view, RefundInput, _('Ask for a refund'), _('Ask for a refund'), save=RefundService.ask,
            text=_('We look at it and send the money back the way it came.'), currency=self.found.payment.currency,
            values={'amount': self.found.free, 'reason': ''}, given=_given(self.number))
        if number is not None:
            self.view.say(_('We have your wish {number} and answer it soon.').format(number=number))
            await self._show()


def _given(number: str) -> dict[str, str]:
    return {'number': number, 'key': secrets.token_urlsafe(24)}
