"""A place to drop files on, or to choose them with the keyboard; several at once, each sent by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from nicegui import events, ui
from nicegui.element import Element

from models.core.words import _
from services.core.errors import Invalid
from ui.kernel import design

COMPONENT = Path(__file__).resolve().parents[1] / 'kernel' / 'components' / 'drop.js'
LARGEST = 60 * 1024 * 1024


class Drop(Element, component=COMPONENT):
    """The place as one element; `on_file` is awaited with each file that arrived."""

    def __init__(self, text: str, on_file: Callable[[events.UploadEventArguments], Awaitable[Any]], *,
                 accept: str = '', hint: str = '', several: bool = True) -> None:
        super().__init__()
        sender = ui.upload(on_upload=on_file, on_rejected=self._refused, auto_upload=True, multiple=several,
                           max_file_size=LARGEST).classes('hidden')
        sender.props('aria-hidden=true')
        self._sender = sender
        self._props.update({'text': text, 'hint': hint, 'accept': accept, 'several': several, 'sender': sender.id,
                            'busy': _('Sending {name}'), 'sprite': design.sprite()})

    def _refused(self) -> None:
        raise Invalid(_('This file is too large.'))
