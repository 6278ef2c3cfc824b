"""The first page of the bank: a place for the next statement, what waits, and the statements there are."""

from __future__ import annotations

import asyncio
import contextvars
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nicegui import events

from models.core.words import _
from models.payments import EntryState
from services.banking.listing import ENTRIES, STATEMENTS
from services.banking.reading import LARGEST_FILE
from services.banking.running import take_in
from services.banking.service import BankService
from services.core import formats
from ui.kernel import design
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.bank.declared import module
from ui.pieces.drop import Drop
from ui.web.uploads import read_whole


@module.view('/office/bank')
async def index(view: View) -> None:
    """Drop a statement; entries that wait come first."""
    with design.head(view, sub=_('CAMT.053 or CSV. What fits to the cent is booked at once; the rest waits for you.')):
        pass
    with design.box('p-grid-even'):
        with design.card(_('Read a statement in')), design.box('p-stack'):
            Upload(view)
        with design.card(_('Bank statements')).classes('is-flush'):
            Table(view, STATEMENTS, load=BankService.statements, row_path='/office/bank/statements/{id}', compact=True,
                  size=5, topic='office:payments', card=('name', 'booked', 'open', 'imported_at'),
                  empty=Empty('banknote', _('No statement yet'), _('Each one is kept here with what became of it.')))
    entries(view, preset={'state': ['open']})


def entries(view: View, *, preset: Mapping[str, Any] | None = None, fixed: Mapping[str, Any] | None = None) -> Table:
    """The list of entries, of all statements or of one."""
    return Table(
        view, ENTRIES, load=BankService.entries, row_path='/office/bank/{id}', topic='office:payments', preset=preset,
        fixed=fixed, card=('payer', 'state', 'booked_on', 'amount'), key='entries',
        context=[Act(_('Open'), 'external-link', path='/office/bank/{id}', kbd='Enter'),
                 Act(_('Book as proposed'), 'check', run=lambda row: agree(view, row),
                     when=lambda row: bool(row['best'])),
                 Act(_('Take up again'), 'undo', run=lambda row: take_up(view, row), when=_can_be_taken_up)],
        empty=Empty('circle-check', _('Nothing waits'), _('Every entry of the bank is booked or set aside.')))


def _can_be_taken_up(row: Mapping[str, Any]) -> bool:
    return bool(row['state'] == EntryState.SET_ASIDE and row['amount'] > 0)


async def agree(view: View, row: Mapping[str, Any]) -> None:
    """Book an entry as its best proposal says."""
    number = await view.do(BankService.agree, uuid.UUID(str(row['id'])), 0, version=row['version'])
    view.say(_('Booked as {number}.').format(number=number))


async def take_up(view: View, row: Mapping[str, Any]) -> None:
    """Open an entry that was set aside."""
    await view.do(BankService.take_up, uuid.UUID(str(row['id'])))
    view.say(_('The entry is open again.'))


class Upload:
    """The place for a statement, with how far it is."""

    def __init__(self, view: View) -> None:
        self.view = view
        Drop(_('Drop a statement here or choose it'), self._arrived, accept='.xml,.csv,.txt,.xlsx', several=False,
             hint=_('CAMT.053 (XML), CSV or Excel of up to 10 MB.'))
        self.told = design.words('', tag='p', classes='p-soft').props('role=status')

    async def _arrived(self, event: events.UploadEventArguments) -> None:
        data = await read_whole(event.file, limit=LARGEST_FILE)
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()

        def progress(done: int, total: int) -> None:
            loop.call_soon_threadsafe(self._tell, done, total)
        try:
            key = await asyncio.to_thread(context.run, self._take, data, event.file.name, progress)
        finally:
            self.told.set_text('')
        self.view.open(f'/office/bank/statements/{key}')

    def _take(self, data: bytes, name: str, progress: Any) -> uuid.UUID:
        session = self.view.session
        with tempfile.TemporaryDirectory(prefix='portico-') as folder:
            path = Path(folder) / 'statement'
            path.write_bytes(data)
            return take_in(session.runtime, session.who, path, name, progress)

    def _tell(self, done: int, total: int) -> None:
        if not self.told.is_deleted:
            self.told.set_text(_('{done} of {total} entries looked at').format(
                done=formats.number(done), total=formats.number(total)))
