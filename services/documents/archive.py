"""PDF/A-3 with the e-invoice inside (Factur-X, ZUGFeRD): a PDF that people read and machines can post.

ISO 19005-3 asks for embedded fonts (see `text`), an output intent for colours, XMP and a file identifier; the pages
use no transparency and nothing that runs.
"""

from __future__ import annotations

import hashlib
import io
from functools import cache

from facturx import generate_from_binary
from PIL import ImageCms
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def with_invoice(pdf: bytes, xml: bytes, *, title: str, author: str, code: str) -> bytes:
    """The PDF as PDF/A-3b with `factur-x.xml` inside, in the EN 16931 profile; `code` is its language."""
    data = generate_from_binary(
        _with_colours(pdf), xml, flavor='factur-x', level='en16931', check_xsd=False, check_schematron=False, lang=code,
        pdf_metadata={'author': author, 'title': title, 'subject': title, 'keywords': 'Factur-X'},
        afrelationship='alternative', xmp_compression=False)
    return bytes(data)


def _with_colours(pdf: bytes) -> bytes:
    """The PDF with sRGB as its output intent, and an identifier."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    profile = DecodedStreamObject()
    profile.set_data(_srgb())
    packed = profile.flate_encode()
    packed[NameObject('/N')] = NumberObject(3)
    intent = DictionaryObject({
        NameObject('/Type'): NameObject('/OutputIntent'), NameObject('/S'): NameObject('/GTS_PDFA1'),
        NameObject('/OutputConditionIdentifier'): TextStringObject('sRGB IEC61966-2.1'),
        NameObject('/Info'): TextStringObject('sRGB IEC61966-2.1'),
        NameObject('/DestOutputProfile'): writer._add_object(packed)})
    writer._root_object[NameObject('/OutputIntents')] = ArrayObject([writer._add_object(intent)])
    mark = ByteStringObject(hashlib.md5(pdf, usedforsecurity=False).digest())
    writer._ID = ArrayObject([mark, mark])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@cache
def _srgb() -> bytes:
    """The colour profile, made by the colour library of Pillow."""
    return bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes())
