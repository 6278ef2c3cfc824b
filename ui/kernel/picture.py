"""Changing and removing one's own picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui.element import Element

from models.core.words import _
from services.users import UserService
from ui.kernel import errors
from ui.kernel.session import Session

PATH = '/profile/picture'


class PictureDialog(Element, component='components/p_picture.js'):
    """Choose a file, crop it to a square, send it; the server reads it by content and makes it anew."""

    def __init__(self) -> None:
        super().__init__()
        self._props.update({'path': PATH, 'words': {
            'title': _('Change picture'), 'choose': _('Choose a picture'), 'zoom': _('Zoom'), 'save': _('Save picture'),
            'cancel': _('Cancel'), 'hint': _('Drag the picture to choose what is shown.'),
            'failed': _('The picture could not be saved.'), 'across': _('Left to right'), 'down': _('Top to bottom')}})


async def change_picture(session: Session, changed: Callable[[], Awaitable[None]]) -> None:
    """Open the dialog; `changed` is called when the new picture is kept."""
    with session.client.content:
        dialog = PictureDialog()

    async def kept() -> None:
        dialog.delete()
        await changed()
        errors.toast(session.client, _('Your picture is changed.'))
    dialog.on('kept', kept, [])
    dialog.on('shut', dialog.delete, [])


async def remove_picture(session: Session, changed: Callable[[], Awaitable[None]]) -> None:
    """Go back to initials."""
    await session.do(UserService.remove_picture)
    await changed()
    errors.toast(session.client, _('Your picture is removed.'))
