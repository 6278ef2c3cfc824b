"""Whole tables on their way to a browser: exports of the kinds imports read, and the rows an import left out."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from services.core.errors import NotFound
from services.exports.running import write_table
from services.exports.tables import TableExport
from services.imports.faults import FaultService
from services.imports.kinds import kind_of
from ui.kernel import work
from ui.web.cookies import session_key
from ui.web.downloads import respond_bytes
from ui.web.printing import elsewhere

router = APIRouter()
TYPES = {'csv': 'text/csv', 'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'}


@router.get('/download/table/{kind}.{ending}')
async def table(request: Request, kind: str, ending: str) -> Response:
    """All rows of a kind; written by a process of its own, so that nobody waits for it."""
    found = kind_of(kind)
    if ending not in TYPES:
        raise NotFound('')
    runtime, key = request.app.state.runtime, session_key(request)
    folder = tempfile.TemporaryDirectory(prefix='portico-')
    target = Path(folder.name) / f'{found.name}.{ending}'
    try:
        actor = await work.do(runtime, key, TableExport.begin, kind)
        count = await elsewhere(actor, lambda: write_table(runtime, actor, kind, target))
        await work.do(runtime, key, TableExport.note, kind, count, target.name)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        target,
        media_type=TYPES[ending],
        filename=target.name,
        background=BackgroundTask(folder.cleanup),
        headers={'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store'},
    )


@router.get('/download/import/{run_id}.csv')
async def faults(request: Request, run_id: uuid.UUID) -> Response:
    """The rows an import left out, with their reasons."""
    data = await work.do(request.app.state.runtime, session_key(request), FaultService.file, run_id)
    return respond_bytes('rows-left-out.csv', 'text/csv', data)
