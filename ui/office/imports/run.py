"""One import: its columns, what it would change, its progress, and what became of each row."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from nicegui import events, ui

from models.core.words import _
from models.imports import ImportRun, ImportState
from services.core import formats
from services.core.errors import NotFound
from services.customers.countries import currencies
from services.imports import running
from services.imports.faults import FaultService
from services.imports.kinds import kind_of
from services.imports.listing import STATES, TONES
from services.imports.runs import ImportService, is_busy, topic_of
from ui.kernel import design
from ui.kernel.view import View
from ui.office.imports.index import module
from ui.office.imports.parts import Columns, Lines, results

S = ImportState
LINKS = {'items': '/office/items', 'customers': '/office/customers', 'prices': '/office/price-lists',
         'stock': '/office/stock', 'orders': '/office/orders', 'sales-history': '/office/orders'}


@module.view('/office/import/{run}')
async def document(view: View, run: str) -> None:
    """A run, however long ago the page was left; all of its state is in the database."""
    try:
        page = RunPage(view, uuid.UUID(run))
    except ValueError:
        raise NotFound(_('There is nothing here, or it is not yours to see.')) from None
    await page.build()


class RunPage:
    """The page of one run."""

    def __init__(self, view: View, run_id: uuid.UUID) -> None:
        self.view = view
        self.run_id = run_id
        self.shown: tuple[Any, ...] = ()

    async def build(self) -> None:
        """Show it, and follow it."""
        self.run: ImportRun = await self.view.do(ImportService.read, self.run_id)
        self.view.title = self.run.file_name
        self.samples: dict[str, str] = await self.view.do(ImportService.samples, self.run_id)
        self.body = design.box('p-stack')
        self.view.on(topic_of(self.run_id), self.look)
        ui.timer(5.0, self.look)
        await self.look()

    async def look(self) -> None:
        """Read the run anew and show what changed."""
        self.run = await self.view.do(ImportService.read, self.run_id)
        self.busy = is_busy(self.run, self.view.session.runtime.now())
        state = (self.run.state, self.busy, self.run.message)
        if state != self.shown:
            self.shown = state
            self.body.clear()
            with self.body:
                await self._content()
        elif self.busy:
            self._progress()

    async def _content(self) -> None:
        run, kind = self.run, kind_of(self.run.kind)
        chip = str(STATES[run.state]) if self.busy or run.state is not S.RUNNING else _('Interrupted')
        sub = _('{kind} · {rows} rows').format(kind=str(kind.label), rows=formats.number(run.rows))
        with design.head(self.view, sub=sub, chip_text=chip, tone=TONES[run.state]):
            self._buttons()
        if run.message:
            with design.box('p-alert is-bad').props('role=alert'):
                design.icon('circle-alert')
                design.words(run.message)
        if self.busy:
            self._bar()
        elif run.state is S.DONE:
            await self._done()
        else:
            if run.state is S.REHEARSED:
                await self._rehearsed()
            if run.position == 0:
                self._mapping()

    def _buttons(self) -> None:
        state = self.run.state
        if self.busy or state is S.DONE:
            return
        if self.run.position and state in (S.RUNNING, S.FAILED):
            design.button(_('Continue'), self._start, icon='play', main=True)
            return
        design.button(_('Rehearse'), self._rehearse, icon='eye', main=state is not S.REHEARSED)
        if state is S.REHEARSED:
            design.button(_('Start import'), self._start, icon='play', main=True)

    def _bar(self) -> None:
        title = _('Rehearsing; nothing is changed yet') if self.run.state is S.REHEARSING else _('Importing')
        with design.card(title):
            self.meter = design.box('p-progress').props(
                f'role=progressbar aria-valuemin=0 aria-valuemax=100 aria-label="{design.attribute(title)}"')
            with self.meter:
                self.filled = design.box('', tag='span')
            self.counted = design.words('', tag='p', classes='p-soft')
            design.words(_('You may leave this page; it goes on by itself.'), tag='p', classes='p-muted p-small')
        self._progress()

    def _progress(self) -> None:
        done = int(100 * self.run.position / max(self.run.rows, 1))
        self.meter.props(f'aria-valuenow={done}')
        self.filled.style(f'inline-size: {done}%')
        self.counted.set_text(_('{done} of {rows} rows').format(
            done=formats.number(self.run.position), rows=formats.number(self.run.rows)))

    async def _rehearsed(self) -> None:
        found = self.run.rehearsal
        results(found.get('counts', {}), found.get('made', {}), rehearsed=True)
        await self._faults()
        if found.get('changes'):
            with design.card(_('Biggest changes')):
                Lines(
                    _('Biggest changes'),
                    ((_('What'), False), (_('Now'), True), (_('After'), True), (_('Difference'), True)),
                    [_changed(*change) for change in found['changes']],
                )

    async def _done(self) -> None:
        results(self.run.counts, self.run.counts, rehearsed=False)
        kind = kind_of(self.run.kind)
        with design.box('p-alert is-ok').props('role=status'):
            design.icon('circle-check')
            design.words(_('The import is done: {rows} rows.').format(rows=formats.number(self.run.rows)))
            design.link(str(kind.label), LINKS[kind.name])
        await self._faults()

    async def _faults(self) -> None:
        reasons = await self.view.do(FaultService.reasons, self.run_id)
        if not reasons:
            return
        with design.card(_('Rows left out')), design.box('p-stack'):
            Lines(_('Rows left out'), ((_('Reason'), False), (_('Rows'), True)),
                  [[reason, formats.number(count)] for _verdict, reason, count in reasons[:50]])
            wrong = await self.view.do(FaultService.wrong, self.run_id)
            if wrong:
                Lines(_('Wrong rows'), ((_('Row'), True), (_('What is wrong'), False)),
                      [[str(number), reason] for number, reason in wrong])
            with design.box('p-row'):
                design.button(_('Download these rows with their reasons'), self._download, icon='download', small=True)

    def _download(self) -> None:
        ui.download(f'/download/import/{self.run_id}.csv')

    def _mapping(self) -> None:
        kind = kind_of(self.run.kind)
        if kind.has_currency:
            with design.card(_('Currency')):
                ui.select(dict(currencies()), label=_('Currency of prices that name none'),
                          value=self.run.options.get('currency'), on_change=self._currency,
                          ).props('outlined dense').classes('p-field')
        if kind.has_paid:
            with design.card(_('Invoices of this file')):
                ui.checkbox(_('What is in this file is paid'), value=self.run.options.get('paid') != 'no',
                            on_change=self._paid)
                design.words(_('Then nobody is reminded of it: each invoice is settled on its due day.'), tag='p',
                             classes='p-soft')
        with design.card(_('Which column holds what')):
            self.columns = Columns(kind, self.run.mapping, self.samples)
            self.columns.on('choose', self._choose)

    async def _choose(self, event: events.GenericEventArguments) -> None:
        name, header = event.args
        mapping = {field: column for field, column in self.run.mapping.items() if column != header} | {name: header}
        await self._map(mapping, '')

    async def _currency(self, event: events.ValueChangeEventArguments) -> None:
        await self._map(self.run.mapping, str(event.value))

    async def _paid(self, event: events.ValueChangeEventArguments) -> None:
        await self._map(self.run.mapping, '', paid=bool(event.value))

    async def _map(self, mapping: dict[str, str], currency: str, *, paid: bool | None = None) -> None:
        self.run = await self.view.do(ImportService.draft, self.run_id, mapping, currency=currency, paid=paid)
        self.columns.show(self.run.mapping)
        await self.look()

    async def _rehearse(self) -> None:
        await self._begin(rehearse=True)

    async def _start(self) -> None:
        await self._begin(rehearse=False)

    async def _begin(self, *, rehearse: bool) -> None:
        run = await self.view.do(ImportService.begin, self.run_id, rehearse=rehearse)
        running.start(self.view.session.runtime, self.view.actor, run)
        await self.look()


def _changed(what: str, before: str, after: str) -> list[str]:
    old, new = Decimal(before), Decimal(after)
    share = formats.percent((new - old) * 100 / old) if old else ''
    return [what, formats.number(old), formats.number(new), share]
