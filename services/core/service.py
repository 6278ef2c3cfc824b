"""What makes a class a service: every public method says which right it needs and whether it writes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar, ParamSpec, TypeVar

from services.core.permissions import Permission
from services.core.refusals import denial
from services.core.work import Work

A = ParamSpec('A')
R = TypeVar('R')

SERVICES: list[type[Service]] = []


class Service:
    """Business acts on one noun, within one unit of work."""

    acts: ClassVar[dict[str, Any]] = {}

    def __init__(self, work: Work) -> None:
        self.work = work
        self.session = work.session
        self.actor = work.actor
        self.now = work.now

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.acts = {name: value for name, value in vars(cls).items() if hasattr(value, 'needs')}
        for act in cls.acts.values():
            act.service = cls
        SERVICES.append(cls)


def requires(*needs: Permission, writes: bool = False) -> Callable[[Callable[A, R]], Callable[A, R]]:
    """Let only holders of one of these rights call the method; `writes` gives it a writing unit of work.

    Raises SignedOut for a visitor, NotFound where the right belongs to a module switched off for his company, and
    Forbidden for a person without the right, before anything is read.
    """
    def decorate(method: Callable[A, R]) -> Callable[A, R]:
        @functools.wraps(method)
        def guarded(*args: A.args, **kwargs: A.kwargs) -> R:
            actor = args[0].actor  # type: ignore[attr-defined]
            if not any(actor.may(need) for need in needs):
                raise denial(actor, method.__qualname__, *needs)
            return method(*args, **kwargs)

        guarded.needs = needs  # type: ignore[attr-defined]
        guarded.writes = writes  # type: ignore[attr-defined]
        return guarded
    return decorate
