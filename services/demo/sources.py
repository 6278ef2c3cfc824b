"""The demo company's data as it lies in assets/demo: CSV files with a header, pictures as WebP."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from models.core.words import LANGUAGES

FOLDER = Path(__file__).resolve().parents[2] / 'assets' / 'demo'
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """The rows of one file, each by its header's names."""
    with (FOLDER / f'{name}.csv').open(encoding='utf-8', newline='') as source:
        return list(csv.DictReader(source))


def picture(name: str) -> bytes:
    """A picture's bytes, as they are to be stored."""
    return (FOLDER / 'pictures' / name).read_bytes()


def texts(row: Row, field: str) -> dict[str, str]:
    """A text in all languages that have it."""
    return {code: row[f'{field}_{code}'] for code in LANGUAGES if row.get(f'{field}_{code}')}


def number(given: str, default: str = '0') -> Decimal:
    """A number with a decimal point; the default for an empty cell."""
    return Decimal(given or default)


def maybe(given: str) -> Decimal | None:
    """A number, or None for an empty cell."""
    return Decimal(given) if given else None
