"""Carrying a run out: the loop over the rows of a file, chunk by chunk, each in a transaction of its own.

    run_id = take_in(runtime, actor, 'items', Path('items.csv'))
    run = rehearse(runtime, actor, run_id, progress=bar)        # nothing is written
    run = carry_out(runtime, actor, run_id, progress=bar)       # goes on where it was cut off

Whoever is killed in between starts again: settled rows are read past, not written again.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Hashable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from time import monotonic

from models.core.types import new_id
from models.core.words import _, language
from models.imports import ImportRun, ImportState
from services.core.actor import Actor
from services.core.errors import DomainError
from services.core.runtime import Runtime
from services.imports import intake
from services.imports.declaring import Change, Kind, Plan, Record, Writer
from services.imports.gathering import gathered
from services.imports.kinds import kind_of
from services.imports.runs import ImportService, Overtaken, path_of
from services.imports.values import zone_of

log = logging.getLogger('portico')
Progress = Callable[[int, int], None]
TOLD_EVERY = 1.0
BIGGEST = 20


def unseen(done: int, total: int) -> None:
    """Progress nobody watches; pages read it from the run."""


def take_in(runtime: Runtime, actor: Actor, kind: str, path: Path, name: str = '') -> uuid.UUID:
    """Copy a file into the data folder and enter a run for it; raises Invalid when it is no table."""
    runtime.run(actor, ImportService.permit, kind)
    run_id = new_id()
    target = path_of(runtime.config.data_dir, run_id)
    taken = intake.take_in(path, name or path.name, target)
    try:
        runtime.run(actor, ImportService.enter, kind, name or path.name, run_id, taken)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return run_id


def rehearse(runtime: Runtime, actor: Actor, run_id: uuid.UUID, progress: Progress = unseen) -> ImportRun:
    """Look what a run would do with each row as things stand; the result is kept in the run."""
    run = runtime.run(actor, ImportService.begin, run_id, rehearse=True, overtake=True)
    _Rehearsal(runtime, actor, run, progress).go()
    return runtime.run(actor, ImportService.read, run_id)


def carry_out(runtime: Runtime, actor: Actor, run_id: uuid.UUID, progress: Progress = unseen) -> ImportRun:
    """Do a run from where it stands to its end; whoever else is at it is overtaken."""
    run = runtime.run(actor, ImportService.begin, run_id, rehearse=False, overtake=True)
    return _go_on(runtime, actor, run, progress)


def _go_on(runtime: Runtime, actor: Actor, run: ImportRun, progress: Progress) -> ImportRun:
    loop, position = _Loop(runtime, actor, run), run.position
    progress(position, run.rows)
    for chunk in loop.chunks(skip=position):
        runtime.run(actor, ImportService.settle, run.id, loop.writer, chunk, position=position)
        position += len(chunk)
        progress(position, run.rows)
    return runtime.run(actor, ImportService.finish, run.id, loop.writer)


def start(runtime: Runtime, actor: Actor, run: ImportRun) -> threading.Thread:
    """Let a run that was begun go on in the background; what stops it is noted in the run."""
    thread = threading.Thread(target=_in_background, args=(runtime, actor, run), daemon=True, name='import')
    thread.start()
    return thread


def _in_background(runtime: Runtime, actor: Actor, run: ImportRun) -> None:
    with language(actor.language):
        try:
            if run.state is ImportState.REHEARSING:
                _Rehearsal(runtime, actor, run, unseen).go()
            else:
                _go_on(runtime, actor, run, unseen)
        except Overtaken:
            log.info('import %s goes on elsewhere', run.id)
        except DomainError as error:
            runtime.run(actor, ImportService.fail, run.id, error.message)
        except Exception:
            log.exception('import %s', run.id)
            runtime.run(actor, ImportService.fail, run.id, _('The import stopped by a fault on our side.'))


class _Loop:
    """The rows of one run as records in chunks."""

    def __init__(self, runtime: Runtime, actor: Actor, run: ImportRun) -> None:
        self.runtime, self.actor, self.run = runtime, actor, run
        self.kind: Kind = kind_of(run.kind)
        self.path = path_of(runtime.config.data_dir, run.id)
        self.writer: Writer = self.kind.writer(run.options)
        reading = intake.reading_of(self.path, self.kind, run.mapping, delimiter=run.options.get('delimiter', ''),
                                    zone=zone_of(run.options['zone']))
        self._converter = intake.Converter(self.kind, intake.headers_of(self.path), run.mapping, reading)
        self._ends = self.writer.survey(self._records()) if self.kind.surveyed else {}

    def _records(self) -> Iterator[Record]:
        return self._converter.records(intake.rows_of(self.path))

    def _all(self) -> Iterator[Record]:
        return gathered(self._records(), self.writer, self._ends) if self._ends else self._records()

    def chunks(self, *, skip: int = 0) -> Iterator[list[Record]]:
        """Chunks of whole groups behind the first `skip` rows; a key that stands twice makes the later row wrong."""
        seen: dict[Hashable, int] = {}
        records = self._distinct(self._all(), seen)
        for _record in islice(records, skip):
            pass
        chunk: list[Record] = []
        last: Hashable = None
        for record in records:
            group = self.writer.group(record.values)
            if len(chunk) >= self.kind.chunk and (group is None or group != last):
                yield chunk
                chunk = []
            chunk.append(record)
            last = group
        if chunk:
            yield chunk

    def _distinct(self, records: Iterator[Record], seen: dict[Hashable, int]) -> Iterator[Record]:
        for record in records:
            key = self.writer.key(record.values)
            if key is not None and not record.wrong and seen.setdefault(key, record.number) != record.number:
                yield record._replace(wrong=_('The same stands in row {number} already.').format(number=seen[key]))
            else:
                yield record


class _Rehearsal:
    """Plans all chunks and adds up what they would do."""

    def __init__(self, runtime: Runtime, actor: Actor, run: ImportRun, progress: Progress) -> None:
        self._loop = _Loop(runtime, actor, run)
        self._run, self._progress = run, progress
        self._made: dict[str, set[str]] = {}
        self._changes: list[Change] = []

    def go(self) -> None:
        """Plan every chunk; tell about once a second how far it is."""
        loop, position = self._loop, 0
        waiting, told = Plan(), monotonic()
        for chunk in loop.chunks():
            plan = loop.runtime.run(loop.actor, ImportService.foresee, loop.writer, chunk)
            self._add(plan)
            waiting.judged += plan.judged
            position += len(chunk)
            self._progress(position, self._run.rows)
            if monotonic() - told > TOLD_EVERY:
                loop.runtime.run(loop.actor, ImportService.rehearsed, self._run.id, waiting, position=position)
                waiting, told = Plan(), monotonic()
        loop.runtime.run(loop.actor, ImportService.rehearsed, self._run.id, waiting, position=position,
                         result=self._result())

    def _add(self, plan: Plan) -> None:
        for name, codes in plan.made.items():
            self._made.setdefault(name, set()).update(codes)
        self._changes = sorted(self._changes + plan.changes, key=_weight, reverse=True)[:BIGGEST]

    def _result(self) -> dict[str, object]:
        return {'made': {name: len(codes) for name, codes in self._made.items()},
                'changes': [[change.what, _plain(change.before), _plain(change.after)] for change in self._changes]}


def _weight(change: Change) -> float:
    """How far a number moves, as a share of what it was."""
    return float(abs(change.after - change.before) / (abs(change.before) or 1))


def _plain(number: Decimal) -> str:
    return format(number.normalize(), 'f')
