"""One's own profile: name, language, theme and picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from models.core.words import LANGUAGES, _
from models.users import User
from services import pictures
from services.core.errors import Forbidden, Invalid
from services.core.permissions import Permission
from services.core.runtime import Runtime, Who
from services.core.service import Service, requires
from services.files import discard, store
from services.mail.addresses import one_line

THEMES = ('system', 'light', 'dark')


@dataclass(frozen=True)
class ProfileInput:
    """What a person may change about himself; None leaves it as it is."""

    name: str | None = None
    language: str | None = None
    theme: str | None = None


def change_picture(runtime: Runtime, who: Who, data: bytes, *, crop: pictures.Box | None = None) -> None:
    """Cut, shrink and re-encode a picture and make it the person's own; raises Invalid for what is no picture.

    Takes up to a second of CPU before its act begins, so call it off the event loop.
    """
    runtime.run(who, UserService.set_picture, pictures.avatar(data, crop=crop))


class UserService(Service):
    """A person and his own account."""

    @requires(Permission.SIGNED_IN, writes=True)
    def update(self, given: ProfileInput) -> None:
        """Change one's own name, language or theme; raises Invalid with the field that is wrong."""
        values: dict[str, Any] = {}
        if given.name is not None:
            values['name'] = one_line(given.name)
            if not values['name']:
                raise Invalid(_('Please enter your name.'), field='name')
        if given.language is not None:
            if given.language not in LANGUAGES:
                raise Invalid(_('There is no such language.'), field='language')
            values['language'] = given.language
        if given.theme is not None:
            if given.theme not in THEMES:
                raise Invalid(_('There is no such theme.'), field='theme')
            values['theme'] = given.theme
        self._set(**values)

    @requires(Permission.SIGNED_IN, writes=True)
    def set_picture(self, encoded: bytes) -> None:
        """Take an encoded picture as one's own; the one before is forgotten."""
        before = self._own().picture_id
        stored = store(self.work, encoded, kind='avatar', name='picture.webp', media_type=pictures.MEDIA_TYPE)
        self._set(picture_id=stored.id)
        discard(self.work, before)

    @requires(Permission.SIGNED_IN, writes=True)
    def remove_picture(self) -> None:
        """Go back to initials."""
        before = self._own().picture_id
        self._set(picture_id=None)
        discard(self.work, before)

    def _own(self) -> User:
        if self.actor.viewing_as:
            raise Forbidden(_("You are looking through a customer's eyes; nothing can be changed here."))
        return self.session.exec(select(User).where(User.id == self.actor.user_id)).one()

    def _set(self, **values: Any) -> None:
        user = self._own()
        changes = {name: [str(getattr(user, name) or ''), str(value or '')]
                   for name, value in values.items() if getattr(user, name) != value}
        if not changes:
            return
        self.work.change(user, **{name: values[name] for name in changes})
        self.work.record('user.changed', user, changes=changes, topics=(f'profile:{user.id}',))
