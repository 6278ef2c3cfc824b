"""The order pad: many lines by keyboard, paste or file, each with price and stock, before anything is in the cart."""

from __future__ import annotations

from typing import Any

from nicegui import events, ui

from models.core.words import _, _l, ngettext
from services.catalogue.browsing import CatalogueService
from services.core import formats
from services.core.errors import DomainError, Invalid
from services.core.permissions import Permission
from services.pad.rows import PadInput, PadRow, PadState, PadView
from services.pad.service import LARGEST_FILE, PadService
from ui.kernel import design
from ui.kernel.confirm import Dialog, ask
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.portal.pieces import back_in_stock
from ui.portal.pieces.grid import PadGrid, priced, sum_line
from ui.portal.pieces.price import explain_price
from ui.portal.pieces.product import plain

module = Module('order_pad', _l('Order pad'), icon='zap', group=Group.BUY, needs=Permission.ORDER_PAD_USE,
                keywords=_l('quick order, bulk, paste, spreadsheet, csv, excel, upload, fast entry, scanner, sku'))


@module.view('/order-pad')
async def index(view: View) -> None:
    """The pad with what was on it, however long ago it was left."""
    await Pad(view).build()


class Pad:
    """The rows of one person's pad; what is written is kept in the pane's state, prices are asked for anew."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.rows: list[dict[str, Any]] = view.state.setdefault('rows', [])
        self.next = max((int(row['key']) for row in self.rows), default=0) + 1
        self.result: PadView | None = None
        self.watched: set[str] = set()

    async def build(self) -> None:
        """Lay out head, grid and summary."""
        with design.head(self.view, sub=_('Type a SKU, name or EAN, or paste rows from a spreadsheet. Prices and stock '
                                          'are yours and live.')):
            design.button(_('Paste'), self._paste_dialog, icon='clipboard-paste')
            design.button(_('CSV / Excel'), self._file_dialog, icon='upload')
        with design.box('p-checkout'):
            self.grid = PadGrid()
            for name in ('code', 'quantity', 'remove', 'paste', 'suggest', 'propose', 'explain', 'wish'):
                self.grid.listen(name, getattr(self, f'_{name}'))
            with design.box('p-card p-card-body', tag='aside'):
                design.words(_('Summary'), tag='h2')
                self.summary = design.box()
        self.view.on('prices', self._show)
        await self._show()

    async def _show(self) -> None:
        self.result = await self.view.do(PadService.resolve, [_input(row) for row in self.rows])
        wishes = await back_in_stock.asked(self.view, [
            row.item.sku for row in self.result.rows if row.item and row.stock and row.stock.available <= 0])
        shown = [_shown(row, given) | {'wish': wishes.get(given.item.sku, '') if given.item else ''}
                 for row, given in zip(self.rows, self.result.rows, strict=True)]
        self.grid.show([*shown, {'key': str(self.next), 'code': '', 'quantity': ''}])
        for sku in {row.item.sku for row in self.result.rows if row.item} - self.watched:
            self.view.on(f'stock:{sku}', self._show)
            self.watched.add(sku)
        self._sum(self.result)

    def _sum(self, result: PadView) -> None:
        self.summary.clear()
        with self.summary:
            with design.box('p-summary'):
                sum_line(_('Lines'), formats.number(result.ready))
                sum_line(_('Net total'), formats.money(result.net, result.currency), total=True)
            with design.box('p-summary-actions'):
                words = ngettext('Add {count} line to cart', 'Add {count} lines to cart', result.ready)
                add = design.button(words.format(count=result.ready) if result.ready else _('Add to cart'),
                                    self._add, main=True)
                if not result.ready:
                    add.disable(_('There is no line that can be added yet.'))
                if self.rows:
                    design.button(_('Clear the pad'), self._clear)
            if result.summed:
                design.words(_('Given more than once, priced together: {skus}.').format(skus=', '.join(result.summed)),
                             tag='p', classes='p-summary-note')
            if result.attention:
                note = ngettext('{count} line needs your attention and stays on the pad.',
                                '{count} lines need your attention and stay on the pad.', result.attention)
                said = design.words(note.format(count=result.attention), tag='p', classes='p-summary-note')
                said.props('role=status')
                design.button(_('Download these lines'), self._errors, icon='download', small=True)

    async def _wish(self, sku: str) -> None:
        await back_in_stock.switch(self.view, str(sku))
        await self._show()

    async def _changed(self) -> None:
        self.view.remember()
        await self._show()

    def _row(self, key: str) -> dict[str, Any]:
        for row in self.rows:
            if row['key'] == key:
                return row
        self.next = max(self.next, int(key)) + 1
        row = {'key': key, 'code': '', 'quantity': '', 'row': 0}
        self.rows.append(row)
        return row

    async def _code(self, key: str, text: str) -> None:
        self._row(key)['code'] = str(text)[:300]
        await self._changed()

    async def _quantity(self, key: str, text: str) -> None:
        self._row(key)['quantity'] = str(text)[:40]
        await self._changed()

    async def _remove(self, key: str) -> None:
        gone = [(place, row) for place, row in enumerate(self.rows) if row['key'] == key]
        self.rows[:] = [row for row in self.rows if row['key'] != key]
        await self._changed()

        async def back() -> None:
            for place, row in gone:
                self.rows.insert(place, row)
            await self._changed()
        if gone:
            self.view.say(_('Line removed.'), undo=back)

    async def _propose(self, key: str, sku: str, quantity: str | None) -> None:
        row = self._row(key)
        written, row['code'] = row['code'], sku
        if quantity:
            row['quantity'] = quantity
        await self._changed()
        if written.strip().upper() != sku.upper():
            await self._offer_to_learn(written, sku)

    async def _offer_to_learn(self, written: str, sku: str) -> None:
        if await ask(_('Remember this number?'), _('Shall {written} always mean {sku} for your company?').format(
                written=written.strip()[:60], sku=sku), yes=_('Remember')):
            await self.view.do(PadService.learn, written, sku)
            self.view.say(_('{written} now means {sku}.').format(written=written.strip()[:60], sku=sku))

    async def _suggest(self, key: str, words: str) -> None:
        found = await self.view.do(CatalogueService.suggest, words[:100]) if len(words.strip()) > 1 else ()
        self.grid.suggest(key, [{'sku': hit.sku, 'name': hit.name, 'note': hit.note} for hit in found])

    async def _explain(self, key: str) -> None:
        row = next((given for row, given in zip(self.rows, self.result.rows, strict=True) if row['key'] == key), None) \
            if self.result else None
        if row and row.item and row.price:
            await explain_price(row.item.sku, row.name, row.price)

    async def _paste(self, text: str | None) -> None:
        if text is None:
            raise Invalid(_('This is too much text to paste. Please upload it as a file.'))
        await self._take(await self.view.do(PadService.parse, text))

    async def _take(self, found: list[PadInput]) -> None:
        before = len(self.rows)
        for given in found:
            self.rows.append({'key': str(self.next), 'code': given.code, 'quantity': given.quantity,
                              'row': given.source_row})
            self.next += 1
        try:
            await self._show()
        except DomainError:
            del self.rows[before:]
            raise
        self.view.remember()
        words = ngettext('{count} row taken over.', '{count} rows taken over.', len(found))
        self.view.say(words.format(count=len(found)) if found else _('There was no row in it.'))

    async def _paste_dialog(self) -> None:
        with Dialog(_('Paste rows')) as dialog, design.box('p-card'):
            with design.box('p-card-body p-stack'):
                design.words(_('Paste rows'), tag='h2')
                design.words(_('One line each: code and quantity, divided by tab, semicolon, comma or blanks.'),
                             tag='p', classes='p-soft')
                field = ui.textarea().props(f'outlined autofocus rows=10 aria-label="{design.attribute(_("Rows"))}"')
                with design.box('p-actions'):
                    design.button(_('Cancel'), lambda: dialog.submit(None))
                    design.button(_('Take over'), lambda: dialog.submit(field.value), main=True)
        text = await dialog.answer()
        if text:
            await self._paste(text)

    async def _file_dialog(self) -> None:
        rows = await self.view.do(PadService.most_rows)
        with Dialog(_('CSV or Excel file')) as dialog, design.box('p-card'):
            with design.box('p-card-body p-stack'):
                design.words(_('CSV or Excel file'), tag='h2')
                hint = _('Up to {rows} rows and 10 MB. The first row may name the columns SKU and Quantity.')
                design.words(hint.format(rows=formats.number(rows)), tag='p', classes='p-soft')
                ui.upload(on_upload=lambda event: self._uploaded(event, dialog), auto_upload=True, max_files=1,
                          max_file_size=LARGEST_FILE, on_rejected=self._too_large, label=_('Choose a file')).props(
                              'accept=".csv,.txt,.xlsx" flat')
                with design.box('p-actions'):
                    design.button(_('Cancel'), lambda: dialog.submit(None))
                    design.button(_('Download a sample'), self._sample, icon='download')
        await dialog.answer()

    def _too_large(self) -> None:
        raise Invalid(_('The file is larger than 10 MB.'), field='file')

    async def _uploaded(self, event: events.UploadEventArguments, dialog: ui.dialog) -> None:
        event.sender.reset()
        found = await self.view.do(PadService.parse_file, event.file.name, await event.file.read())
        dialog.submit(None)
        await self._take(found)

    async def _sample(self) -> None:
        ui.download.content(await self.view.do(PadService.sample), 'order-sample.csv', 'text/csv')

    async def _errors(self) -> None:
        data = await self.view.do(PadService.errors, [_input(row) for row in self.rows])
        ui.download.content(data, 'order-lines-to-correct.csv', 'text/csv')

    async def _add(self) -> None:
        added = await self.view.do(PadService.add, [_input(row) for row in self.rows])
        result = self.result
        taken = [row for row, given in zip(self.rows, result.rows, strict=True)
                 if given.state is PadState.READY] if result else []
        self.rows[:] = [row for row in self.rows if row not in taken]
        await self._changed()
        words = ngettext('{count} line is in the cart.', '{count} lines are in the cart.', added.lines)
        self.view.say(words.format(count=added.lines))

    async def _clear(self) -> None:
        if await ask(_('Clear the pad?'), _('All rows are taken off the pad. The cart stays as it is.'), yes=_('Clear'),
                     danger=True):
            self.rows.clear()
            await self._changed()


def _input(row: dict[str, Any]) -> PadInput:
    return PadInput(code=row['code'], quantity=row['quantity'], source_row=row['row'])


def _shown(written: dict[str, Any], row: PadRow) -> dict[str, Any]:
    """A row as the grid shows it: everything as text in the person's language."""
    bad = row.state not in (PadState.READY, PadState.EMPTY)
    shown: dict[str, Any] = {
        'key': written['key'], 'code': row.code, 'sku': row.item.sku if row.item else row.code, 'name': row.name,
        'quantity': plain(row.quantity) if row.quantity is not None else written['quantity'],
        'tone': 'bad' if bad else '',
        'messages': list(row.messages), 'hints': list(row.hints),
        'proposals': [{'sku': p.sku, 'quantity': None if p.quantity is None else str(p.quantity),
                       'label': f'{p.sku} {p.name}' if p.quantity is None else _('Order {count}').format(
                           count=formats.quantity(p.quantity))} for p in row.proposals]}
    if row.item and row.price and row.stock:
        shown |= priced(row.item, row.price, row.stock)
        shown['total'] = formats.money(row.net, row.price.currency) if row.net is not None and not bad else ''
    return shown
