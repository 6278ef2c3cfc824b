"""Sets of items as the bits of one integer, an item by its place: meeting and counting 100,000 takes microseconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import Any

_ONE = re.compile('1')
FEW = 3000


def bits_of(places: Iterable[int]) -> int:
    """The set of these places."""
    given = tuple(places)
    raw = bytearray(max(given, default=0) // 8 + 1)
    for place in given:
        raw[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(raw, 'little')


def places_in(bits: int) -> list[int]:
    """The places of a set, ascending."""
    return [match.start() for match in _ONE.finditer(bin(bits)[:1:-1])]


def walk(order: Iterable[int], bits: int, size: int) -> Iterator[int]:
    """The places of a set in a given order of all places."""
    raw = bits.to_bytes(size // 8 + 1, 'little')
    return (place for place in order if raw[place >> 3] >> (place & 7) & 1)


def ranked(places: Sequence[int], key: Callable[[int], Any], span: tuple[int, int]) -> list[int]:
    """A few places by a key, from the first to before the last of `span`."""
    return nsmallest(span[1], places, key=key)[span[0]:]
