"""Rows of one group that lie scattered in a file are brought together before they are cut into chunks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping

from services.imports.declaring import Record, Writer


def ends_of(groups: Iterable[Hashable]) -> Mapping[Hashable, int]:
    """The last place (from 0) of each group, where a group comes back after another one; else nothing."""
    ends: dict[Hashable, int] = {}
    last: Hashable = None
    scattered = False
    for place, group in enumerate(groups):
        scattered = scattered or (group != last and group is not None and group in ends)
        ends[group] = place
        last = group
    return ends if scattered else {}


def gathered(records: Iterable[Record], writer: Writer, ends: Mapping[Hashable, int]) -> Iterator[Record]:
    """The records with those of one group together; a group waits in memory until its last row was read.

    Always in the same order, so that a run that was cut off finds the place where it stood.
    """
    waiting: dict[Hashable, list[Record]] = {}
    for place, record in enumerate(records):
        group = writer.group(record.values)
        waiting.setdefault(group, []).append(record)
        if place == ends[group]:
            yield from waiting.pop(group)
