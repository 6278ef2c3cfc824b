"""Disputes on a page: one with its thread and acts, and all of an invoice, on either side."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import events
from nicegui.element import Element

from models.core.words import _
from models.invoices import UNSETTLED, InvoiceKind
from services.claims.crediting import CreditingService
from services.claims.disputing import DisputeService
from services.claims.inputs import CreditInput, DisputeInput, IssueInput, UpholdInput, WordInput
from services.claims.reading import DisputeView
from services.claims.reasons import REASONS, STATES, TONES
from services.core import formats
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.invoices.reading import InvoiceView
from ui.kernel import design
from ui.kernel.acts import Act
from ui.kernel.forms import Form, ask, confirm
from ui.kernel.view import View
from ui.pieces.drop import Drop
from ui.web.uploads import read_picture


class Picture(Element):
    """A stored picture at its own size or smaller."""

    def __init__(self, file_id: uuid.UUID, text: str) -> None:
        super().__init__('img')
        self._props.update({'src': f'/picture/{file_id}', 'alt': text, 'loading': 'lazy'})
        self.style('display: block; max-inline-size: 100%; max-block-size: 320px; border-radius: 8px')


def dispute_acts(view: View, found: InvoiceView, again: Callable[[], Awaitable[None]]) -> list[Act]:
    """Disputing an invoice of which something is due, as a whole, a line, or an amount."""
    invoice = found.invoice
    if invoice.kind is not InvoiceKind.INVOICE or invoice.status not in UNSETTLED or invoice.due_now <= 0:
        return []

    async def run() -> None:
        lines = {str(line.id): f'{line.sku} {line.name}'.strip() for line in found.lines}
        if await dispute(view, invoice.number or '', invoice.currency, lines=lines):
            await again()
    return [Act(_('Dispute'), 'message-square', run=run, needs=Permission.INVOICES_ANSWER)]


async def dispute(view: View, number: str, currency: str, *, lines: dict[str, str] | None = None) -> bool:
    """Ask what is wrong with an invoice or one of its lines (id → text) and dispute it; True when it was done."""
    done = await ask(view, DisputeInput, _('Dispute invoice {number}').format(number=number), _('Dispute'),
                     save=DisputeService.open, given={'number': number},
                     values={'line_id': None, 'reason': next(iter(REASONS)), 'amount': None, 'words': ''},
                     options={'line_id': lines or {}}, currency=currency,
                     text=_('What you dispute is not due, and we send no reminders for it, until we have answered.'))
    if done is not None:
        view.say(_('Invoice {number} is in dispute. We look at it.').format(number=number))
    return done is not None


class Talk:
    """One dispute: what it is about, what was said, and what this person can do; `show` brings it up to date."""

    def __init__(self, view: View, found: DisputeView, changed: Callable[[], Awaitable[None]]) -> None:
        self.view, self.found, self.changed = view, found, changed
        self.is_office = view.actor.is_staff
        may = Permission.DISPUTES_ANSWER if self.is_office else Permission.INVOICES_ANSWER
        self.may = view.actor.may(may)
        with design.box('p-card', tag='section') as self.card:
            with design.box('p-card-head'):
                self.title = design.words('', tag='h2')
                self.chip = design.box()
            with design.box('p-card-body p-stack'):
                self.about = design.words('', tag='p', classes='p-soft')
                self.messages = design.box('p-messages', tag='ul').props('aria-live=polite')
                self.acts = design.box('p-stack')
        self._offer()
        self.show(found)

    def show(self, found: DisputeView) -> None:
        """Show this state of the dispute."""
        was_open, self.found = self.found.is_open, found
        dispute = found.dispute
        self.title.set_text(_('Dispute: {reason}').format(reason=REASONS.get(dispute.reason, dispute.reason)))
        self.chip.clear()
        with self.chip:
            design.chip(str(STATES[dispute.state]), TONES[dispute.state])
        self.about.set_text(self._about())
        self.messages.clear()
        with self.messages:
            for word in found.words:
                self._message(word)
        if was_open and not found.is_open:
            self._offer()

    def _about(self) -> str:
        dispute, line = self.found.dispute, self.found.line
        parts = [formats.money(dispute.amount, self.found.invoice.currency),
                 f'{line.sku} {line.name}' if line else '', formats.moment(dispute.opened_at), dispute.opened_by_name,
                 _('credit note {number}').format(number=self.found.credit_number) if self.found.credit_number else '',
                 dispute.answer]
        return ' · '.join(part for part in parts if part)

    def _message(self, word: Any) -> None:
        own = ' is-own' if word.from_office == self.is_office else ''
        with design.box('p-message' + own, tag='li'):
            with design.box('p-message-head'):
                design.words(word.by_name, classes='p-strong')
                design.words(formats.moment(word.at))
            design.words(word.words)
            if word.file_id:
                Picture(word.file_id, _('Picture of {person}').format(person=word.by_name))

    def _offer(self) -> None:
        self.acts.clear()
        if not self.found.is_open or not self.may:
            return
        with self.acts:
            Form(self.view, WordInput, save=DisputeService.say, given={'dispute_id': self.found.dispute.id},
                 button=_('Send'), values={'words': ''}, on_saved=self._said, key=f'talk:{self.found.dispute.id}')
            Drop(_('Drop a picture here or choose one'), self._dropped, accept='image/*', several=False,
                 hint=_('Up to 5 MB.'))
            with design.box('p-row'):
                if self.is_office:
                    if self.view.actor.may(Permission.INVOICES_WRITE):
                        design.button(_('Write credit note'), self._issue, icon='file-minus', main=True, small=True)
                    design.button(_('Answer with a credit note'), self._credit, icon='link', small=True)
                    design.button(_('Uphold the invoice'), self._uphold, icon='check', small=True)
                else:
                    design.button(_('Withdraw'), self._withdraw, icon='undo', small=True)

    async def _said(self, _result: Any) -> None:
        self.view.start(self._fresh)

    async def _fresh(self) -> None:
        self._offer()
        await self.changed()

    async def _dropped(self, event: events.UploadEventArguments) -> None:
        photo = await read_picture(event.file)
        await self.view.do(DisputeService.say, WordInput(words=_('Picture')), dispute_id=self.found.dispute.id,
                           photo=photo)
        await self.changed()

    async def _withdraw(self) -> None:
        if await confirm(self.view, _('Withdraw the dispute?'), _('Withdraw'),
                         text=_('The amount is due again.')):
            await self.view.do(DisputeService.withdraw, self.found.dispute.id)
            await self.changed()

    async def _uphold(self) -> None:
        done = await ask(self.view, UpholdInput, _('Uphold the invoice'), _('Uphold'), values={'answer': ''},
                         text=_('The amount is due again.'), save=lambda given: self.view.do(
                             DisputeService.uphold, given, dispute_id=self.found.dispute.id))
        if done is not None:
            await self.changed()

    async def _issue(self) -> None:
        dispute = self.found.dispute
        number = await ask(self.view, IssueInput, _('Credit what is disputed'), _('Write the credit note'),
                           values={'amount': dispute.amount, 'answer': ''}, currency=self.found.invoice.currency,
                           text=_('The credit note settles what is open of the invoice. The rest is due again.'),
                           save=CreditingService.issue, given={'dispute_id': dispute.id})
        if number is not None:
            self.view.say(_('Credit note {number} is written.').format(number=number))
            await self.changed()

    async def _credit(self) -> None:
        notes = await self.view.do(CreditingService.credit_notes, self.found.dispute.id)
        if not notes:
            raise Invalid(_('There is no credit note for {number} yet. Issue one on its page, then answer with it '
                            'here.').format(number=self.found.invoice.number))
        options = {note.number: f'{note.number} · {formats.money(note.gross, note.currency)}' for note in notes}
        done = await ask(self.view, CreditInput, _('Answer with a credit note'), _('Write credit note'),
                         values={'number': notes[0].number, 'answer': ''}, options={'number': options},
                         save=lambda given: self.view.do(CreditingService.credit, given,
                                                         dispute_id=self.found.dispute.id))
        if done is not None:
            await self.changed()


class InvoiceDisputes:
    """All disputes of an invoice, newest first, within its page; `show` reads them anew, what is being typed stays."""

    def __init__(self, view: View, number: str) -> None:
        self.view, self.number = view, number
        self.talks: dict[uuid.UUID, Talk] = {}
        self.place = design.box('p-stack')
        self.place.set_visibility(False)

    async def show(self) -> None:
        """Show the disputes as they are now."""
        for found in reversed(await self.view.do(DisputeService.of_invoice, self.number)):
            talk = self.talks.get(found.dispute.id)
            if talk is not None:
                talk.show(found)
                continue
            with self.place:
                talk = self.talks[found.dispute.id] = Talk(self.view, found, self.show)
                talk.card.move(self.place, target_index=0)
        self.place.set_visibility(bool(self.talks))
