"""What money that came in is for: pure functions over an entry and the open invoices, exact or as proposals."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any

from rapidfuzz import fuzz, process

SHORTEST = 5
MOST_NAMED = 8
MOST_PROPOSALS = 5
LEAST_SCORE = 25
NEARLY = 85
ALIKE = 88
POINTS = {'named': 60, 'iban': 45, 'payer': 30, 'name': 25, 'amount': 35, 'nearly': 20}
_NOT_ALNUM = re.compile(r'[^A-Z0-9]')
_TOKENS = re.compile(r'[A-Z0-9][A-Z0-9./_-]{4,}')


@dataclass(frozen=True)
class OpenItem:
    """An invoice that is not settled: what is open, and what settles it within the time of its discount."""

    invoice_id: uuid.UUID
    customer_id: uuid.UUID
    number: str
    reference: str
    open: Decimal
    due_on: dt.date | None = None
    discounted: Decimal | None = None
    discount_until: dt.date | None = None

    def worths(self, paid_on: dt.date) -> tuple[Decimal, ...]:
        """The amounts that settle it when paid on this day."""
        in_time = self.discounted is not None and self.discount_until is not None and paid_on <= self.discount_until
        return (self.open, self.discounted) if in_time and self.discounted is not None else (self.open,)


@dataclass(frozen=True)
class Received:
    """What is known of money that came in."""

    amount: Decimal
    on: dt.date
    payer: str = ''
    payer_account: str = ''
    words: str = ''


@dataclass(frozen=True)
class Known:
    """What is known besides: open invoices in the entry's currency, who paid from which account or under which name
    before, and the companies by name."""

    items: Sequence[OpenItem]
    accounts: Mapping[str, uuid.UUID] = field(default_factory=dict)
    payers: Mapping[str, uuid.UUID] = field(default_factory=dict)
    names: Mapping[uuid.UUID, str] = field(default_factory=dict)


@dataclass
class Proposal:
    """A customer the money may be of, and the invoices it may be for as (id, number, amount); `why` are grounds."""

    customer_id: uuid.UUID
    items: tuple[tuple[uuid.UUID, str, Decimal], ...] = ()
    why: set[str] = field(default_factory=set)

    @property
    def score(self) -> int:
        """How likely it is, from 0 to 100."""
        return min(sum(POINTS[ground] for ground in self.why), 100)

    def kept(self) -> dict[str, Any]:
        """As it is kept with the entry."""
        return {'customer': str(self.customer_id), 'score': self.score, 'why': sorted(self.why), 'items': [
            {'invoice': str(key), 'number': number, 'amount': str(amount)} for key, number, amount in self.items]}


def compact(text: str) -> str:
    """Capital letters and digits only, as references are compared."""
    return _NOT_ALNUM.sub('', text.upper())


@lru_cache(maxsize=100_000)
def _pattern(number: str) -> re.Pattern[str]:
    """A number as people write it: with any blanks and marks within, but not as part of a longer one."""
    return re.compile(r'(?<![A-Z0-9])' + r'[\s\-./_]*'.join(compact(number)) + r'(?![0-9])')


def named(words: str, items: Iterable[OpenItem]) -> list[OpenItem]:
    """The open invoices whose number or creditor reference stands in the words."""
    upper, dense = words.upper(), compact(words)
    return [item for item in items if any(
        len(key) >= SHORTEST and key in dense and _pattern(key).search(upper)
        for key in (compact(item.reference), compact(item.number)) if key)]


def exact(received: Received, items: Sequence[OpenItem]) -> tuple[tuple[OpenItem, Decimal], ...]:
    """The named invoices and what each is paid, when their sum is what came in to the cent; else nothing.

    All of one customer; each whole or, within its time, less the early-payment discount.
    """
    if not items or len(items) > MOST_NAMED or len({item.customer_id for item in items}) != 1:
        return ()
    for worths in product(*(item.worths(received.on) for item in items)):
        if sum(worths) == received.amount:
            return tuple(zip(items, worths, strict=True))
    return ()


def propose(received: Received, known: Known) -> list[Proposal]:
    """What it may be, the likeliest first: by numbers named or nearly right, by the payer, by the amount."""
    found: dict[tuple[Any, ...], Proposal] = {}

    def add(customer_id: uuid.UUID, items: Sequence[OpenItem], ground: str) -> None:
        shares = spread(received.amount, items)
        key = customer_id, tuple(share[0] for share in shares)
        found.setdefault(key, Proposal(customer_id, shares)).why.add(ground)

    sure = named(received.words, known.items)
    for customer_id in {item.customer_id for item in sure}:
        add(customer_id, [item for item in sure if item.customer_id == customer_id], 'named')
    for item in known.items:
        if received.amount in item.worths(received.on):
            add(item.customer_id, [item], 'amount')
    for item in _nearly(received.words, known.items):
        add(item.customer_id, [item], 'nearly')
    for customer_id, ground in _payers(received, known):
        theirs = [proposal for proposal in found.values() if proposal.customer_id == customer_id]
        if not theirs:
            add(customer_id, [item for item in known.items if item.customer_id == customer_id], ground)
        for proposal in theirs:
            proposal.why.add(ground)
    likely = [proposal for proposal in found.values() if proposal.score >= LEAST_SCORE]
    return sorted(likely, key=lambda proposal: (-proposal.score, str(proposal.customer_id)))[:MOST_PROPOSALS]


def spread(amount: Decimal, items: Iterable[OpenItem]) -> tuple[tuple[uuid.UUID, str, Decimal], ...]:
    """An amount over invoices, the longest due first; what is left over stays the customer's credit."""
    shares = []
    for item in sorted(items, key=lambda item: (item.due_on or dt.date.max, item.number)):
        share = min(amount, item.open)
        if share > 0:
            shares.append((item.invoice_id, item.number, share))
            amount -= share
    return tuple(shares)


def _nearly(words: str, items: Sequence[OpenItem]) -> list[OpenItem]:
    """Invoices whose number is a slip away from something in the words that is no number itself."""
    tokens = [token for token in map(compact, _TOKENS.findall(words.upper()))
              if any(c.isdigit() for c in token) and SHORTEST < len(token) < 40][:20]
    numbers = {compact(item.number): item for item in items}
    close = {hit[0] for token in tokens if token not in numbers for hit in process.extract(
        token, numbers.keys(), scorer=fuzz.ratio, score_cutoff=NEARLY, limit=3)}
    return [numbers[number] for number in sorted(close)]


def _payers(received: Received, known: Known) -> list[tuple[uuid.UUID, str]]:
    """Whose money it may be by who sent it."""
    found = []
    if received.payer_account in known.accounts:
        found.append((known.accounts[received.payer_account], 'iban'))
    if not received.payer:
        return found
    payer = received.payer.casefold()
    if payer in known.payers:
        found.append((known.payers[payer], 'payer'))
    names = {key: name.casefold() for key, name in known.names.items()}
    found += [(hit[2], 'name') for hit in process.extract(payer, names, scorer=fuzz.token_sort_ratio, limit=3,
                                                          score_cutoff=ALIKE)]
    return found
