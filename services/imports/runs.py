"""The runs of imports: entered, mapped, rehearsed, settled chunk by chunk, finished; each step one unit of work."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from babel.numbers import list_currencies
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.imports import ImportRemark, ImportRun, ImportState
from services.core.errors import Conflict, Invalid, NotFound
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.files import clean_name
from services.imports import intake
from services.imports.declaring import Kind, Plan, Record, Verdict, Writer
from services.imports.kinds import KINDS, kind_of
from services.imports.listing import RUNS
from services.imports.mapping import checked, guess, remember, remembered
from services.settings import setting

STILL = dt.timedelta(seconds=30)
FOLDER = 'imports'


def path_of(folder: Path, run_id: uuid.UUID) -> Path:
    """Where the rows of a run lie."""
    return folder / FOLDER / f'{run_id}.csv'


def topic_of(run_id: uuid.UUID) -> str:
    """The news of one run."""
    return f'import:{run_id}'


def is_busy(run: ImportRun, now: dt.datetime) -> bool:
    """Whether somebody is at this run just now, by its last sign of life."""
    return (run.state in (ImportState.RUNNING, ImportState.REHEARSING) and run.touched_at is not None
            and now - run.touched_at < STILL)


class Overtaken(Conflict):
    """Another process goes on with this run."""


class ImportService(Service):
    """What may be imported, and the life of a run; the loop over its rows is services/imports/running.py."""

    @requires(Permission.IMPORTS_RUN)
    def kinds(self) -> list[Kind]:
        """The kinds this person has all rights for."""
        return [kind for kind in KINDS.values() if all(self.actor.may(need) for need in kind.needs)]

    @requires(Permission.IMPORTS_RUN)
    def permit(self, kind: str) -> Kind:
        """The kind of this name; raises NotFound, or Forbidden when a right for it is missing."""
        found = kind_of(kind)
        for need in found.needs:
            self.work.require(need)
        return found

    @requires(Permission.IMPORTS_RUN, writes=True)
    def enter(self, kind: str, name: str, run_id: uuid.UUID, taken: intake.Taken) -> ImportRun:
        """A new run for a file that was taken in, its columns guessed or as remembered."""
        found = self.permit(kind)
        headers = list(taken.headers)
        mapping = guess(found, headers) | (remembered(self.session, found, headers) or {})
        seen: set[str] = set()
        mapping = {name: header for name, header in mapping.items() if not (header in seen or seen.add(header))}  # type: ignore[func-returns-value]
        run = ImportRun(id=run_id, kind=kind, file_name=clean_name(name), sha256=taken.sha256, state=ImportState.NEW,
                        mapping=mapping, rows=taken.rows, by_id=self.actor.user_id, started_at=self.now,
                        options={'delimiter': taken.delimiter, 'zone': setting(self.work, 'seller.time_zone'),
                                 'currency': setting(self.work, 'seller.currency')})
        self.session.add(run)
        self.work.announce('imports')
        return run

    @requires(Permission.IMPORTS_RUN)
    def read(self, run_id: uuid.UUID) -> ImportRun:
        """A run as it stands; raises NotFound."""
        run = self.session.get(ImportRun, run_id)
        if run is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        self.permit(run.kind)
        return run

    @requires(Permission.IMPORTS_RUN)
    def page(self, query: ListQuery) -> ListPage:
        """A page of all runs."""
        return RUNS.page(self.work, query)

    @requires(Permission.IMPORTS_RUN)
    def samples(self, run_id: uuid.UUID) -> dict[str, str]:
        """Each header of a run's file with its first filled cell among the first rows."""
        path = self._path(self.read(run_id))
        headers = intake.headers_of(path)
        found = dict.fromkeys(headers, '')
        for _number, cells in islice(intake.rows_of(path), 20):
            for header, cell in zip(headers, cells, strict=False):
                found[header] = found[header] or cell.strip()[:80]
        return found

    @requires(Permission.IMPORTS_RUN, writes=True)
    def taken_up(self, run_id: uuid.UUID) -> ImportRun | None:
        """The run over the same file, with the same columns and options, that was cut off; the new one then goes."""
        run = self.read(run_id)
        cut = [
            one
            for one in self.session.exec(
                select(ImportRun)
                .where(
                    ImportRun.kind == run.kind,
                    ImportRun.sha256 == run.sha256,
                    ImportRun.id != run.id,
                    col(ImportRun.state).in_((ImportState.RUNNING, ImportState.FAILED)),
                )
                .order_by(col(ImportRun.started_at).desc())
            )
            if (one.mapping, one.options) == (run.mapping, run.options)
        ]
        if not cut or not self._path(cut[0]).exists():
            return None
        path = self._path(run)
        self.session.delete(run)
        self.work.after(lambda: path.unlink(missing_ok=True))
        return cut[0]

    @requires(Permission.IMPORTS_RUN, writes=True)
    def map(self, run_id: uuid.UUID, mapping: Mapping[str, str], *, currency: str = '',
            paid: bool | None = None) -> ImportRun:
        """Say which column means what, the currency of prices that name none, and whether what is there is paid.

        Raises Invalid when something is missing or twofold, Conflict once the run has begun.
        """
        run = self.draft(run_id, mapping, currency=currency, paid=paid)
        checked(kind_of(run.kind), intake.headers_of(self._path(run)), run.mapping)
        return run

    @requires(Permission.IMPORTS_RUN, writes=True)
    def draft(self, run_id: uuid.UUID, mapping: Mapping[str, str], *, currency: str = '',
              paid: bool | None = None) -> ImportRun:
        """The same while columns may still be missing; what a rehearsal said is forgotten."""
        run = self.read(run_id)
        if run.position or run.state not in (ImportState.NEW, ImportState.REHEARSED, ImportState.FAILED):
            raise Conflict(_('This import has begun; its columns can no longer be changed.'))
        if currency and currency not in list_currencies():
            raise Invalid(_('“{cell}” is not a currency.').format(cell=currency), field='currency')
        kind, headers = kind_of(run.kind), intake.headers_of(self._path(run))
        run.mapping = checked(kind, headers, mapping, whole=False)
        run.options = run.options | ({'currency': currency} if currency else {}) | (
            {} if paid is None else {'paid': 'yes' if paid else 'no'})
        run.state, run.rehearsal, run.counts, run.message = ImportState.NEW, {}, {}, ''
        remember(self.session, kind, headers, run.mapping)
        self._forget_remarks(run)
        return run

    @requires(Permission.IMPORTS_RUN, writes=True)
    def begin(self, run_id: uuid.UUID, *, rehearse: bool, overtake: bool = False) -> ImportRun:
        """Start, or take up a run that was cut off; raises Conflict when it is done or, unless he is to be overtaken,
        when someone is at it. Whoever is overtaken settles no further chunk."""
        run = self.read(run_id)
        if run.state is ImportState.DONE:
            raise Conflict(_('This import is done.'))
        if is_busy(run, self.now) and not overtake:
            raise Conflict(_('This import is under way already.'))
        checked(kind_of(run.kind), intake.headers_of(self._path(run)), run.mapping)
        if rehearse or run.state in (ImportState.NEW, ImportState.REHEARSED, ImportState.REHEARSING):
            run.position, run.counts = 0, {}
            self._forget_remarks(run)
        run.state = ImportState.REHEARSING if rehearse else ImportState.RUNNING
        run.touched_at, run.message = self.now, ''
        self.session.add(run)
        self.work.announce(topic_of(run_id), 'imports')
        return run

    @requires(Permission.IMPORTS_RUN)
    def foresee(self, writer: Writer, records: Sequence[Record]) -> Plan:
        """What would become of these rows; nothing is written."""
        return writer.plan(self.work, records)

    @requires(Permission.IMPORTS_RUN, writes=True)
    def settle(self, run_id: uuid.UUID, writer: Writer, records: Sequence[Record], *, position: int) -> Plan:
        """Carry out a chunk and move the run on past it; Conflict when another process moved it meanwhile."""
        plan = writer.plan(self.work, records)
        plan.write(self.work)
        self._move(run_id, plan, position, len(records))
        self._remark(run_id, plan)
        self.work.announce(topic_of(run_id))
        return plan

    def _move(self, run_id: uuid.UUID, plan: Plan, position: int, by: int) -> None:
        run = self.session.get_one(ImportRun, run_id, with_for_update=True)
        if run.position != position or run.state is not ImportState.RUNNING:
            raise Overtaken(_('This import is under way already.'))
        run.counts = added(run.counts, plan)
        run.position, run.touched_at = position + by, self.now
        self.session.add(run)

    def _remark(self, run_id: uuid.UUID, plan: Plan) -> None:
        reasons: dict[tuple[str, str], list[int]] = {}
        for judged in plan.judged:
            if judged.verdict in (Verdict.SKIPPED, Verdict.WRONG):
                reasons.setdefault((judged.verdict.value, judged.reason[:300]), []).append(judged.number)
        self.session.add_all(ImportRemark(id=new_id(), run_id=run_id, verdict=verdict, reason=reason, rows=rows)
                             for (verdict, reason), rows in reasons.items())

    @requires(Permission.IMPORTS_RUN, writes=True)
    def rehearsed(self, run_id: uuid.UUID, plan: Plan | None, *, position: int,
                  result: Mapping[str, Any] | None = None) -> None:
        """Note how far a rehearsal is and what it said; `result` ends it."""
        run = self.read(run_id)
        run.position, run.touched_at = position, self.now
        if plan is not None:
            run.counts = added(run.counts, plan)
            self._remark(run_id, plan)
        if result is not None:
            run.rehearsal = {'counts': run.counts, **result}
            run.state, run.position, run.counts = ImportState.REHEARSED, 0, {}
        self.session.add(run)
        self.work.announce(topic_of(run_id), *(['imports'] if result is not None else []))

    @requires(Permission.IMPORTS_RUN, writes=True)
    def finish(self, run_id: uuid.UUID, writer: Writer) -> ImportRun:
        """End a run whose rows are all settled, and tell the pages that show what it brought."""
        run = self.read(run_id)
        if run.state is ImportState.DONE:
            return run
        writer.finish(self.work)
        run.state, run.finished_at, run.touched_at = ImportState.DONE, self.now, self.now
        self.session.add(run)
        self.work.record('import.done', run, number=run.file_name[:60], note=run.kind, changes=dict(run.counts),
                         topics=(topic_of(run_id), 'imports', *kind_of(run.kind).topics))
        return run

    @requires(Permission.IMPORTS_RUN, writes=True)
    def fail(self, run_id: uuid.UUID, message: str) -> None:
        """Note why a run stopped; it can be taken up again."""
        run = self.read(run_id)
        run.state = ImportState.FAILED if run.state is ImportState.RUNNING else ImportState.NEW
        run.message, run.touched_at = message[:300], self.now
        self.session.add(run)
        self.work.record('import.failed', run, number=run.file_name[:60], note=run.message,
                         topics=(topic_of(run_id), 'imports', *kind_of(run.kind).topics))

    def _forget_remarks(self, run: ImportRun) -> None:
        self.session.execute(sa.delete(ImportRemark).where(col(ImportRemark.run_id) == run.id)
                             .execution_options(synchronize_session=False))

    def _path(self, run: ImportRun) -> Path:
        return path_of(self.work.runtime.config.data_dir, run.id)


def added(counts: Mapping[str, int], plan: Plan) -> dict[str, int]:
    """Counts with those of one more chunk: rows by verdict, and what was made besides."""
    after = dict(counts)
    for judged in plan.judged:
        after[judged.verdict.value] = after.get(judged.verdict.value, 0) + 1
    for name, codes in plan.made.items():
        after[name] = after.get(name, 0) + len(codes)
    return after
