"""Making papers of facts that were read before: outside of any unit of work, and off the event loop.

A short paper takes less than the start of a process, about half a second; a long one would keep the interpreter from
everybody else for as long as it takes. 100 lines of any kind take less than 60 ms.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.core.words import current_language
from services.core import formats
from services.core.children import ask_child
from services.press.kinds import KINDS

SHORT = 100
PATIENCE = 90
"""Seconds to wait for a paper; of CPU it may take 20 (security.md, requirement 8)."""


def is_short(paper: Any) -> bool:
    """Whether a paper is made sooner than a process starts."""
    return len(getattr(paper, 'lines', ())) <= SHORT


def make(kind: str, paper: Any) -> tuple[str, bytes]:
    """The file name and the file of a paper, in the current language where it has none of its own.

    Raises Invalid for what the kind cannot hold, Unavailable for what is too long.
    """
    if is_short(paper):
        return KINDS[kind].make(paper)
    with tempfile.TemporaryDirectory(prefix='portico-paper-') as folder:
        path = Path(folder) / 'paper'
        said = ask_child('services.press.child', _job(kind, [paper], path), patience=PATIENCE)
        return str(said['name']), path.read_bytes()


def pack(kind: str, papers: Sequence[Any], path: Path) -> None:
    """Write the files of many papers into one .zip at this path; raises as `make`."""
    ask_child('services.press.child', {**_job(kind, papers, path), 'packed': True}, patience=PATIENCE)


def _job(kind: str, papers: Sequence[Any], path: Path) -> dict[str, Any]:
    return {'kind': kind, 'papers': [KINDS[kind].packed(paper) for paper in papers], 'path': str(path),
            'language': current_language(), 'zone': formats.zone().key}
