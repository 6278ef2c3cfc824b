"""One entry of the bank: what it may be for, booking it with one click or by hand, setting aside, undoing."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.payments import EntryState
from services.banking.booking import Share
from services.banking.listing import GROUNDS, NOTES, STATES, TONES
from services.banking.service import BankService, EntryView
from services.core import formats
from services.core.fields import Money, SearchChoice, Text
from ui.kernel import design, documents
from ui.kernel.documents import Document
from ui.kernel.forms import ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.bank.declared import an_id, module
from ui.pieces.rows import Row, Rows

MARK = '|'


class Note(BaseModel):
    """Why an entry is set aside, or its booking undone."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    note: Annotated[str, Text(_l('Reason'))] = Field(min_length=1, max_length=200)


class ByHand(BaseModel):
    """For whom and which invoice an entry is."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    target: Annotated[str, SearchChoice(_l('Invoice or customer'), help=_l(
        'By number or name. For a customer alone all of it becomes his credit.'))] = Field(min_length=1, max_length=200)
    amount: Annotated[Decimal | None, Money(_l('Amount for the invoice'), help=_l(
        'Empty: as much as is open. The rest becomes credit.')), Field(gt=0, max_digits=14, decimal_places=4)] = None


@module.view('/office/bank/{entry}')
async def document(view: View, entry: str) -> None:
    """One entry; live."""
    await EntryPage(view, entry).build()


class EntryPage:
    """The page of one entry."""

    def __init__(self, view: View, entry: str) -> None:
        self.view = view
        self.key = an_id(entry)

    async def build(self) -> None:
        """Lay it out, and follow it."""
        self.found: EntryView = await self.view.do(BankService.read, self.key)
        entry = self.found.entry
        self.frame = Document(self.view, entry.payer or formats.date(entry.booked_on))
        with self.frame.main:
            with design.card(_('Words of the payer')):
                design.words(entry.words or _('None'), tag='p')
            self.proposals = Rows(self.view, _('What it may be'), [
                (_('Customer'), False), (_('Invoices'), False), (_('Because'), False), (_('Score'), True)])
            self.nothing = design.words('', tag='p', classes='p-soft')
        with self.frame.side:
            self.facts = documents.facts(self.view, _('Entry'), [('', '')])
        self.view.on(f'bank-entry:{self.key}', self._look)
        self.view.on(f'bank:{entry.statement_id}', self._look)
        self._paint()

    async def _look(self) -> None:
        self.found = await self.view.do(BankService.read, self.key)
        self._paint()

    def _paint(self) -> None:
        found, entry = self.found, self.found.entry
        self.frame.head.show(
            formats.money(entry.amount, entry.currency), chip=(str(STATES[entry.state]), TONES[entry.state]),
            sub=' · '.join(part for part in (formats.date(entry.booked_on), entry.payer) if part), acts=self._acts())
        is_open = entry.state is EntryState.OPEN
        self.proposals.show([self._row(place, proposal) for place, proposal in enumerate(entry.proposals)]
                            if is_open else [])
        self.proposals.set_visibility(is_open and bool(entry.proposals))
        self.nothing.set_text(_('Nothing is known of this payment. Book it by hand, or set it aside.')
                              if is_open and not entry.proposals else '')
        self.nothing.set_visibility(is_open and not entry.proposals)
        payment = found.payment
        customer = found.customers.get(str(payment.customer_id)) if payment else None
        self.facts.show([{'label': label, 'text': text, 'path': path} for label, text, path in (
            (_('Payer'), entry.payer, ''), (_('Account'), entry.payer_account, ''),
            (_('Bank statement'), found.statement.name, f'/office/bank/statements/{found.statement.id}'),
            (_('Payment'), payment.number if payment else '', f'/office/payments/{payment.number}' if payment else ''),
            (_('Customer'), customer.name if customer else '',
             f'/office/customers/{customer.account}' if customer else ''),
            (_('Note'), str(NOTES.get(entry.note, entry.note)), '')) if text])

    def _acts(self) -> list[Act]:
        entry = self.found.entry
        if entry.state is EntryState.BOOKED:
            return [Act(_('Undo the booking'), 'undo', run=self._undo, danger=True)]
        if entry.state is EntryState.SET_ASIDE:
            return [Act(_('Take up again'), 'undo', run=self._take_up)] if entry.amount > 0 else []
        best = [Act(_('Book as proposed'), 'check', run=lambda: self._agree(0), main=True)] if entry.proposals else []
        return [*best, Act(_('Book by hand'), 'pencil', run=self._by_hand, main=not best),
                Act(_('Set aside'), 'archive', run=self._set_aside)]

    def _row(self, place: int, proposal: dict[str, Any]) -> Row:
        entry = self.found.entry
        customer = self.found.customers.get(proposal['customer'])
        items = ', '.join(f'{item["number"]} ({formats.money(Decimal(item["amount"]), entry.currency)})'
                          for item in proposal['items']) or _('all as credit')

        async def agree() -> None:
            await self._agree(place)
        return Row(str(place), [
            documents.Cell(customer.name if customer else '', note=customer.account if customer else '',
                           path=f'/office/customers/{customer.account}' if customer else ''),
            items, ', '.join(str(GROUNDS[ground]) for ground in proposal['why']), formats.number(proposal['score'])],
            [Act(_('Book'), 'check', run=agree, main=True)])

    async def _done(self, words: str) -> None:
        self.view.say(words)
        await self._look()

    async def _agree(self, place: int) -> None:
        number = await self.view.do(BankService.agree, self.key, place, version=self.found.entry.version)
        await self._done(_('Booked as {number}.').format(number=number))

    async def _by_hand(self) -> None:
        found = await ask(self.view, ByHand, _('Book by hand'), _('Book'), values={'target': '', 'amount': None},
                          look={'target': self._find}, currency=self.found.entry.currency, save=self._book)
        if found is not None:
            await self._done(_('Booked as {number}.').format(number=found))

    async def _find(self, words: str) -> list[tuple[str, str, str]]:
        entry = self.found.entry
        return [(f'{hit["account"]}{MARK}{hit["number"]}', hit['number'] or hit['name'],
                 f'{hit["name"]} · {formats.money(hit["open"], entry.currency)}' if hit['number'] else hit['account'])
                for hit in await self.view.do(BankService.find, words, entry.currency)]

    async def _book(self, given: ByHand) -> str:
        account, _mark, number = given.target.partition(MARK)
        entry = self.found.entry
        amount = given.amount or (await self.view.do(BankService.most_for, self.key, number) if number else Decimal(0))
        shares = [Share(number, amount)] if number else []
        booked: str = await self.view.do(BankService.book, self.key, shares, account=account, version=entry.version)
        return booked

    async def _set_aside(self) -> None:
        given = await ask(self.view, Note, _('Set aside'), _('Set aside'), values={'note': ''},
                          text=_('It is not booked; you can take it up again.'))
        if given is not None:
            await self.view.do(BankService.set_aside, self.key, given.note)
            await self._done(_('The entry is set aside.'))

    async def _take_up(self) -> None:
        await self.view.do(BankService.take_up, self.key)
        await self._done(_('The entry is open again.'))

    async def _undo(self) -> None:
        given = await ask(self.view, Note, _('Undo the booking?'), _('Undo the booking'), danger=True,
                          values={'note': ''}, text=_('Its invoices are open again, and the payment counts no more.'))
        if given is not None:
            await self.view.do(BankService.undo, self.key, given.note)
            await self._done(_('The booking is undone.'))
