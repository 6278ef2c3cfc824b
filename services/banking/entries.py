"""What a bank's file says, whatever its form: entries on an account, and a key by which each is known again."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

LONGEST_WORDS = 2000
_BLANKS = re.compile(r'\s+')


@dataclass(frozen=True)
class Read:
    """One entry as it was read; money out is negative. `references` are the bank's own, '' where it gives none."""

    booked_on: dt.date
    amount: Decimal
    currency: str
    payer: str = ''
    payer_account: str = ''
    words: str = ''
    references: tuple[str, ...] = ()
    returned: bool = False


@dataclass(frozen=True)
class Statement:
    """A file that was read: the seller's account and its entries in their order."""

    account: str
    entries: tuple[Read, ...]


def keyed(statement: Statement) -> Iterator[tuple[str, Read]]:
    """Each entry with a key that is the same in whatever file of this account it comes.

    By the bank's references, date and amount; without references by all that is said. Entries that are alike in one
    file are counted, so that two equal payments of a day stay two, and an overlapping file adds none.
    """
    seen: Counter[str] = Counter()
    for entry in statement.entries:
        told = entry.references if any(entry.references) else (entry.payer, entry.payer_account, entry.words)
        facts = (statement.account, entry.booked_on.isoformat(), format(entry.amount.normalize(), 'f'), entry.currency,
                 *told)
        digest = hashlib.sha256('\x1f'.join(facts).encode()).hexdigest()
        seen[digest] += 1
        if seen[digest] > 1:
            digest = hashlib.sha256(f'{digest}\x1f{seen[digest]}'.encode()).hexdigest()
        yield digest, entry


def tidy(text: str | None, longest: int = LONGEST_WORDS) -> str:
    """A text of a file without control characters and with single blanks, of at most this length."""
    plain = ''.join(c if c.isprintable() else ' ' for c in text or '')
    return _BLANKS.sub(' ', plain).strip()[:longest]


def joined(parts: Iterable[str | None]) -> str:
    """Texts one after the other, each said once."""
    return tidy(' '.join(dict.fromkeys(part.strip() for part in parts if part and part.strip())))


def account_of(text: str | None) -> str:
    """An account number as it is compared: capital letters and digits, at most 40."""
    return re.sub(r'[^A-Z0-9]', '', (text or '').upper())[:40]
