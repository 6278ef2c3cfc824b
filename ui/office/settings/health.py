"""How the installation is: what the last check found, database, mail, disk, version, backups."""

from __future__ import annotations

from models.core.words import _, ngettext
from models.mail import MailState
from services.core import formats
from services.core.permissions import Permission
from services.house import House, HouseService
from services.jobs.running import BoardService
from services.jobs.runs import STATES, TOPIC
from services.jobs.schedule import CHECK
from services.mail.outbox import TOPIC as OUTBOX
from services.settings import SETTINGS
from ui.kernel import design, documents
from ui.kernel.documents import Part
from ui.kernel.view import View
from ui.office.settings.backups import Backups
from ui.office.settings.values import SettingForm

MEGA = 1024 * 1024
TONES = {'running': 'info', 'done': 'ok', 'failed': 'bad', 'lost': 'warn'}


async def build(view: View) -> None:
    """Build the tab."""
    page = Health(view)
    await page.refresh()
    view.on(TOPIC, page.refresh)
    view.on(OUTBOX, page.refresh)
    if page.backups is not None:
        await page.backups.build()
    with design.box('p-grid-2'):
        await SettingForm(view, _('Nightly backup'), [key for key in SETTINGS if key.startswith('backup.')]).build()
        await SettingForm(view, _('Nightly check'), [key for key in SETTINGS if key.startswith('check.')]).build()


class Health:
    """The tab."""

    def __init__(self, view: View) -> None:
        self.view = view
        with design.box('p-grid-2'):
            with design.box('p-stack'):
                with design.box('p-card', tag='section'):
                    with design.box('p-card-head'):
                        design.words(_('Check of all data'), tag='h2')
                        self.run = design.button(_('Run now'), self._run, icon='play', small=True)
                    self.place = design.box('p-card-body p-stack')
                self.backups = Backups(view) if view.actor.may(Permission.BACKUPS_TAKE) else None
            self.facts: Part = documents.facts(view, _('Installation'), [('', '')])

    async def refresh(self) -> None:
        """Read it anew."""
        found = await self.view.do(HouseService.look)
        self.facts.show([{'label': label, 'text': text, 'path': path} for label, text, path in facts(found) if text])
        running = found.check is not None and found.check.state == 'running'
        self.run.disable(_('This is running already.') if running else '')
        self.place.clear()
        with self.place:
            self._check(found)

    def _check(self, found: House) -> None:
        last = found.check
        if last is None:
            design.words(_('Not checked yet. It runs every night, or now.'), tag='p', classes='p-soft')
            return
        with design.box('p-row'):
            findings = last.result.get('findings', [])
            if last.state == 'done':
                design.chip(_('All is in order') if not findings else ngettext(
                    '{count} finding', '{count} findings', len(findings)).format(count=formats.number(len(findings))),
                    'bad' if findings else 'ok')
            else:
                design.chip(str(STATES[last.state]), TONES[last.state])
            design.words(formats.moment(last.ended_at or last.started_at), classes='p-soft')
        checks = last.result.get('checks', [])
        if checks:
            design.words(ngettext('{count} rule was looked at: {rules}', '{count} rules were looked at: {rules}',
                                  len(checks)).format(count=formats.number(len(checks)), rules=', '.join(checks)),
                         tag='p', classes='p-soft')
        for name, message in findings:
            with design.box('p-alert is-bad').props('role=status'):
                design.words(f'{name}: {message}')
        if last.state == 'failed':
            design.words(last.note, tag='p')

    async def _run(self) -> None:
        await self.view.do(BoardService.run_now, CHECK)
        self.view.say(_('The check is running.'))


def facts(found: House) -> list[tuple[str, str, str]]:
    """Label, text and where it leads."""
    queue = found.mails.get(MailState.QUEUED.value, 0) + found.mails.get(MailState.SENDING.value, 0)
    waiting = ngettext('{count} waits', '{count} wait', queue).format(count=formats.number(queue))
    mail = waiting if found.sends_mail else _('{waiting}; no mail server is set').format(waiting=waiting)
    if not found.is_mail_well:
        mail = _('{waiting}; the oldest for {minutes} minutes').format(
            waiting=waiting, minutes=formats.number(int(found.mail_waits.total_seconds() // 60)))
    space = _('{size} MB free').format(size=formats.number(found.free_space // MEGA))
    return [
        (_('Version'), found.version, ''), (_('Database'), found.database, ''),
        (_('Size of the database'), f'{formats.number(found.database_size // MEGA)} MB', ''),
        (_('Mails'), mail, '/office/outbox'),
        (_('Mails given up'), formats.number(found.mails.get(MailState.DEAD.value, 0)), '/office/outbox'),
        (_('Disk'), space if found.is_space_well else _('{space}: too little').format(space=space), ''),
        (_('Failed runs of the last day'), formats.number(found.failed_runs), '/office/reminders')]
