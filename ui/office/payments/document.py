"""One payment for the office: use it, take it back, refund it, or note that the bank took it."""

from __future__ import annotations

import secrets
import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.payments import IN_HAND, Refund, RefundState
from services.core.fields import Choice, Text
from services.core.permissions import Permission
from services.payments.inputs import RefundInput, UseInput
from services.payments.methods import BANK
from services.payments.reading import PaymentReading, PaymentView
from services.payments.recording import RecordService
from services.payments.refunding import RefundService
from services.payments.wording import chip_of
from ui.kernel import design
from ui.kernel.documents import Document
from ui.kernel.forms import ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.payments.declared import module
from ui.pieces.payment import PaymentPage, context_of, outcome

P = Permission.PAYMENTS_WRITE


class Why(BaseModel):
    """Why something is done."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    reason: Annotated[str, Text(_l('Reason')), Field(min_length=1, max_length=300)]


class Off(Why):
    """Which use of a payment is taken back, and why."""

    allocation: Annotated[str, Choice(_l('What'))]


class Transferred(BaseModel):
    """What a bank transfer is called at the bank."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    reference: Annotated[str, Text(_l('Reference at the bank')), Field(max_length=200)] = ''


@module.view('/office/payments/{number}')
async def document(view: View, number: str) -> None:
    """One payment, followed live."""
    await DeskPayment(view, number).build()


class DeskPayment:
    """The page of one payment for the office."""

    def __init__(self, view: View, number: str) -> None:
        self.view, self.number = view, number

    async def build(self) -> None:
        """Show it, and follow it."""
        self.found = await self.view.do(PaymentReading.read, self.number)
        self.frame = Document(self.view, self.number)
        with self.frame.main:
            self.notice = design.box('p-stack').props('aria-live=polite')
        self.page = PaymentPage(self.view, self.frame, office=True)
        self.view.on(f'payment:{self.found.payment.id}', self._show)
        self._paint()

    async def _show(self) -> None:
        self.found = await self.view.do(PaymentReading.read, self.number)
        self._paint()

    def _paint(self) -> None:
        found = self.found
        sub = ' · '.join(part for part in (found.customer.name, found.customer.account, context_of(found)) if part)
        self.frame.head.show(self.number, sub=sub, chip=chip_of(found.payment), acts=self._acts(found))
        self.notice.clear()
        with self.notice:
            text, tone = outcome(found.payment)
            if text:
                with design.box(f'p-alert is-{tone}').props('role=status'):
                    design.words(text)
            for refund in found.refunds:
                if refund.state is RefundState.ASKED or (refund.state is RefundState.SENT and refund.method == BANK):
                    self._answer(refund)
        self.page.show(found)

    def _acts(self, found: PaymentView) -> list[Act]:
        payment, acts = found.payment, []
        if payment.status in IN_HAND and found.free > 0:
            acts += [Act(_('Use for an invoice'), 'file-check', run=self._use, needs=P),
                     Act(_('Refund'), 'undo-2', run=self._refund, needs=P)]
            if payment.gateway:
                acts.append(Act(_('Refund by bank transfer'), 'banknote', run=self._refund_by_hand, needs=P))
        if payment.allocated:
            acts.append(Act(_('Take off an invoice'), 'circle-minus', run=self._off, needs=P))
        if payment.status in IN_HAND:
            acts.append(Act(_('Charged back'), 'triangle-alert', run=self._charge_back, needs=P, danger=True))
        if payment.received_on is not None:
            acts.append(Act(_('Download receipt'), 'download', path=f'/download/payments/{self.number}.pdf'))
        return [*acts, Act(_('Customer'), 'users', path=f'/office/customers/{found.customer.account}')]

    def _answer(self, refund: Refund) -> None:
        """What waits for somebody: consent to a refund, or a transfer to be made."""
        asked = refund.state is RefundState.ASKED
        text = _('{person} asks for refund {number}: {reason}').format(
            person=refund.asked_by_name, number=refund.number, reason=refund.reason) if asked else \
            _('Please transfer refund {number} at your bank.').format(number=refund.number)
        with design.box('p-alert is-warn').props('role=status'), design.box('p-stack is-tight'):
            design.words(text, classes='p-strong')
            if not self.view.actor.may(P):
                return
            with design.box('p-row'):
                if asked:
                    design.button(_('Agree'), lambda: self._agree(refund.number), main=True, small=True)
                    design.button(_('Refuse'), lambda: self._refuse(refund.number), small=True)
                else:
                    design.button(_('Transferred'), lambda: self._transferred(refund.number), main=True, small=True)
                    design.button(_('Could not be made'), lambda: self._came_back(refund.number), small=True)

    async def _done(self, words: str) -> None:
        self.view.say(words)
        await self._show()

    async def _use(self) -> None:
        if await ask(self.view, UseInput, _('Use for an invoice'), _('Use'), save=RecordService.use,
                     values={'number': '', 'amount': self.found.free}, given={'number': self.number},
                     currency=self.found.payment.currency) is not None:
            await self._done(_('Used.'))

    async def _off(self) -> None:
        options = await self.view.do(RecordService.uses, self.number)
        given = await ask(self.view, Off, _('Take off an invoice'), _('Take off'), options={'allocation': options},
                          values={'allocation': next(iter(options), ''), 'reason': ''},
                          text=_('The invoice is open again, and the money is free.'))
        if given is not None:
            await self.view.do(RecordService.take_back, uuid.UUID(given.allocation), given.reason)
            await self._done(_('The money is free again.'))

    async def _refund(self, *, by_hand: bool = False) -> None:
        text = _('You make the transfer yourself.') if by_hand or not self.found.payment.gateway else \
            _('It goes back the way it came.')
        number = await ask(self.view, RefundInput, _('Refund'), _('Refund'), save=RefundService.ask, text=text,
                           values={'amount': self.found.free, 'reason': ''}, currency=self.found.payment.currency,
                           given={'number': self.number, 'key': secrets.token_urlsafe(24), 'by_hand': by_hand})
        if number is not None:
            await self._done(_('Refund {number} is begun.').format(number=number))

    async def _refund_by_hand(self) -> None:
        await self._refund(by_hand=True)

    async def _charge_back(self) -> None:
        given = await ask(self.view, Why, _('Was {number} charged back?').format(number=self.number),
                          _('Charged back'), danger=True,
                          text=_('What it paid is open again. Reminders go on where they were.'))
        if given is not None:
            await self.view.do(RecordService.charge_back, self.number, given.reason)
            await self._done(_('The charge-back is booked.'))

    async def _agree(self, number: str) -> None:
        state = await self.view.do(RefundService.agree, number)
        await self._done(_('One more person must agree.') if state is RefundState.ASKED
                         else _('Refund {number} is on its way.').format(number=number))

    async def _refuse(self, number: str) -> None:
        given = await ask(self.view, Why, _('Refuse refund {number}?').format(number=number), _('Refuse'),
                          text=_('The customer reads the reason.'))
        if given is not None:
            await self.view.do(RefundService.refuse, number, given.reason)
            await self._done(_('The refund is refused.'))

    async def _transferred(self, number: str) -> None:
        given = await ask(self.view, Transferred, _('Refund {number} is transferred').format(number=number), _('Save'))
        if given is not None:
            await self.view.do(RefundService.done, number, given.reference)
            await self._done(_('Refund {number} is done.').format(number=number))

    async def _came_back(self, number: str) -> None:
        given = await ask(self.view, Why, _('Refund {number} could not be made').format(number=number), _('Save'))
        if given is not None:
            await self.view.do(RefundService.fail, number, given.reason)
            await self._done(_('The money is credit again.'))
