"""The seller's logo: a picture of its own that everybody sees, before sign-in too."""

from __future__ import annotations

import uuid

from services import pictures
from services.core.permissions import Permission
from services.core.runtime import Runtime, Who
from services.core.service import Service, requires
from services.files import discard, store
from services.settings import SettingService, setting

KEY = 'brand.logo'
EDGE = 512


def change_logo(runtime: Runtime, who: Who, data: bytes) -> None:
    """Shrink and re-encode a picture and make it the logo; raises Invalid for what is no picture.

    Takes up to a second of CPU before its act begins, so call it off the event loop.
    """
    runtime.run(who, BrandService.set_logo, pictures.encode(data, edge=EDGE))


class BrandService(Service):
    """How the seller looks."""

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def set_logo(self, encoded: bytes) -> None:
        """Take an encoded picture as the logo; the one before is forgotten."""
        stored = store(self.work, encoded, kind='logo', name='logo.webp', media_type=pictures.MEDIA_TYPE)
        self._put(str(stored.id))

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def remove_logo(self) -> None:
        """Go back to the first letter of the name."""
        self._put('')

    def _put(self, value: str) -> None:
        before = str(setting(self.work, KEY))
        SettingService(self.work).put(KEY, value)
        discard(self.work, uuid.UUID(before) if before else None)
