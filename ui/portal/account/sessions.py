"""Tab Sessions: where one is signed in."""

from __future__ import annotations

from models.core.words import _, ngettext
from services.auth.sessions import OwnSession, SessionService
from services.core import formats
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import confirm
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.rows import Row, Rows
from ui.web.agents import readable


async def build(view: View) -> None:
    """Build the tab."""
    page = SessionsTab(view)
    await page.refresh()


class SessionsTab:
    """One's own sessions, each of which can be ended."""

    def __init__(self, view: View) -> None:
        self.view = view
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Where you are signed in'), tag='h2')
                self.others = design.button(_('End all others'), self._end_others, icon='log-out', small=True)
            self.list = Rows(view, _('Where you are signed in'), [
                (_('Device'), False), (_('Company'), False), (_('Signed in'), False), (_('Last seen'), False)])

    async def refresh(self) -> None:
        """Read the sessions anew."""
        found = await self.view.do(SessionService.own)
        self.list.show([self._row(one) for one in found])
        self.others.disable('' if len(found) > 1 else _('You are signed in here only.'))

    def _row(self, one: OwnSession) -> Row:
        async def end() -> None:
            await self.view.do(SessionService.end, one.id)
            self.view.say(_('The session is ended.'))
            await self.refresh()
        acts = [] if one.current else [Act(_('End session'), 'log-out', run=end, danger=True,
                                           confirm=_('End this session?'))]
        return Row(one.id, [Cell('', strong=readable(one.agent), note=one.ip,
                                 chip=(_('This device'), 'ok') if one.current else None),
                            one.company or _('Office'), formats.moment(one.created_at),
                            formats.moment(one.last_seen_at)], acts)

    async def _end_others(self) -> None:
        if await confirm(self.view, _('End all other sessions?'), _('End all others'), danger=True,
                         text=_('You stay signed in here.')):
            ended = await self.view.do(SessionService.end_others)
            self.view.say(ngettext('{count} session ended.', '{count} sessions ended.', ended).format(count=ended))
            await self.refresh()
