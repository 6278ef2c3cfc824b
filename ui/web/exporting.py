"""Lists as files: exactly what the signed-in person's list shows, as Excel or CSV."""

from __future__ import annotations

import asyncio
import contextvars
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, JSONResponse, Response

from models.core.words import _, language
from services.core.errors import DomainError, Invalid
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.exports import Export, ExportService
from services.exports.running import one_at_a_time, write_file
from ui.kernel import work
from ui.web.cookies import session_key

router = APIRouter(include_in_schema=False)
_TYPES = {'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'csv': 'text/csv; charset=utf-8'}
_writers = ThreadPoolExecutor(2, thread_name_prefix='export')


@router.get('/download/list/{name}.{kind}')
async def export(request: Request, name: str, kind: str) -> Response:
    """The list of this name with the search, filters, sort and columns of the query string, as an attachment."""
    runtime, key = request.app.state.runtime, session_key(request)
    try:
        query = _query(request)
        allowed = await work.do(runtime, key, ExportService.begin, name, query, kind=kind)
        path, rows = await _made(runtime, allowed, query, kind)
        await work.do(runtime, key, ExportService.record, name, query, kind=kind, rows=rows)
    except DomainError as error:
        if 'text/html' in request.headers.get('accept', ''):
            raise
        return JSONResponse({'detail': error.message}, error.status)
    title = f'{allowed.listing.name.replace("_", "-")}-{runtime.now():%Y-%m-%d}.{kind}'
    done = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, media_type=_TYPES[kind], background=done, headers={
        'Content-Disposition': f'attachment; filename="{quote(title)}"', 'Cache-Control': 'private, no-store',
        'Content-Security-Policy': "default-src 'none'; sandbox", 'X-Content-Type-Options': 'nosniff'})


async def _made(runtime: Runtime, allowed: Export, query: ListQuery, kind: str) -> tuple[Path, int]:
    with tempfile.NamedTemporaryFile(prefix='portico-export-', suffix=f'.{kind}', delete=False) as file:
        path = Path(file.name)

    def make() -> int:
        with one_at_a_time(allowed.actor), language(allowed.actor.language):
            return write_file(runtime, allowed.actor, allowed.listing, query, kind=kind, rows=allowed.rows, path=path)
    try:
        context = contextvars.copy_context()
        return path, await asyncio.get_running_loop().run_in_executor(_writers, context.run, make)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _query(request: Request) -> ListQuery:
    given = request.query_params
    try:
        filters: Any = json.loads(given.get('filters') or '{}')
    except (ValueError, RecursionError):
        filters = None
    if not isinstance(filters, dict) or len(given.get('filters', '')) > 10_000:
        raise Invalid(_('The filters of this list cannot be read.'))
    names = tuple(name for name in given.get('columns', '').split(',') if name)
    return ListQuery(search=given.get('search', '')[:200], filters=filters, sort=given.get('sort', ''), columns=names)
