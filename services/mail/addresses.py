"""E-mail addresses: one spelling for each, and nothing that could break a header."""

from __future__ import annotations

import re
import unicodedata

from models.core.words import _
from services.core.errors import Invalid

LONGEST = 254
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
                      r'[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?')


def spelled(given: str) -> str:
    """The one spelling we keep: without blanks around, in small letters; not checked."""
    return unicodedata.normalize('NFC', given).strip().lower()


def checked(given: str, *, field: str = 'email') -> str:
    """The spelling we keep of a usable address; raises Invalid for what is none."""
    address = spelled(given)
    local = address.partition('@')[0]
    if len(address) > LONGEST or not _ADDRESS.fullmatch(address) or '..' in local or local.strip('.') != local:
        raise Invalid(_('This is not an e-mail address.'), field=field)
    return address


def masked(address: str) -> str:
    """An address as a stranger may see it: its first letter and its domain."""
    local, _at, domain = address.partition('@')
    return f'{local[:1]}•••@{domain}'


def one_line(given: str, *, longest: int = 200) -> str:
    """A text fit for a header or a name: without line breaks and other control characters."""
    plain = ''.join(' ' if unicodedata.category(c) in ('Cc', 'Zl', 'Zp') else c for c in given)
    return ' '.join(plain.split())[:longest]
