"""The choice of a category's icon."""

from __future__ import annotations

from pathlib import Path

from nicegui.element import Element

from models.core.words import _
from ui.kernel import design
from ui.kernel.confirm import Dialog

COMPONENT = Path(__file__).resolve().parents[2] / 'kernel' / 'components' / 'icon_choice.js'
ICONS = (
    'box', 'hammer', 'drill', 'wrench', 'ruler', 'bolt', 'nut', 'cog', 'scissors', 'cable', 'plug', 'zap', 'lamp',
    'lightbulb', 'hard-hat', 'shield', 'shield-check', 'shirt', 'flame', 'droplet', 'snowflake', 'thermometer',
    'paint-bucket', 'paintbrush', 'paint-roller', 'palette', 'tree-pine', 'leaf', 'sofa', 'house', 'building-2',
    'factory', 'warehouse', 'truck', 'package', 'package-open', 'boxes', 'layers', 'archive', 'folder', 'file-text',
    'clipboard-list', 'pencil', 'pen-line', 'book-open', 'printer', 'monitor', 'laptop-minimal', 'smartphone', 'phone',
    'camera', 'barcode', 'shopping-basket', 'shopping-bag', 'tag', 'star', 'heart', 'flag', 'key', 'lock', 'timer',
    'weight', 'coins', 'trash-2')


class IconChoice(Element, component=COMPONENT):
    """All icons to choose from, as one element."""

    def __init__(self, now: str) -> None:
        super().__init__()
        self._props.update({'icons': list(ICONS), 'now': now, 'label': _('Icon'), 'sprite': design.sprite()})


async def ask_icon(title: str, now: str) -> str:
    """The chosen icon; empty when the person thought better of it."""
    with Dialog(title) as dialog, design.box('p-card'):
        with design.box('p-card-head'):
            design.words(title, tag='h2')
        with design.box('p-card-body p-stack'):
            IconChoice(now).on('choose', lambda event: dialog.submit(str(event.args)))
            with design.box('p-actions'):
                design.button(_('Cancel'), lambda: dialog.submit(''))
    answer = await dialog.answer()
    return answer if answer in ICONS else ''
