"""What the tests of papers share: a letterhead, and the words of a PDF page by page."""

from __future__ import annotations

import io

from pypdf import PdfReader

from services.documents.page import Letterhead

SELLER = Letterhead('Nordwerk Supply', ('Hafenweg 1', '20457 Hamburg', 'Germany'),
                    ('Nordwerk Supply GmbH · HRB 1234 · DE811907980', 'IBAN DE02120300000000202051'))
EVIL = ['<b>bold</b> &amp; <img src="file:///etc/passwd"/>', '{{7*7}}', 'x' * 100_000, 'nul\x00 \u202e turned',
        '😀 party', '<para><a href="http://x">']


def pages(data: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def is_plain(data: bytes) -> bool:
    """Whether nothing in the PDF runs, leads out, or was drawn from a file."""
    return not any(mark in data for mark in (b'/JS', b'/URI', b'/Launch', b'/Subtype /Image'))
