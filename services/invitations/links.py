"""The link of an invitation: its id and a signature over id and generation, so that nothing secret is stored."""

from __future__ import annotations

import base64
import binascii
import uuid

from sqlmodel import select

from models.users import Invitation
from services.core.secrets import Secrets
from services.core.work import Work

PURPOSE = 'invitation'


def token(secrets: Secrets, invitation: Invitation) -> str:
    """The token of an invitation's present generation; a resend makes all earlier ones worthless."""
    name = base64.urlsafe_b64encode(invitation.id.bytes).rstrip(b'=').decode()
    return f'{name}.{secrets.sign(PURPOSE, _signed(invitation))}'


def address(work: Work, invitation: Invitation) -> str:
    """The link to mail or copy."""
    return f'{work.runtime.config.url}/invite/{token(work.runtime.secrets, invitation)}'


def holder(work: Work, given: str) -> Invitation | None:
    """The invitation a token belongs to, whatever its state, or None for a token that is not ours or was replaced."""
    name, _dot, signature = given.partition('.')
    try:
        invitation_id = uuid.UUID(bytes=base64.urlsafe_b64decode(name + '=='))
    except (ValueError, binascii.Error):
        return None
    found = work.session.exec(select(Invitation).where(Invitation.id == invitation_id)).first()
    if found is None or not work.runtime.secrets.verify(PURPOSE, _signed(found), signature):
        return None
    return found


def _signed(invitation: Invitation) -> str:
    return f'{invitation.id}:{invitation.generation}'
