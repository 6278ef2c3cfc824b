"""Switches of the portal's modules: for all customers, and for one; both made from the registration of modules."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, create_model

from models.core.words import Lazy, _, _l, _p
from services.core.fields import Choice, Flag, Shown
from services.core.permissions import RESTS_ON, Permission
from services.switches import EVERYWHERE, SwitchService, topic_of
from ui.kernel import design
from ui.kernel.forms import Form
from ui.kernel.module import Module
from ui.kernel.view import View

ALL, ON, OFF = 'all', 'on', 'off'
MEANT: Mapping[str, bool | None] = {ALL: None, ON: True, OFF: False}


def switchable() -> tuple[Module, ...]:
    """The modules of the portal that can be switched off, in menu order."""
    from ui.modules import modules
    return tuple(module for module in modules() if module.switched_by is not None)


def _right(module: Module) -> Permission:
    assert module.switched_by is not None
    return module.switched_by


def _help(module: Module, every: Sequence[Module]) -> str:
    needed = [str(other.title) for other in every if _right(other) in RESTS_ON.get(_right(module), ())]
    return _('Only together with {modules}.').format(modules=', '.join(needed)) if needed else ''


def _model(every: Sequence[Module], kind: type[Any], field: Callable[[Module, Lazy | str, str], Shown]) -> type[
        BaseModel]:
    fields: dict[str, Any] = {}
    part = ''
    for module in every:
        group = module.group.label or _('Start')
        shown = field(module, group if group != part else '', _help(module, every))
        fields[module.name] = (Annotated[kind, shown], ...)
        part = group
    return create_model('Switches', __config__=ConfigDict(extra='forbid'), **fields)


class Switchboard:
    """The card with the switches for all customers; drawn anew when somebody else turns them, unless half done."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.every = switchable()
        self.model = _model(self.every, bool, lambda module, part, text: Flag(
            module.title, half=True, part=part, help=text))
        with design.card(_('Modules of the portal')), design.box('p-stack'):
            design.words(_('What is off is gone for all customers, from the menu to its documents. A customer may have '
                           'it otherwise: see the tab Portal of the customer.'), tag='p', classes='p-soft')
            self.place = design.box()

    async def build(self) -> None:
        """Show the switches as they stand, and follow them."""
        await self._draw()
        self.view.on(EVERYWHERE, self._look)

    async def _look(self) -> None:
        if not self.form.is_dirty:
            await self._draw()

    async def _draw(self) -> None:
        found = await self.view.do(SwitchService.read)
        self.place.clear()
        with self.place:
            self.form = Form(self.view, self.model, save=self._save, button=_('Save'), said=_('Switches saved.'),
                             values={module.name: _right(module) not in found.off for module in self.every},
                             key='switches')

    async def _save(self, given: BaseModel) -> None:
        typed = given.model_dump()
        await self.view.do(SwitchService.turn, {_right(module): typed[module.name] for module in self.every})


class OwnSwitches:
    """The card with the switches of one customer, who has everything as all have it unless said otherwise."""

    def __init__(self, view: View, account: str, customer_id: uuid.UUID, *,
                 on_saved: Callable[[], Awaitable[None]]) -> None:
        self.view, self.account, self.customer_id, self.on_saved = view, account, customer_id, on_saved
        self.every = switchable()
        with design.card(_('Modules of the portal')), design.box('p-stack'):
            self.place = design.box()

    async def build(self) -> None:
        """Show the switches as they stand, and follow them."""
        await self._draw()
        self.view.on(EVERYWHERE, self._look)
        self.view.on(topic_of(self.customer_id), self._look)

    async def _look(self) -> None:
        if not self.form.is_dirty:
            await self._draw()

    async def _draw(self) -> None:
        found = await self.view.do(SwitchService.read, self.account)
        model = _model(self.every, str, lambda module, part, text: Choice(
            module.title, half=True, part=part, help=text, choices=_choices(is_on=_right(module) not in found.off)))
        named = {on: name for name, on in MEANT.items()}
        self.place.clear()
        with self.place:
            self.form = Form(self.view, model, save=self._save, button=_('Save'), on_saved=self._saved,
                             values={module.name: named[found.own.get(_right(module))] for module in self.every},
                             locked=not self.view.actor.may(Permission.CUSTOMERS_WRITE), key='own_switches')

    async def _save(self, given: BaseModel) -> None:
        typed = given.model_dump()
        wanted = {_right(module): MEANT[typed[module.name]] for module in self.every}
        await self.view.do(SwitchService.turn_for, wanted, account=self.account)

    async def _saved(self, _result: Any) -> None:
        self.view.say(_('Switches saved.'))
        await self.on_saved()


def _choices(*, is_on: bool) -> Callable[[], Mapping[str, Lazy]]:
    as_all = _l('As for all: on') if is_on else _l('As for all: off')
    return lambda: {ALL: as_all, ON: _p('switch', 'On'), OFF: _p('switch', 'Off')}
