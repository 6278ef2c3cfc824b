"""The backups on the page of the installation's health: the newest with its proof, all that are kept, one right now."""

from __future__ import annotations

import datetime as dt

from models.core.words import _, ngettext
from services.auth.proving import ProofService
from services.backups.desk import BackupService, Shelf
from services.backups.nightly import Backup
from services.core import formats
from services.jobs.running import BoardService
from services.jobs.runs import STATES, TOPIC
from services.jobs.schedule import BACKUP
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.rows import Row, Rows

KILO = 1024
TONES = {'running': 'info', 'done': 'ok', 'failed': 'bad', 'lost': 'warn'}


class Backups:
    """The card."""

    def __init__(self, view: View) -> None:
        self.view = view
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Backups'), tag='h2')
                self.run = design.button(_('Back up now'), self._run, icon='play', small=True)
            self.place = design.box('p-card-body p-stack')
            self.list = Rows(view, _('Backups'), [(_('Backup'), False), (_('Written'), False), (_('Size'), True)])

    async def build(self) -> None:
        """Show it and follow the runs."""
        await self.refresh()
        self.view.on(TOPIC, self.refresh)

    async def refresh(self) -> None:
        """Read it anew."""
        shelf = await self.view.do(BackupService.shelf)
        running = shelf.job.last is not None and shelf.job.last.state == 'running'
        self.run.disable(_('This is running already.') if running else '')
        self.place.clear()
        with self.place:
            _state(shelf)
        self.list.set_visibility(bool(shelf.backups))
        self.list.show([self._row(backup) for backup in shelf.backups])

    def _row(self, backup: Backup) -> Row:
        async def download() -> None:
            await self.view.do(ProofService.want)
            self.view.session.client.open(f'/download/backups/{backup.name}')
        note = _('encrypted') if backup.is_sealed else _('not encrypted')
        return Row(backup.name, [Cell(backup.name, note=note), _written(backup), size_text(backup.size)],
                   [Act(_('Download'), 'download', run=download)])

    async def _run(self) -> None:
        await self.view.do(BoardService.run_now, BACKUP)
        self.view.say(_('The backup is being written.'))


def size_text(size: int) -> str:
    """A size of bytes as people read it."""
    if size < KILO * KILO:
        return f'{formats.number(-(-size // KILO))} kB'
    return f'{formats.number(size // KILO // KILO)} MB'


def _state(shelf: Shelf) -> None:
    last = shelf.job.last
    with design.box('p-row'):
        if last is not None and last.state != 'done':
            design.chip(str(STATES[last.state]), TONES[last.state])
        elif shelf.proof:
            _proof_chip(len(shelf.proof['findings']))
        if shelf.backups:
            newest = shelf.backups[0]
            design.words(_('Last backup: {time}, {size}').format(time=_written(newest), size=size_text(newest.size)))
        else:
            design.words(_('There is no backup yet.'))
    if last is not None and last.state == 'failed':
        design.words(last.note, tag='p')
    if shelf.proof:
        _proof(shelf)
    if shelf.job.next_at is not None:
        design.words(_('Next backup: {time}').format(time=formats.moment(shelf.job.next_at)), tag='p', classes='p-soft')
    else:
        design.words(_('No backup is planned; the nightly one is switched off or paused.'), tag='p', classes='p-soft')
    if not shelf.seals:
        with design.box('p-alert is-warn').props('role=status'):
            design.words(_('Backups are not encrypted and leave the secret out, as no passphrase is set.'))
    if shelf.is_late and shelf.backups:
        with design.box('p-alert is-bad').props('role=status'):
            design.words(_('No backup was written for two days.'))


def _proof_chip(findings: int) -> None:
    design.chip(_('Verified') if not findings else ngettext(
        '{count} finding', '{count} findings', findings).format(count=formats.number(findings)),
        'bad' if findings else 'ok')


def _proof(shelf: Shelf) -> None:
    proof = shelf.proof
    design.words(_('Verified {time}: restored on trial, {rows} rows and {files} files.').format(
        time=formats.moment(dt.datetime.fromisoformat(proof['verified_at'])), rows=formats.number(proof['rows']),
        files=formats.number(proof['files'])), tag='p', classes='p-soft')
    for name, message in proof['findings']:
        with design.box('p-alert is-bad').props('role=status'):
            design.words(f'{name}: {message}')


def _written(backup: Backup) -> str:
    return f'{formats.date(backup.at.date())} {backup.at:%H:%M}'
