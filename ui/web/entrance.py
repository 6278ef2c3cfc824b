"""All plain pages and forms for people coming in and going out, as one router."""

from __future__ import annotations

from fastapi import APIRouter

from ui.web import (
    choosing,
    forgot,
    invite,
    logo,
    picture,
    proof,
    reply,
    request_access,
    reset,
    second_step,
    sessions,
    signing,
    two_step,
    unsubscribe,
)

router = APIRouter(include_in_schema=False)
for part in (signing, second_step, two_step, proof, forgot, reset, invite, request_access, reply, sessions, choosing,
             picture, logo, unsubscribe):
    router.include_router(part.router)
