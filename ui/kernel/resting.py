"""The banner after a restore: mails and reminders rest until the owner lets them go on."""

from __future__ import annotations

import datetime as dt

from models.core.words import _
from services.backups.resting import RestService
from services.core import formats
from ui.kernel import confirm, design
from ui.kernel.session import Session


class RestBanner:
    """The banner; it goes when nothing rests any more, whoever ended it."""

    def __init__(self, session: Session, made_at: str) -> None:
        self.session = session
        with design.box('p-banner is-warn').props('role=status') as self.box:
            design.icon('pause')
            text = _('A backup of {time} was restored. Mails and reminders rest until you let them go on.')
            design.words(text.format(time=formats.moment(dt.datetime.fromisoformat(made_at))))
            design.button(_('Resume'), self._resume, small=True)

    async def look(self) -> None:
        """Go away when nothing rests any more."""
        if not await self.session.do(RestService.rests) and not self.box.is_deleted:
            self.box.delete()

    async def _resume(self) -> None:
        if await confirm.ask(_('Let mails and reminders go out?'), _(
                'What was written since the restore is sent, and customers are reminded of what is due. Mails that '
                'waited in the backup stay in the outbox.'), yes=_('Resume')):
            await self.session.do(RestService.resume)
            await self.look()
