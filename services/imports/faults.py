"""The rows an import left out, as they stood in the file, with row number and reason: to be mended and tried again."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import col, select

from models.core.words import _
from models.imports import ImportRemark
from services import sheets
from services.core.actor import Actor
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.imports import intake
from services.imports.declaring import Verdict
from services.imports.runs import ImportService, path_of

SHOWN = 200


class FaultService(Service):
    """What was said about the rows of a run."""

    @requires(Permission.IMPORTS_RUN)
    def reasons(self, run_id: uuid.UUID) -> list[tuple[str, str, int]]:
        """Verdict, reason and number of rows, wrong ones and most frequent first."""
        counted: dict[tuple[str, str], int] = {}
        for remark in self._remarks(run_id):
            counted[remark.verdict, remark.reason] = counted.get((remark.verdict, remark.reason), 0) + len(remark.rows)
        ordered = sorted(counted.items(), key=lambda pair: (pair[0][0] != Verdict.WRONG, -pair[1], pair[0][1]))
        return [(verdict, reason, count) for (verdict, reason), count in ordered]

    @requires(Permission.IMPORTS_RUN)
    def rows(self, run_id: uuid.UUID) -> dict[int, str]:
        """Reason by row number of everything that was skipped or is wrong."""
        return {row: remark.reason for remark in self._remarks(run_id) for row in remark.rows}

    @requires(Permission.IMPORTS_RUN)
    def wrong(self, run_id: uuid.UUID) -> list[tuple[int, str]]:
        """The first wrong rows, with their reasons."""
        found = sorted((row, remark.reason) for remark in self._remarks(run_id) if remark.verdict == Verdict.WRONG
                       for row in remark.rows)
        return found[:SHOWN]

    @requires(Permission.IMPORTS_RUN)
    def file(self, run_id: uuid.UUID) -> bytes:
        """The rows that were left out as a CSV file."""
        reasons = self.rows(run_id)
        return sheets.csv_bytes(list(_lines(path_of(self.work.runtime.config.data_dir, run_id), reasons)))

    def _remarks(self, run_id: uuid.UUID) -> list[ImportRemark]:
        ImportService(self.work).read(run_id)
        return list(self.session.exec(select(ImportRemark).where(col(ImportRemark.run_id) == run_id)
                                      .order_by(col(ImportRemark.id))))


def write_faults(runtime: Runtime, actor: Actor, run_id: uuid.UUID, target: Path) -> int:
    """Write the rows that were left out into a CSV file; returns how many."""
    reasons = runtime.run(actor, FaultService.rows, run_id)
    source = path_of(runtime.config.data_dir, run_id)
    with sheets.open_csv(target) as out:
        csv.writer(out).writerows([*map(sheets.harmless, line)] for line in _lines(source, reasons))
    return len(reasons)


def _lines(source: Path, reasons: dict[int, str]) -> Iterator[list[str]]:
    headers = intake.headers_of(source)
    yield [*headers, _('Row'), _('Reason')]
    for number, cells in intake.rows_of(source):
        if number in reasons:
            yield [*map(sheets.unharmed, cells), *[''] * (len(headers) - len(cells)), str(number), reasons[number]]
