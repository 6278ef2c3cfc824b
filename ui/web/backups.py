"""A backup on its way to the owner's browser, in pieces, since it may be large."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from services.backups.desk import BackupService
from ui.kernel import work
from ui.web.cookies import session_key

router = APIRouter(include_in_schema=False)


@router.get('/download/backups/{name}')
async def backup(request: Request, name: str) -> Response:
    """A backup of the data folder; who took it is written into the audit trail."""
    path = await work.do(request.app.state.runtime, session_key(request), BackupService.take, name)
    return FileResponse(path, media_type='application/octet-stream', filename=path.name, headers={
        'Cache-Control': 'private, no-store', 'X-Content-Type-Options': 'nosniff',
        'Content-Security-Policy': "default-src 'none'; sandbox"})
