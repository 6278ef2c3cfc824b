"""Pictures people hand in: read by content, never by name, and always made anew, so that nothing hidden survives."""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError, features

from models.core.words import _
from services.core.errors import Invalid

FORMATS = ('PNG', 'JPEG', 'WEBP', 'GIF', 'BMP', 'TIFF', *(('AVIF',) if features.check('avif') else ()))
LARGEST_FILE = 5 * 1024 * 1024
LARGEST_AREA = 25_000_000
EDGE = 1024
AVATAR_EDGE = 256
QUALITY = 82
MEDIA_TYPE = 'image/webp'

_one_at_a_time = threading.Semaphore(2)


@dataclass(frozen=True)
class Box:
    """The part of a picture to keep, in shares of its width and height from 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The box in pixels of a picture of this size; raises Invalid when it holds nothing or lies outside."""
        if not 0 <= self.left < self.right <= 1 or not 0 <= self.top < self.bottom <= 1:
            raise Invalid(_('This part of the picture cannot be cut out.'))
        left, top = int(self.left * width), int(self.top * height)
        return left, top, max(left + 1, round(self.right * width)), max(top + 1, round(self.bottom * height))


def encode(data: bytes, *, crop: Box | None = None, edge: int = EDGE, square: bool = False) -> bytes:
    """A WebP of at most `edge` pixels a side, turned upright, without metadata; with `square` its middle is cut out.

    Costs up to a second of CPU: call it outside transactions and off the event loop. Raises Invalid for anything that
    is not a picture of the accepted kinds, is larger than 5 MB or has more than 25 million pixels.
    """
    if not data:
        raise Invalid(_('The picture is empty.'))
    if len(data) > LARGEST_FILE:
        raise Invalid(_('The picture is larger than 5 MB.'))
    with _one_at_a_time:
        picture = _opened(data)
        if crop is not None:
            picture = picture.crop(crop.pixels(*picture.size))
        if square:
            picture = ImageOps.fit(picture, (min(edge, *picture.size),) * 2)
        picture.thumbnail((edge, edge))
        target = io.BytesIO()
        picture.save(target, 'WEBP', quality=QUALITY, method=4)
    return target.getvalue()


def avatar(data: bytes, *, crop: Box | None = None) -> bytes:
    """A square WebP of 256 pixels for a person or a company; raises Invalid as `encode` does."""
    return encode(data, crop=crop, edge=AVATAR_EDGE, square=True)


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore', Image.DecompressionBombWarning)
            source = Image.open(io.BytesIO(data), formats=FORMATS)
        if source.width * source.height > LARGEST_AREA:
            raise Invalid(_('The picture has more than 25 million pixels.'))
        source.draft('RGB', (EDGE * 2, EDGE * 2))
        upright = ImageOps.exif_transpose(source)
        plain = upright.convert('RGBA' if upright.has_transparency_data else 'RGB')
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Invalid(_('This is not a picture Portico can read. Use PNG, JPEG, WebP, GIF, BMP or TIFF.')) from error
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return clean
