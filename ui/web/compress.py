"""Compression of what is sent: brotli when the browser takes it, else gzip."""

from __future__ import annotations

import gzip

import brotli

SMALLEST = 1000
QUICK = 2
BEST = 11
_TYPES = ('text/', 'application/json', 'application/javascript', 'application/manifest+json', 'image/svg+xml',
          'application/xml')


def is_worth(media_type: str, size: int) -> bool:
    """Whether content of this type and size gets smaller by compressing."""
    return size >= SMALLEST and media_type.startswith(_TYPES)


def choose(accepted: str) -> str | None:
    """The encoding to use for a browser that sent this Accept-Encoding: 'br', 'gzip' or none."""
    offered = {part.split(';')[0].strip() for part in accepted.lower().split(',') if ';q=0' not in part.replace(' ', '')
               or ';q=0.' in part.replace(' ', '')}
    return 'br' if 'br' in offered else 'gzip' if 'gzip' in offered else None


def pack(data: bytes, encoding: str, *, quality: int = QUICK) -> bytes:
    """The data in this encoding; `quality` is brotli's, from 0 to 11."""
    if encoding == 'br':
        return brotli.compress(data, quality=quality)
    return gzip.compress(data, compresslevel=min(quality + 2, 9), mtime=0)
