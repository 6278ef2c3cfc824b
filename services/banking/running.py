"""Taking a bank's file in: read, entered, and matched entry by entry, each in a transaction of its own.

Whoever is cut off in between takes the same file in again, or matches the statement again: nothing is booked twice.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from models.payments import EntryState
from services.banking.matching import Known
from services.banking.reading import read
from services.banking.service import BankService
from services.core.errors import Conflict
from services.core.runtime import Runtime, Who

log = logging.getLogger('portico')
Progress = Callable[[int, int], None]
Entries = Sequence[tuple[uuid.UUID, str]]


def unseen(done: int, total: int) -> None:
    """Progress nobody watches."""


def take_in(runtime: Runtime, who: Who, path: Path, name: str, progress: Progress = unseen) -> uuid.UUID:
    """Read a file in and match what is new in it; returns the statement's id. Raises Invalid for a bad file."""
    runtime.run(who, BankService.permit)
    statement = read(path, name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    statement_id = runtime.run(who, BankService.enter, statement, name=name, sha256=digest)
    match_open(runtime, who, statement_id, progress)
    return statement_id


def match_open(runtime: Runtime, who: Who, statement_id: uuid.UUID, progress: Progress = unseen) -> int:
    """Match the open entries of a statement, one transaction each; returns how many were booked.

    First all that fit to the cent; then the rest get their proposals, which know of what was just booked.
    """
    waiting = runtime.run(who, BankService.unmatched, statement_id)
    left = _book_exact(runtime, who, waiting, progress)
    booked = len(waiting) - len(left)
    known = _known(runtime, who, left)
    for done, (entry_id, currency) in enumerate(left, booked + 1):
        with _meanwhile():
            runtime.run(who, BankService.suggest, entry_id, known[currency])
        progress(done, len(waiting))
    return booked


def _book_exact(runtime: Runtime, who: Who, waiting: Entries, progress: Progress) -> Entries:
    """Book what fits to the cent; returns what is left."""
    known = _known(runtime, who, waiting)
    left: list[tuple[uuid.UUID, str]] = []
    booked = 0
    for entry_id, currency in waiting:
        state = EntryState.OPEN
        with _meanwhile():
            state = runtime.run(who, BankService.match, entry_id, known[currency])
        if state is EntryState.OPEN:
            left.append((entry_id, currency))
        else:
            booked += 1
            progress(booked, len(waiting))
    return left


def _known(runtime: Runtime, who: Who, entries: Entries) -> dict[str, Known]:
    return {currency: runtime.run(who, BankService.known, currency) for currency in {pair[1] for pair in entries}}


@contextmanager
def _meanwhile() -> Iterator[None]:
    """An entry or invoice that somebody else just changes is left for a person."""
    try:
        yield
    except Conflict:
        log.info('an entry or its invoice was changed meanwhile; it stays open')
