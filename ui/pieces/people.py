"""The people of a company or of the staff as a list with their acts: role, access, sign-in, inviting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict

from models.core.words import _, _l, ngettext
from models.users import Role
from services.core import formats
from services.core.fields import Choice
from services.roles import ROLE_NAMES
from services.users.members import MemberService, Person
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import ask, confirm
from ui.kernel.tables import Act
from ui.pieces.invitations import invitation_head, invitation_rows, invite, role_options
from ui.pieces.rows import Row, Rows

if TYPE_CHECKING:
    from models.users import Invitation
    from ui.kernel.view import View


class RoleInput(BaseModel):
    """The role of a person."""

    model_config = ConfigDict(extra='forbid')

    role: Annotated[Role, Choice(_l('Role'))]


class People:
    """Who has access, and who is invited; `changed` is awaited after each act, `show` brings both lists up to date."""

    def __init__(self, view: View, *, account: str = '', staff: bool = False, may_invite: bool = True,
                 changed: Callable[[], Awaitable[Any]]) -> None:
        self.view, self.account, self.staff = view, account, staff
        self.may_invite, self.changed = may_invite, changed
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Staff') if staff else _('Users'), tag='h2')
                if may_invite:
                    design.button(_('Invite'), self.invite, icon='user-plus', small=True)
            self._list = Rows(view, _('Staff') if staff else _('Users'), [
                (_('Person'), False), (_('Role'), False), (_('Access'), False), (_('Last seen'), False)])
            self._nobody = design.box()
            with self._nobody, design.empty('users', _('Nobody has access yet'),
                                            _('Invite the first person; the link comes by mail.')):
                pass
        with design.box('p-card', tag='section') as self._open:
            with design.box('p-card-head'):
                design.words(_('Open invitations'), tag='h2')
            self._invited = Rows(view, _('Open invitations'), invitation_head())

    def show(self, people: Sequence[Person], invitations: Sequence[Invitation]) -> None:
        """Show these people and invitations."""
        self._list.set_visibility(bool(people))
        self._nobody.set_visibility(not people)
        self._list.show([self._row(person) for person in people])
        self._open.set_visibility(bool(invitations))
        self._invited.show(invitation_rows(self.view, invitations, self.changed, may=self.may_invite))

    async def invite(self) -> None:
        """Invite another person."""
        title = _('Invite to the staff') if self.staff else _('Invite a person')
        if await invite(self.view, title, account=self.account, staff=self.staff):
            await self.changed()

    def _row(self, person: Person) -> Row:
        access = (_('Active'), 'ok') if person.active else (_('Disabled'), 'mute')
        steps = _('Two-step sign-in') if person.two_step else ''
        return Row(str(person.membership_id), [
            Cell('', strong=person.name, note=person.email), str(ROLE_NAMES[person.role]),
            Cell('', chip=access, note=steps), formats.moment(person.last_seen_at) or _('Never')],
            self._acts(person), off=not person.active)

    def _acts(self, person: Person) -> list[Act]:
        reset = [Act(_('Reset two-step sign-in'), 'shield', run=lambda: self._reset(person))]
        reset = reset if person.may_reset else []
        if not person.may_change:
            return reset
        own = _('This is you.') if person.user_id == self.view.actor.user_id else ''
        return [Act(_('Change role'), 'user-cog', run=lambda: self._role(person), reason=own),
                Act(_('End sessions'), 'log-out', run=lambda: self._end(person), reason=own), *reset,
                Act(_('Disable'), 'user-x', run=lambda: self._disable(person), reason=own, danger=True, rule=True)
                if person.active else
                Act(_('Enable'), 'user-check', run=lambda: self._enable(person), reason=own, rule=True)]

    async def _role(self, person: Person) -> None:
        async def save(given: RoleInput) -> None:
            await self.view.do(MemberService.change_role, person.membership_id, given.role)
        given = await ask(self.view, RoleInput, _('Role of {person}').format(person=person.name), _('Change role'),
                          save=save, values={'role': person.role.value},
                          options={'role': role_options(self.view, staff=self.staff)})
        if given is not None:
            self.view.say(_('{person} is now {role}.').format(person=person.name, role=ROLE_NAMES[given.role]))
            await self.changed()

    async def _disable(self, person: Person) -> None:
        question = _('Disable {person}?').format(person=person.name)
        if await confirm(self.view, question, _('Disable'), danger=True,
                         text=_('The person is signed out at once and cannot sign in any more.')):
            await self.view.do(MemberService.disable, person.membership_id)
            self.view.say(_('{person} has no access any more.').format(person=person.name))
            await self.changed()

    async def _enable(self, person: Person) -> None:
        await self.view.do(MemberService.enable, person.membership_id)
        self.view.say(_('{person} has access again.').format(person=person.name))
        await self.changed()

    async def _end(self, person: Person) -> None:
        question = _('Sign {person} out everywhere?').format(person=person.name)
        if await confirm(self.view, question, _('End sessions'), danger=True,
                         text=_('What is not saved in open windows is lost.')):
            ended = await self.view.do(MemberService.end_sessions, person.membership_id)
            self.view.say(ngettext('{count} session ended.', '{count} sessions ended.', ended).format(count=ended))
            await self.changed()

    async def _reset(self, person: Person) -> None:
        question = _('Reset two-step sign-in of {person}?').format(person=person.name)
        if await confirm(self.view, question, _('Reset'), danger=True,
                         text=_('For a lost phone. The person is signed out everywhere and sets up another app.')):
            await self.view.do(MemberService.reset_two_step, person.membership_id)
            self.view.say(_('{person} can set up another app.').format(person=person.name))
            await self.changed()
