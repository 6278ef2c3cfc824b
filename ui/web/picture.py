"""Handing in one's own picture; sent by the picture dialog, answered with JSON."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.core.words import _
from services.core.errors import DomainError, Invalid, SignedOut
from services.pictures import LARGEST_FILE, Box
from services.users import change_picture
from ui.web import cookies
from ui.web.bodies import PICTURE_PATH
from ui.web.pages import arrive

router = APIRouter(include_in_schema=False)
SIDES = ('left', 'top', 'right', 'bottom')


@router.post(PICTURE_PATH)
async def take(request: Request) -> Response:
    """Make the sent picture, cut to the sent box, the person's own."""
    visit = await arrive(request)
    try:
        if visit.actor is None:
            raise SignedOut(_('Your session has ended. Please sign in again.'))
        data, crop = await _sent(request)
        await asyncio.to_thread(change_picture, visit.runtime, cookies.session_key(request), data, crop=crop)
    except DomainError as error:
        return JSONResponse({'detail': error.message}, error.status)
    return JSONResponse({})


async def _sent(request: Request) -> tuple[bytes, Box | None]:
    form = await request.form(max_files=1, max_fields=len(SIDES))
    sent = form.get('picture')
    if not isinstance(sent, UploadFile):
        raise Invalid(_('The picture is empty.'))
    data = await sent.read(LARGEST_FILE + 1)
    try:
        sides = [float(str(form[side])) for side in SIDES] if SIDES[0] in form else []
    except (KeyError, ValueError):
        raise Invalid(_('This part of the picture cannot be cut out.')) from None
    return data, Box(*sides) if sides else None
