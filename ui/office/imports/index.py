"""The first page of the module: choose a kind, drop a file; exports; the history of runs."""

from __future__ import annotations

import asyncio
import contextvars
import html
import tempfile
from pathlib import Path
from typing import Any

from nicegui import events, ui

from models.core.words import _, _l
from services.core.permissions import Permission
from services.exports.tables import TableExport
from services.imports.declaring import Kind
from services.imports.listing import RUNS
from services.imports.running import take_in
from services.imports.runs import ImportService
from services.sheets import SHEETS
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.tables import Empty, Table
from ui.kernel.view import View

LARGEST_FILE = 60 * 1024 * 1024
TRIGGER = """<div class="p-empty"><span v-pre>{drop}</span>
<button type="button" class="p-btn" @click="props.pickFiles"><span v-pre>{choose}</span></button>
<label class="p-sr"><span v-pre>{file}</span><q-uploader-add-trigger /></label></div>"""

module = Module('office_import', _l('Import'), icon='upload', group=Group.MANAGE, needs=Permission.IMPORTS_RUN,
                keywords=_l('export, csv, excel, upload, data, migrate, load, spreadsheet, price update, stock count'))


@module.view('/office/import')
async def index(view: View) -> None:
    """What can be brought in and taken out, and what was."""
    kinds = {kind.name: kind for kind in await view.do(ImportService.kinds)}
    exports = await view.do(TableExport.kinds)
    with design.head(
        view,
        sub=_(
            'CSV of any usual delimiter and encoding, or Excel. Nothing is changed before you have seen what would be.'
        ),
    ):
        pass
    with design.box('p-grid-2'):
        with design.card(_('Import a file')), design.box('p-stack'):
            _choice(view, kinds)
        with design.card(_('Export')), design.box('p-stack'):
            for kind in exports:
                with design.box('p-spread'):
                    design.words(str(kind.label))
                    with design.box('p-row'):
                        for ending, label in (('csv', 'CSV'), ('xlsx', 'Excel')):
                            _download(view, kind, ending, label)
    Table(view, RUNS, load=ImportService.page, row_path='/office/import/{id}', topic='imports',
          card=('file_name', 'kind', 'state', 'rows'),
          empty=Empty('upload', _('No imports yet'), _('Each import is kept here with what it changed.')))


def _choice(view: View, kinds: dict[str, Kind]) -> None:
    chosen: dict[str, Any] = {'kind': view.state.get('kind') or view.query.get('kind') or next(iter(kinds))}
    if chosen['kind'] not in kinds:
        chosen['kind'] = next(iter(kinds))

    def choose(event: events.ValueChangeEventArguments) -> None:
        chosen['kind'] = view.state['kind'] = event.value
        note.set_text(str(kinds[event.value].note))
        view.remember()

    async def arrived(event: events.UploadEventArguments) -> None:
        try:
            view.open(f'/office/import/{await _taken(view, chosen["kind"], event)}')
        finally:
            event.sender.reset()
    ui.select({name: str(kind.label) for name, kind in kinds.items()}, label=_('What the file holds'),
              value=chosen['kind'], on_change=choose).props('outlined dense').classes('p-field')
    note = design.words(str(kinds[chosen['kind']].note), tag='p', classes='p-soft')
    drop = ui.upload(on_upload=arrived, auto_upload=True, max_file_size=LARGEST_FILE)
    drop.props(f'accept="{",".join(SHEETS)}" flat').classes('p-field')
    texts = {'drop': _('Drop a file here'), 'choose': _('Choose a file'), 'file': _('File')}
    drop.add_slot('header', TRIGGER.format_map({name: html.escape(text) for name, text in texts.items()}))
    drop.add_slot('list', '<span></span>')
    drop.on('rejected', lambda: view.say(_('Only CSV and Excel files of up to 60 MB can be imported.')))


async def _taken(view: View, kind: str, event: events.UploadEventArguments) -> str:
    """Take the file in away from the event loop; returns the id of its run."""
    with tempfile.TemporaryDirectory(prefix='portico-') as folder:
        path = Path(folder) / 'upload'
        await event.file.save(path)
        session, context = view.session, contextvars.copy_context()
        run_id = await asyncio.to_thread(
            context.run, take_in, session.runtime, session.who, kind, path, event.file.name
        )
    return str(run_id)


def _download(view: View, kind: Kind, ending: str, label: str) -> None:
    made = design.button(
        label, lambda: ui.download(f'/download/table/{kind.name}.{ending}'), icon='download', small=True
    )
    name = _('Export {kind} as {format}').format(kind=str(kind.label), format=label)
    made.props(f'aria-label="{design.attribute(name)}"')
