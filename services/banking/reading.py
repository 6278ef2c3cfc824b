"""A bank's file, whichever kind it is; its content decides, not its name."""

from __future__ import annotations

from pathlib import Path

from models.core.words import _
from services.banking import camt, tables
from services.banking.entries import Statement
from services.core.errors import Invalid

LARGEST_FILE = 10 * 1024 * 1024
_XML = (b'<', b'\xef\xbb\xbf<', b'\xff\xfe<\x00', b'\xfe\xff\x00<')


def read(path: Path, name: str) -> Statement:
    """The entries of a CAMT.053, CSV or Excel file; raises Invalid in words for anything else and beyond 10 MB.

    Costs up to seconds of CPU: call it outside transactions and off the event loop.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise Invalid(_('The file is larger than {size} MB.').format(size=LARGEST_FILE // 1024 // 1024), field='file')
    data = path.read_bytes()
    if not data.strip():
        raise Invalid(_('This file is empty.'), field='file')
    found = camt.read(data) if data.lstrip()[:4].startswith(_XML) else tables.read(path, name)
    if not found.entries:
        raise Invalid(_('This file has no entries.'), field='file')
    return found
