"""Reminders: all recurring work with its runs, what was reminded of, and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict

from models.core.words import _, _l, ngettext, pgettext
from services.core import formats
from services.core.fields import Date, Text
from services.core.permissions import Permission
from services.jobs.running import BoardService, Entry
from services.jobs.runs import RUNS, STATES, TONES, TOPIC, RunService
from services.reminders.reading import KINDS, SENT, ReminderService, Upcoming
from services.reminders.sending import TOPIC as REMINDED
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import ask
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces.rows import Row, Rows
from ui.pieces.sections import Section, Sections

module = Module('office_reminders', _l('Reminders'), icon='calendar-clock', group=Group.MANAGE,
                needs=Permission.JOBS_RUN,
                keywords=_l('dunning, overdue, jobs, schedule, recurring, backup, summaries, run now, pause'))


class PauseInput(BaseModel):
    """Until when the reminders of an invoice rest, and why."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    until: Annotated[dt.date, Date(_l('Rest until'))]
    reason: Annotated[str, Text(_l('Reason'))] = ''


@module.view('/office/reminders')
async def index(view: View) -> None:
    """The schedule, what comes next, what was sent, and all runs."""
    with design.head(view):
        if view.actor.may(Permission.SETTINGS_WRITE):
            design.button(_('Settings'), href='/office/settings', icon='settings')
    await Sections(view, _('Reminders'), [
        Section('schedule', _l('Schedule'), lambda: Schedule(view).build()),
        Section('next', _l('Coming next'), lambda: Coming(view).build()),
        Section('sent', _l('Sent'), lambda: sent(view)), Section('runs', _l('Runs'), lambda: runs(view))]).build()


class Schedule:
    """All recurring work, each piece with its last run, its next, and what can be done with it."""

    def __init__(self, view: View) -> None:
        self.view = view
        with design.box('p-card', tag='section'):
            self.list = Rows(view, _('Recurring work'), [(_('Work'), False), (_('How often'), False),
                                                         (_('Last run'), False), (_('Result'), False),
                                                         (_('Next'), False)])

    async def build(self) -> None:
        """Show it and follow it."""
        await self.refresh()
        self.view.on(TOPIC, self.refresh)

    async def refresh(self) -> None:
        """Read it anew."""
        self.list.show([self._row(entry) for entry in await self.view.do(BoardService.entries)])

    def _row(self, entry: Entry) -> Row:
        last = entry.last
        state = Cell('', chip=(str(STATES[last.state]), TONES[last.state]), note=last.note) if last else Cell('–')
        when = _('Rests after a restore') if entry.rests else _('Paused') if entry.paused else \
            formats.moment(entry.next_at) if entry.is_on else _('Switched off')
        begun = formats.moment(last.started_at) if last else _('Nothing to do so far') if entry.quiet else _('Not yet')
        return Row(entry.name, [Cell('', strong=entry.label), often(entry),
                                Cell(begun, note=last.asked_by if last else ''), state, when],
                   self._acts(entry), off=entry.paused or entry.rests or not entry.is_on)

    def _acts(self, entry: Entry) -> list[Act]:
        async def run_now() -> None:
            await self.view.do(BoardService.run_now, entry.name)
            self.view.say(_('“{work}” is running.').format(work=entry.label))

        async def switch() -> None:
            await self.view.do(RunService.resume if entry.paused else RunService.pause, entry.name)
            self.view.say((_('“{work}” goes on.') if entry.paused else _('“{work}” is paused.')).format(
                work=entry.label))
        running = _('This is running already.') if entry.last and entry.last.state == 'running' else ''
        reason = _('Rests after a restore') if entry.rests else running
        return [Act(_('Run now'), 'play', run=run_now, reason=reason, needs=entry.needs),
                Act(_('Resume'), 'play', run=switch) if entry.paused else Act(_('Pause'), 'pause', run=switch)]


def often(entry: Entry) -> str:
    """How often a piece runs, in words."""
    if entry.at:
        return _('Daily at {time}').format(time=entry.at)
    seconds = round(entry.every.total_seconds())
    if seconds < 60:
        return _('Every {count} seconds').format(count=formats.number(seconds))
    minutes = seconds // 60
    if minutes < 60:
        return ngettext('Every minute', 'Every {count} minutes', minutes).format(count=formats.number(minutes))
    hours = minutes // 60
    return ngettext('Every hour', 'Every {count} hours', hours).format(count=formats.number(hours))


class Coming:
    """What goes out within two weeks if nothing changes."""

    def __init__(self, view: View) -> None:
        self.view = view
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Within two weeks, if nothing changes'), tag='h2')
            self.list = Rows(view, _('Coming next'), [(_('Invoice'), False), (_('Day'), False), (_('Customer'), False),
                                                      (_('Kind'), False), (pgettext('amount', 'Open'), True)])
            self.nothing = design.box()
            with self.nothing, design.empty('circle-check', _('Nothing is coming')):
                pass

    async def build(self) -> None:
        """Show it and follow it."""
        await self.refresh()
        for topic in (REMINDED, 'office:invoices', 'office:payments'):
            self.view.on(topic, self.refresh)

    async def refresh(self) -> None:
        """Read it anew."""
        rows = await self.view.do(ReminderService.upcoming)
        self.list.set_visibility(bool(rows))
        self.nothing.set_visibility(not rows)
        self.list.show([self._row(row) for row in rows])

    def _row(self, row: Upcoming) -> Row:
        kind = f'{KINDS[row.kind]} {row.level}' if row.level else str(KINDS[row.kind])
        pause = Act(_('Pause reminders'), 'pause', run=lambda: ask_pause(self.view, row.number),
                    needs=Permission.INVOICES_WRITE)
        return Row(row.number, [Cell(row.number, path=f'/office/invoices/{row.number}'), formats.date(row.day),
                                Cell(row.customer, path=f'/office/customers/{row.account}'), kind,
                                formats.money(row.amount, row.currency)], [pause])


async def ask_pause(view: View, number: str) -> None:
    """Ask until when the reminders of an invoice rest."""
    async def save(given: PauseInput) -> None:
        await view.do(ReminderService.pause, number, given.until, given.reason)
    if await ask(view, PauseInput, _('Pause reminders of {number}').format(number=number), _('Pause'), save=save):
        view.say(_('The reminders of {number} rest.').format(number=number))


async def sent(view: View) -> None:
    """The reminders that went out."""
    async def pause(row: Mapping[str, Any]) -> None:
        await ask_pause(view, row['number'])

    async def go_on(row: Mapping[str, Any]) -> None:
        await view.do(ReminderService.go_on, row['number'])
        view.say(_('The reminders of {number} go on.').format(number=row['number']))
    Table(view, SENT, load=ReminderService.sent, row_path='/office/invoices/{number}', topic=REMINDED,
          card=('number', 'kind', 'customer', 'at'),
          context=[Act(_('Show the mail'), 'mail', path='/office/outbox/{mail_id}', needs=Permission.OUTBOX_READ,
                       when=lambda row: bool(row['mail_id'])),
                   Act(_('Pause reminders'), 'pause', run=pause, needs=Permission.INVOICES_WRITE),
                   Act(_('Let reminders go on'), 'play', run=go_on, needs=Permission.INVOICES_WRITE)],
          empty=Empty('mail', _('Nobody was reminded yet'), _('Reminders appear here when they go out.')))


async def runs(view: View) -> None:
    """All runs of recurring work that left a trace."""
    Table(view, RUNS, load=RunService.page, topic=TOPIC, card=('name', 'state', 'started_at', 'note'),
          empty=Empty('activity', _('Nothing ran yet')))
