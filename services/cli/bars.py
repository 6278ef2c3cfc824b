"""Progress bars of the command line."""

from __future__ import annotations

import sys
from types import TracebackType

from tqdm import tqdm


class Bar:
    """A progress bar to call with what is done of how much, and of what; it draws nothing when nobody watches."""

    def __init__(self, name: str, unit: str = '') -> None:
        self._bar = tqdm(desc=name, unit=f' {unit}' if unit else 'it', file=sys.stderr, leave=True, disable=None,
                         dynamic_ncols=True)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._bar.close()

    def __call__(self, done: int, total: int | None = None, what: str = '') -> None:
        """Show that `done` of `total` are done, and what is being worked on."""
        if total is not None:
            self._bar.total = total
        if what:
            self._bar.set_description(what)
        self._bar.n = done
        self._bar.refresh()
