"""Values on their way into a spreadsheet: numbers stay numbers, and no text can become a formula (security, item 8)."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

from services.core import formats
from services.core.formulas import is_formula
from services.core.listing import Column, Kind

LONGEST = 32_000
_CONTROL = re.compile('[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]')

Value = str | Decimal | dt.date | dt.datetime | None


def safe_text(text: str) -> str:
    """Text no spreadsheet takes for a formula: one that could be gets an apostrophe before it; control marks go."""
    if is_formula(text):
        text = "'" + text
    if text.isprintable() and len(text) <= LONGEST:  # nearly every text, and much sooner told than cleaned
        return text
    return _CONTROL.sub('', text)[:LONGEST]


def reader_of(column: Column) -> Callable[[dict[str, Any]], Value]:
    """What gives this column's values of one export; words of choices are looked up once each."""
    if column.kind is Kind.MOMENT:
        name, zone = column.name, formats.zone()
        return lambda row: None if (at := row.get(name)) is None else \
            at.astimezone(zone).replace(tzinfo=None, microsecond=0)
    if column.kind not in (Kind.STATUS, Kind.FLAG) and not column.choices:
        return lambda row: value_of(column, row)
    words: dict[Any, str] = {None: ''}

    def read(row: dict[str, Any]) -> Value:
        value = row.get(column.name)
        if value not in words:
            words[value] = column.word(value)
        return words[value]
    return read


def value_of(column: Column, row: dict[str, Any]) -> Value:
    """What a cell without choices holds: text (not yet safe), a Decimal, a day, or a moment in the seller's zone."""
    value = row.get(column.name)
    if value is None:
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(formats.zone()).replace(tzinfo=None, microsecond=0)
    if isinstance(value, bool | str | uuid.UUID | Enum):
        return str(value)
    if isinstance(value, int):
        return Decimal(value)
    return value if isinstance(value, dt.date) else str(value)
