"""The seller's logo, for everybody."""

from __future__ import annotations

import uuid

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import _
from services.branding import KEY
from services.core.actor import SYSTEM, VISITOR
from services.core.errors import NotFound
from services.files import FileService
from services.settings import SettingService
from ui.kernel import work
from ui.web.static import FOREVER

router = APIRouter(include_in_schema=False)


@router.get('/logo')
async def show(request: Request) -> Response:
    """The logo of the settings, and no other file; its address changes with it."""
    runtime = request.app.state.runtime
    file_id = await work.do(runtime, VISITOR, SettingService.get, KEY)
    if not file_id:
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    found = await work.do(runtime, SYSTEM, FileService.open, uuid.UUID(file_id))
    lasting = request.query_params.get('v') == file_id
    return Response(found.data, media_type=found.media_type, headers={'Cache-Control': FOREVER} if lasting else None)
