"""What a person can do from a list or a document: words, icon, and the one act behind them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from models.core.words import Lazy
from services.core.actor import Actor
from services.core.permissions import Permission
from ui.kernel.leading import leads


@dataclass(frozen=True)
class Act:
    """A button or menu item; `run` is awaited when chosen: without arguments in a toolbar or document head, with the
    row (dict) in a row menu, with the list of keys in a bulk bar. `path` opens a view instead ('/orders/{number}').

    `needs` hides it from those without the right. `when` decides per row: True offered, False hidden, a sentence means
    shown but off, with that reason. `reason` does the same where there is no row. `confirm` is asked before (a sentence
    with placeholders of the row). `rule` draws a line above; `main` fills the button; `kbd` names a key.
    """

    label: str | Lazy
    icon: str = ''
    run: Callable[..., Awaitable[Any]] | None = None
    path: str = ''
    needs: Permission | None = None
    when: Callable[[Mapping[str, Any]], bool | str] | None = None
    reason: str = ''
    confirm: str | Lazy = ''
    danger: bool = False
    main: bool = False
    rule: bool = False
    kbd: str = ''

    def is_for(self, actor: Actor) -> bool:
        """Whether this person has the right to it, and it does not lead to what is switched off for him."""
        return (self.needs is None or actor.may(self.needs)) and leads(self.path)

    def props(self) -> dict[str, Any]:
        """What the browser needs to draw it."""
        return {'label': str(self.label), 'icon': self.icon, 'danger': self.danger, 'main': self.main,
                'rule': self.rule, 'kbd': self.kbd, 'reason': self.reason}
