"""Giving one's password again, for acts that want a recent proof."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _
from models.users import UserSession
from services.auth import passwords
from services.auth.proof import want_proof
from services.auth.resetting import PasswordService
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.core.runtime import Runtime, Who
from services.core.service import Service, requires


def prove(runtime: Runtime, who: Who, password: str) -> None:
    """Take the person's password again; raises Invalid for a wrong one and Throttled after too many.

    Hashes, so call it through the turnstile.
    """
    holder = runtime.run(who, PasswordService.own)
    if not passwords.matches(holder.password_hash, password):
        runtime.run(who, PasswordService.refuse)
        raise Invalid(_('This is not your password.'), field='password')
    runtime.run(who, ProofService.keep)


class ProofService(Service):
    """When somebody last proved that it is himself."""

    @requires(Permission.SIGNED_IN, writes=True)
    def keep(self) -> None:
        """Note that the person gave his password just now."""
        self.session.execute(
            sa.update(UserSession).where(col(UserSession.token_hash) == self.actor.session_id)
            .values(reauthenticated_at=self.now).execution_options(synchronize_session=False))
        self.work.record('password.proven')

    @requires(Permission.SIGNED_IN)
    def want(self) -> None:
        """Raise Unproven unless the password was given lately."""
        want_proof(self.work)
