"""One open page: whose it is, how it acts, and in which language its handlers speak."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from nicegui import Client

from models.core.words import set_language
from services.core.actor import VISITOR, Actor
from services.core.runtime import Runtime, Who
from ui.kernel import work

A = ParamSpec('A')
R = TypeVar('R')


class Session:
    """The signed-in browser behind a NiceGUI client; `actor` is what was last read, for what is shown only."""

    def __init__(self, client: Client, runtime: Runtime, who: Who) -> None:
        self.client = client
        self.runtime = runtime
        self.who = who
        self.actor: Actor = VISITOR
        self._handle_event = client.handle_event
        client.handle_event = self._in_language  # type: ignore[method-assign]

    async def do(self, act: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Carry out one service method as this person, whose rights are read anew for it."""
        return await work.do(self.runtime, self.who, act, *args, **kwargs)

    async def together(self, *asked: work.Asked) -> list[Any]:
        """Carry out several reading service methods as one unit of work; their results in order."""
        return await work.together(self.runtime, self.who, *asked)

    def speak(self) -> None:
        """Give texts in this person's language from here on in this task."""
        set_language(self.actor.language)

    def end(self) -> None:
        """Let go of the client."""
        vars(self.client).pop('handle_event', None)

    def _in_language(self, message: dict[str, Any]) -> None:
        self.speak()
        self._handle_event(message)
