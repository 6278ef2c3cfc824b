"""A new secret key: what is sealed comes under it, while the one before it still opens links that are out."""

from __future__ import annotations

import logging

from sqlmodel import col, select

from models.two_step import Authenticator, PendingStep
from services.auth.entering import SEED
from services.core.actor import SYSTEM
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires

log = logging.getLogger('portico')


class RotationService(Service):
    """Bringing sealed values under the key of now."""

    @requires(Permission.SYSTEM, writes=True)
    def reseal(self, *, rotated: bool = False) -> int:
        """Seal the seeds of all apps with the key of now; how many neither key opens, which stay as they are.

        `rotated` writes the new key down in the audit trail.
        """
        apps = self.session.exec(select(Authenticator)).all()
        steps = self.session.exec(select(PendingStep).where(col(PendingStep.seed) != '')).all()
        sealed: list[Authenticator | PendingStep] = [*apps, *steps]
        lost = sum(not self._reseal(row) for row in sealed)
        if rotated:
            self.work.record('secret.rotated', note=str(len(apps)))
        return lost

    def _reseal(self, row: Authenticator | PendingStep) -> bool:
        try:
            row.seed = self.work.runtime.secrets.reseal(SEED, row.seed, bound=str(row.user_id))
        except ValueError:
            log.warning('a seed fits no key', extra={'user': str(row.user_id)})
            return False
        return True


def rotate(runtime: Runtime) -> int:
    """Make a new key, with no Portico running; returns how many seeds fitted neither key before.

    What a rotation that was cut off left under the old key is brought along first, as that key goes now.
    """
    runtime.run(SYSTEM, RotationService.reseal)
    runtime.secrets.rotate()
    return runtime.run(SYSTEM, RotationService.reseal, rotated=True)
