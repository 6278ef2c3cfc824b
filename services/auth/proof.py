"""A recent proof: what changes who may get in, or where money goes, wants the password anew."""

from __future__ import annotations

import datetime as dt

from sqlmodel import select

from models.core.words import _
from models.users import UserSession
from services.core.errors import Unproven
from services.core.work import Work

HOLDS = dt.timedelta(minutes=15)


def want_proof(work: Work) -> None:
    """Raise Unproven unless the person behind this act gave his password within the last 15 minutes.

    An act without a session is the system's own and needs none.
    """
    if work.actor.session_id is None:
        return
    at = work.session.exec(select(UserSession.reauthenticated_at).where(
        UserSession.token_hash == work.actor.session_id)).one()
    if at <= work.now - HOLDS:
        raise Unproven(_('Please give your password once more for this.'))
