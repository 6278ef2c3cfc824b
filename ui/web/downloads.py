"""Files and pictures on their way to a browser: only for those who may, and never as something it would execute."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.core.errors import NotFound
from services.files import FileContent, FileService
from services.pictures import MEDIA_TYPE
from ui.kernel import work
from ui.web.cookies import session_key

router = APIRouter()
PRIVATE_YEAR = 'private, max-age=31536000, immutable'
_SAFE_TYPES = frozenset({
    'application/pdf', 'text/csv', 'text/plain', 'image/png', 'image/jpeg', 'image/webp',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/zip', 'application/json',
    'application/xml'})


def respond_bytes(name: str, media_type: str, data: bytes, *, inline: bool = False) -> Response:
    """A download with its name by RFC 6266; types a browser might run are sent as plain bytes, and all in a sandbox."""
    kind = media_type if media_type.partition(';')[0] in _SAFE_TYPES else 'application/octet-stream'
    plain = ''.join(c if c.isascii() and (c.isalnum() or c in ' ._-()') else '_' for c in name) or 'file'
    place = 'inline' if inline and kind != 'application/octet-stream' else 'attachment'
    return Response(data, media_type=kind, headers={
        'Content-Disposition': f'{place}; filename="{plain}"; filename*=UTF-8\'\'{quote(name, safe="")}',
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'X-Content-Type-Options': 'nosniff'})


@router.get('/download/files/{file_id}')
async def download(request: Request, file_id: str) -> Response:
    """A stored file as an attachment."""
    found = await _open(request, file_id)
    return respond_bytes(found.name, found.media_type, found.data)


@router.get('/picture/{file_id}')
async def picture(request: Request, file_id: str) -> Response:
    """A stored picture; it never changes under its id, so the browser may keep it for itself."""
    found = await _open(request, file_id)
    if found.media_type != MEDIA_TYPE:
        raise NotFound('')
    response = respond_bytes(f'{file_id}.webp', MEDIA_TYPE, found.data, inline=True)
    response.headers['Cache-Control'] = PRIVATE_YEAR
    return response


async def _open(request: Request, file_id: str) -> FileContent:
    try:
        wanted = uuid.UUID(file_id)
    except ValueError:
        wanted = uuid.UUID(int=0)
    return await work.do(request.app.state.runtime, session_key(request), FileService.open, wanted)
