"""Whether a link leads somewhere for the person whose page it stands on; links to modules switched off are left out."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from nicegui import Client, context

_pages: WeakKeyDictionary[Client, Callable[[str], bool]] = WeakKeyDictionary()


def tell(client: Client, answer: Callable[[str], bool]) -> None:
    """Let `answer` say for this page which paths lead somewhere."""
    _pages[client] = answer


def here() -> Callable[[str], bool]:
    """What answers for the page that is being drawn, to be asked in any thread."""
    try:
        return _pages.get(context.client, _anywhere)
    except RuntimeError:
        return _anywhere


def leads(path: str) -> bool:
    """Whether a path leads somewhere for the person of the page that is being drawn."""
    return here()(path)


def _anywhere(path: str) -> bool:
    return True
