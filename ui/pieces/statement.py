"""A customer's account as a living page: period and currency to choose, balances, ageing, and each movement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from nicegui import ui

from models.core.words import _
from services.core import formats
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.documents.statement import period_text
from services.invoices.periods import PERIODS, period
from services.invoices.statement import STATEMENT, StatementEmail, StatementHead, StatementService
from ui.kernel import design, documents
from ui.kernel.documents import Head
from ui.kernel.forms import Form
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View

USUAL = 'year'
_CHANGE = (Permission.INVOICES_ANSWER, Permission.PAYMENTS_MAKE, Permission.CUSTOMERS_WRITE, Permission.PAYMENTS_WRITE)


class StatementPage:
    """One's own statement, or that of `account` for the office; what is chosen is kept in the view."""

    def __init__(self, view: View, account: str = '') -> None:
        self.view = view
        self.account = account
        self.chosen: dict[str, str] = view.state.setdefault('statement', {'period': USUAL})
        if view.query.get('currency'):
            self.chosen['currency'] = view.query['currency'][:3]

    async def build(self) -> None:
        """Show it, and follow the customer's money."""
        found = await self._read()
        self.head = Head(self.view, self.view.title)
        self.tools = design.box('p-toolbar').props(f'role=group aria-label="{design.attribute(_("Period"))}"')
        self.tiles = design.kpis([])
        self.late = design.kpis([])
        office = '/office' if self.account else ''
        self.table = Table(
            self.view, STATEMENT, load=StatementService.page, row_path=office + '/{place}/{number}', key='statement',
            fixed=self._fixed(found), exports=False, card=('number', 'document', 'day', 'balance'),
            empty=Empty('file-text', _('No movements in this period'), _('Choose a longer period to see more.')))
        self._email(found)
        self._paint(found)
        self.view.on(f'money:{found.customer.id}', self._again)

    async def _read(self) -> StatementHead:
        """What is chosen; a period by name moves with the days."""
        head = await self.view.do(StatementService.head, self.account)
        currency = self.chosen.get('currency', '')
        if currency not in head.currencies:
            currency = head.currency
        since, until = self._days(head.today)
        return await self.view.do(StatementService.head, self.account, currency=currency, since=since, until=until)

    def _days(self, today: dt.date) -> tuple[dt.date | None, dt.date]:
        name = self.chosen.get('period', USUAL)
        if name in PERIODS:
            return period(name, today)
        first, last = self.chosen.get('from', ''), self.chosen.get('to', '')
        return (dt.date.fromisoformat(first) if first else None), (dt.date.fromisoformat(last) if last else today)

    async def _again(self) -> None:
        found = await self._read()
        self._paint(found)
        await self.table.narrow(self._fixed(found))

    def _fixed(self, found: StatementHead) -> dict[str, Any]:
        days = {'from': found.since.isoformat() if found.since else '', 'to': found.until.isoformat()}
        return {'account': found.customer.account, 'currency': found.currency, 'day': days}

    def _paint(self, found: StatementHead) -> None:
        sub = f'{found.customer.name} · {period_text(found.since, found.until)} · {found.currency}'
        self.head.show(self.account or self.view.title, sub=sub, acts=[
            Act(label, 'download', path=self._file(found, ending))
            for label, ending in ((_('PDF'), 'pdf'), (_('CSV'), 'csv'), (_('Excel'), 'xlsx'))])

        def tile(label: str, value: Any, note: str = '') -> dict[str, Any]:
            return {'label': label, 'value': formats.money(value, found.currency), 'note': note}
        aged = found.ageing
        self.tiles.show([tile(_('Opening balance'), found.opening, formats.date(found.since)),
                         tile(_('Closing balance'), found.closing, formats.date(found.until)),
                         tile(_('Overdue'), aged.overdue), tile(_('Credits not used'), aged.unused)])
        self.late.show([tile(label, value) for label, value in aged.parts()[:6]])
        self.tools.clear()
        with self.tools:
            self._choices(found)

    def _choices(self, found: StatementHead) -> None:
        chosen = self.chosen.get('period', USUAL)
        for name, label in PERIODS.items():
            self._switch(str(label), chosen == name, {'period': name})
        fields = []
        for label, day in ((_('From'), found.since), (_('To'), found.until)):
            field = ui.input(value=day.isoformat() if day else '')
            fields.append(field.props(f'outlined dense type=date aria-label="{design.attribute(label)}"'))
        first, last = fields

        async def between() -> None:
            await self._choose({'period': 'days', 'from': _day(first.value), 'to': _day(last.value)})
        design.button(_('Show'), between)
        if len(found.currencies) > 1:
            for currency in found.currencies:
                self._switch(currency, currency == found.currency, {'currency': currency})

    def _switch(self, text: str, on: bool, wanted: dict[str, str]) -> None:
        made = design.words(text, tag='button', classes='p-pill')
        made.props(f'type=button aria-pressed={"true" if on else "false"}').on('click', self._chooser(wanted), [])

    def _chooser(self, wanted: dict[str, str]) -> Callable[[], Any]:
        async def choose() -> None:
            await self._choose(wanted)
        return choose

    async def _choose(self, wanted: dict[str, str]) -> None:
        before = dict(self.chosen)
        self.chosen.update(wanted)
        if wanted.get('from', '') > (wanted.get('to') or '9999'):
            self.chosen.update(before)
            raise Invalid(_('The period ends before it begins.'), field='until')
        self.view.remember()
        await self._again()

    def _file(self, found: StatementHead, ending: str) -> str:
        asked = {'account': self.account, 'currency': found.currency, 'to': found.until.isoformat(),
                 'from': found.since.isoformat() if found.since else ''}
        return f'/download/statement.{ending}?' + urlencode({name: text for name, text in asked.items() if text})

    def _email(self, found: StatementHead) -> None:
        now = found.customer.statement_email
        if not any(self.view.actor.may(right) for right in _CHANGE):
            documents.facts(self.view, _('Monthly by mail'), [(_('Send monthly to'), now or '–')])
            return
        with design.card(_('Monthly by mail')):
            Form(self.view, StatementEmail, save=StatementService.set_email, values={'statement_email': now},
                 given={'account': self.account}, button=_('Save'), said=_('Saved.'))


def _day(given: Any) -> str:
    """A day as a browser's date field gives it; empty for none. Raises Invalid for anything else."""
    text = str(given or '')
    if text and (len(text) != 10 or not text.replace('-', '').isdigit()):
        raise Invalid(_('This is not a day.'), field='from')
    return text
