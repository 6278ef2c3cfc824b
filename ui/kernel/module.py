"""What a module is, said once: menu, search, favourites, tabs, command palette and tests read it from here."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from typing import Any

from models.core.words import Lazy, _, _l
from services.core.actor import Actor
from services.core.errors import DomainError, Forbidden, NotFound
from services.core.permissions import Permission

NOWHERE = 'nowhere'
Builder = Callable[..., Awaitable[None]]


class Group(Enum):
    """A heading of the menu; its value is (name, whether it is the office's, label)."""

    HOME = ('home', False, '')
    BUY = ('buy', False, _l('Buy'))
    ORDERS = ('orders', False, _l('Orders'))
    BILLING = ('billing', False, _l('Billing'))
    HELP = ('help', False, _l('Help'))
    COMPANY = ('company', False, _l('Company'))
    DESK = ('desk', True, '')
    SELL = ('sell', True, _l('Sell'))
    FULFIL = ('fulfil', True, _l('Fulfil'))
    MONEY = ('money', True, _l('Money'))
    SERVICE = ('service', True, _l('Service'))
    MANAGE = ('manage', True, _l('Manage'))

    @property
    def is_office(self) -> bool:
        """Whether it stands in the menu of the seller's staff."""
        return bool(self.value[1])

    @property
    def label(self) -> str:
        """Its heading in the current language; empty for the first group."""
        return str(self.value[2])


@dataclass(frozen=True)
class Route:
    """One kind of pane of a module: a path pattern such as `/orders/{number}` and what builds the pane."""

    pattern: str
    build: Builder
    needs: Permission
    narrow: bool = False
    expression: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        expression = re.sub(r'{(\w+)}', r'(?P<\1>[^/]+)', self.pattern)
        object.__setattr__(self, 'expression', re.compile(expression))

    @property
    def is_document(self) -> bool:
        """Whether the path names one thing, such as an order."""
        return '{' in self.pattern


@dataclass(eq=False)
class Module:
    """A module: `needs` is the right to see it, `waiting` a service method that counts what waits for the person.

    `worth` is one that says in a few words what that comes to. `topics` are live topics on which either may change,
    e.g. `company:{customer_id}` or `person:{user_id}`; `everywhere` puts it on both sides, `in_menu=False` keeps it out
    of the menu but reachable; `alert` shows the count in red. A module of the portal can be switched off by taking the
    right `switch`, unless given that of `needs`.
    """

    name: str
    title: Lazy
    _: KW_ONLY
    icon: str
    group: Group
    keywords: Lazy | str = ''
    needs: Permission = Permission.SIGNED_IN
    waiting: Callable[..., int] | None = None
    worth: Callable[..., str] | None = None
    topics: tuple[str, ...] = ()
    alert: bool = False
    in_menu: bool = True
    everywhere: bool = False
    switch: Permission | None = None
    routes: list[Route] = field(default_factory=list, init=False)

    def view(self, pattern: str, *, needs: Permission | None = None,
             narrow: bool = False) -> Callable[[Builder], Builder]:
        """Let the function build the panes at this path; parameters in braces are handed to it by name."""
        def register(build: Builder) -> Builder:
            self.routes.append(Route(pattern, build, needs or self.needs, narrow))
            return build
        return register

    @property
    def path(self) -> str:
        """Where its menu entry leads: its first view that is not of one document."""
        return next((route.pattern for route in self.routes if not route.is_document), self.routes[0].pattern)

    @property
    def switched_by(self) -> Permission | None:
        """The right that a switch takes to put it off; None for what always stays, and for the office's."""
        if self.group.is_office or self.everywhere or self.needs is Permission.SIGNED_IN:
            return None
        return self.switch or self.needs

    def is_for(self, actor: Actor) -> bool:
        """Whether it stands on the side of the application this person is on."""
        if self.everywhere:
            return True
        return actor.is_staff if self.group.is_office else actor.is_portal

    def is_open_to(self, actor: Actor) -> bool:
        """Whether this person may use it."""
        return self.is_for(actor) and actor.may(self.needs)


@dataclass(frozen=True)
class Place:
    """What a path leads to."""

    path: str
    module: Module
    route: Route
    params: dict[str, str]


def find(path: str, modules: Iterable[Module], actor: Actor) -> Place:
    """The pane at this path for this person.

    Raises NotFound for paths that lead nowhere on his side or to a module switched off, Forbidden when he has not the
    right.
    """
    best: Place | None = None
    for module in modules:
        if not module.is_for(actor):
            continue
        for route in module.routes:
            match = None if actor.misses(module.needs, route.needs) else route.expression.fullmatch(path)
            if match and (best is None or len(match.groupdict()) < len(best.params)):
                best = Place(path, module, route, match.groupdict())
    if best is None:
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    if not actor.may(best.route.needs):
        raise Forbidden(_('You do not have the right to see this. Someone who administers your account may give it.'))
    return best


def refused(path: str, error: DomainError) -> Place:
    """The place of a path that leads nowhere: its pane says why."""
    async def build(view: Any) -> None:
        raise error
    title = _l('Not allowed') if isinstance(error, Forbidden) else _l('Not found')
    module = Module(NOWHERE, title, icon='circle-help', group=Group.HOME)
    return Place(path, module, Route(path.replace('{', ''), build, module.needs), {})


def leads_on(path: str, modules: Iterable[Module], actor: Actor) -> bool:
    """Whether a link to this path would not end at a module that is switched off for this person."""
    if not actor.off:
        return True
    plain = tidy(path)
    return not any(route.expression.fullmatch(plain) for module in modules if module.is_for(actor)
                   for route in module.routes if actor.misses(module.needs, route.needs))


def tidy(path: Any) -> str:
    """A path as the workstation keeps it: from a slash, without query, fragment or slash at the end, 300 characters."""
    words = str(path or '').split('?', 1)[0].split('#', 1)[0][:300]
    return '/' + words.strip('/')
