"""The papers of shipments: delivery notes and proofs for both sides, pick lists for the office."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.shipments.paper import ShipmentPaperService
from services.shipments.proving import ProofService
from ui.kernel import work
from ui.web.cookies import session_key
from ui.web.downloads import respond_bytes
from ui.web.printing import printed

router = APIRouter(include_in_schema=False)


@router.get('/download/shipments/{number}.pdf')
async def delivery_note(request: Request, number: str) -> Response:
    """The delivery note of a shipment; out of reach it does not exist."""
    return await _print(request, ShipmentPaperService.delivery_note, 'delivery_note', number)


@router.get('/download/shipments/{number}/pick.pdf')
async def pick_list(request: Request, number: str) -> Response:
    """The pick list of a shipment, for those who pick."""
    return await _print(request, ShipmentPaperService.pick_list, 'pick_list', number)


@router.get('/download/shipments/{number}/proof')
async def proof(request: Request, number: str) -> Response:
    """The proof that a shipment was delivered."""
    found = await work.do(request.app.state.runtime, session_key(request), ProofService.open, number)
    return respond_bytes(found.name, found.media_type, found.data)


async def _print(request: Request, act: Any, kind: str, number: str) -> Response:
    paper = await work.do(request.app.state.runtime, session_key(request), act, number)
    name, data = await printed(request, kind, paper)
    return respond_bytes(name, 'application/pdf', data)
