"""What people hand in through the browser: read with our own limits, pictures made anew away from the event loop."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Protocol

from models.core.words import _
from services import pictures
from services.core.errors import Invalid
from services.pictures import Box

MEGABYTE = 1024 * 1024


class Handed(Protocol):
    """A file of NiceGUI's upload element."""

    name: str

    def size(self) -> int:
        """Its bytes."""

    def iterate(self, *, chunk_size: int = ...) -> AsyncIterator[bytes]:
        """Its content, piece by piece."""


async def read_whole(file: Handed, *, limit: int) -> bytes:
    """The content of a file; raises Invalid when it has more than `limit` bytes."""
    if file.size() > limit:
        raise _too_large(limit)
    content = io.BytesIO()
    async for chunk in file.iterate():
        content.write(chunk)
        if content.tell() > limit:
            raise _too_large(limit)
    return content.getvalue()


async def read_picture(file: Handed, *, crop: Box | None = None) -> bytes:
    """The WebP of at most 1024 pixels made from a file; raises Invalid when it is no picture."""
    data = await read_whole(file, limit=pictures.LARGEST_FILE)
    return await asyncio.to_thread(pictures.encode, data, crop=crop)


async def read_avatar(file: Handed, *, crop: Box | None = None) -> bytes:
    """The square WebP of 256 pixels made from a file; raises Invalid when it is no picture."""
    data = await read_whole(file, limit=pictures.LARGEST_FILE)
    return await asyncio.to_thread(pictures.avatar, data, crop=crop)


def _too_large(limit: int) -> Invalid:
    return Invalid(_('The file is larger than {size} MB.').format(size=limit // MEGABYTE))
