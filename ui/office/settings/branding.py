"""The seller's colour and logo."""

from __future__ import annotations

from nicegui import events, ui

from models.core.words import _
from services import pictures
from services.branding import KEY, BrandService
from services.settings import TOPIC, SettingService
from ui.kernel import design
from ui.kernel.forms import confirm
from ui.kernel.view import View
from ui.office.settings.values import SettingForm
from ui.web.uploads import read_picture


async def build(view: View) -> None:
    """Build the tab."""
    await SettingForm(view, _('Colour'), ['brand.colour'], hint=_(
        'Used for the main action, the active place and data; shades are derived so that words stay readable.')).build()
    await Logo(view).build()


class Logo:
    """The logo: shown, replaced, taken away."""

    def __init__(self, view: View) -> None:
        self.view = view
        with design.card(_('Logo')), design.box('p-stack'):
            hint = _('Shown at the top of the menu and at sign-in. PNG, JPEG, WebP, GIF, BMP or TIFF, at most 5 MB.')
            design.words(hint, tag='p', classes='p-soft')
            self.place = design.box('p-row')
            upload = ui.upload(on_upload=self._take, auto_upload=True, max_files=1, on_rejected=self._too_large,
                               max_file_size=pictures.LARGEST_FILE).props('accept="image/*"')
            # Quasar's own trigger has no name for screen readers; what is invisible to NiceGUI could not receive files
            upload.style('display: none')
            with design.box('p-row'):
                design.button(_('Choose a picture'), lambda: upload.run_method('pickFiles'), icon='image-plus')

    async def build(self) -> None:
        """Show it and follow changes."""
        await self._show()
        self.view.on(TOPIC, self._show)

    async def _show(self) -> None:
        logo = await self.view.do(SettingService.get, KEY)
        self.place.clear()
        with self.place:
            if logo:
                with design.box('p-logo'):
                    shown = design.box(tag='img')
                    shown._props.update({'src': f'/logo?v={logo}', 'alt': _('The logo as it is now')})
                design.button(_('Remove logo'), self._remove, icon='trash-2', danger=True, small=True)
            else:
                design.words(_('No logo: the first letter of the name is shown.'), classes='p-soft')

    async def _take(self, event: events.UploadEventArguments) -> None:
        event.sender.reset()
        await self.view.do(BrandService.set_logo, await read_picture(event.file))
        self.view.say(_('The logo is changed.'))
        await self._show()

    def _too_large(self) -> None:
        self.view.say(_('The picture is larger than 5 MB.'))

    async def _remove(self) -> None:
        if await confirm(self.view, _('Remove the logo?'), _('Remove logo'), danger=True):
            await self.view.do(BrandService.remove_logo)
            self.view.say(_('The logo is removed.'))
            await self._show()
