"""The link that confirms the e-mail of a request: its id and a signature over id and generation."""

from __future__ import annotations

import base64
import binascii
import uuid

from sqlmodel import select

from models.access import AccessRequest
from services.core.work import Work

PURPOSE = 'access'


def address(work: Work, request: AccessRequest) -> str:
    """The link to mail."""
    name = base64.urlsafe_b64encode(request.id.bytes).rstrip(b'=').decode()
    signature = work.runtime.secrets.sign(PURPOSE, _signed(request))
    return f'{work.runtime.config.url}/request-access/{name}.{signature}'


def holder(work: Work, given: str) -> AccessRequest | None:
    """The request a token belongs to, or None for a token that is not ours or was replaced."""
    name, _dot, signature = given.partition('.')
    try:
        key = uuid.UUID(bytes=base64.urlsafe_b64decode(name + '=='))
    except (ValueError, binascii.Error):
        return None
    found = work.session.exec(select(AccessRequest).where(AccessRequest.id == key)).first()
    if found is None or not work.runtime.secrets.verify(PURPOSE, _signed(found), signature):
        return None
    return found


def _signed(request: AccessRequest) -> str:
    return f'{request.id}:{request.generation}'
