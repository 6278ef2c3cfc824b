"""Cells to values: what each column of an import means, and the one sentence for a cell that cannot be read."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from babel.numbers import list_currencies

from models.core.types import LARGEST
from models.core.words import LANGUAGES, _
from services.imports.countries import country_code
from services.sheets import number_of


@dataclass(frozen=True)
class Reading:
    """How numbers and dates of one file are written; a naive time is one of the seller's `zone`."""

    decimal_comma: bool | None = None
    day_first: bool = True
    zone: dt.tzinfo = dt.UTC


class Wrong(Exception):
    """A cell or row cannot be taken; the text says why."""


Convert = Callable[[str, Reading], Any]

_YES = frozenset({'1', 'y', 'yes', 'true', 'x', 'ja', 'j', 'wahr', 'oui', 'vrai', 'si', 'sí', 'verdadero', 'waar',
                  'tak', 't', 'prawda', 'نعم'})
_NO = frozenset({'0', 'n', 'no', 'false', '-', 'nein', 'falsch', 'non', 'faux', 'falso', 'nee', 'onwaar', 'nie',
                 'fałsz', 'لا'})
_ISO = re.compile(r'(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](.+))?')
_CIVIL = re.compile(r'(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[T ,]+(.+))?')
_TIME = re.compile(r'(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2})?')
_UNFIT = re.compile(r'[/\\?#%\x00-\x1f\x7f]')
_FOUR = Decimal('0.0001')


def text(longest: int) -> Convert:
    """A text of at most this many characters."""
    def convert(cell: str, reading: Reading) -> str:
        if len(cell) > longest:
            raise Wrong(_('“{start}…” is longer than {longest} characters.').format(start=cell[:30], longest=longest))
        return cell
    return convert


def code(longest: int) -> Convert:
    """A short identifier: whole numbers that a spreadsheet turned into '17850.0' lose the point again."""
    plain = text(longest)

    def convert(cell: str, reading: Reading) -> str:
        return str(plain(cell[:-2] if cell.endswith('.0') and cell[:-2].isdigit() else cell, reading))
    return convert


def identifier(longest: int) -> Convert:
    """A code that also stands in addresses of pages, so without slashes and the like."""
    plain = code(longest)

    def convert(cell: str, reading: Reading) -> str:
        if _UNFIT.search(cell):
            raise Wrong(_('“{cell}” must not contain / \\ ? # % or line breaks.').format(cell=cell[:40]))
        return str(plain(cell, reading))
    return convert


def website(cell: str, reading: Reading) -> str:
    """A web address; only http and https lead anywhere."""
    address = cell if '://' in cell else f'https://{cell}'
    if not re.fullmatch(r'https?://[^\s/]+\.[^\s]+', address, re.IGNORECASE):
        raise Wrong(_('“{cell}” is not a web address.').format(cell=cell[:40]))
    return str(text(200)(address, reading))


def email(cell: str, reading: Reading) -> str:
    """An e-mail address."""
    if not re.fullmatch(r'[^@\s<>,;"]+@[^@\s<>,;"]+\.[^@\s<>,;"]+', cell) or len(cell) > 254:
        raise Wrong(_('“{cell}” is not an e-mail address.').format(cell=cell[:40]))
    return cell.lower()


def number(cell: str, reading: Reading) -> Decimal:
    """A number of at most four places, negative ones too."""
    value = number_of(cell, decimal_comma=reading.decimal_comma)
    if value is None:
        raise Wrong(_('“{cell}” is not a number.').format(cell=cell[:40]))
    if abs(value) > LARGEST:
        raise Wrong(_('“{cell}” is too large.').format(cell=cell[:40]))
    if value != (rounded := value.quantize(_FOUR)):
        raise Wrong(_('“{cell}” has more than four decimals.').format(cell=cell[:40]))
    return rounded


def positive(cell: str, reading: Reading) -> Decimal:
    """A number above zero."""
    value = number(cell, reading)
    if value <= 0:
        raise Wrong(_('“{cell}” must be more than zero.').format(cell=cell[:40]))
    return value


def not_negative(cell: str, reading: Reading) -> Decimal:
    """A number of zero or more."""
    value = number(cell, reading)
    if value < 0:
        raise Wrong(_('“{cell}” is less than zero.').format(cell=cell[:40]))
    return value


def whole(lowest: int, highest: int) -> Convert:
    """A whole number between these two."""
    def convert(cell: str, reading: Reading) -> int:
        value = number(cell, reading)
        if value != value.to_integral_value() or not lowest <= value <= highest:
            raise Wrong(_('“{cell}” is not a whole number from {lowest} to {highest}.').format(
                cell=cell[:40], lowest=lowest, highest=highest))
        return int(value)
    return convert


def flag(cell: str, reading: Reading) -> bool:
    """Yes or no in any of the languages."""
    word = cell.casefold()
    if word not in _YES and word not in _NO:
        raise Wrong(_('“{cell}” is neither yes nor no.').format(cell=cell[:40]))
    return word in _YES


def one_of(kind: type[StrEnum]) -> Convert:
    """One of the values of a choice."""
    known = {member.value: member for member in kind}

    def convert(cell: str, reading: Reading) -> StrEnum:
        found = known.get(cell.casefold().replace(' ', '_'))
        if found is None:
            raise Wrong(_('“{cell}” is none of {choices}.').format(cell=cell[:40], choices=', '.join(known)))
        return found
    return convert


def date(cell: str, reading: Reading) -> dt.date:
    """A day."""
    parsed = _parsed(cell, reading)
    return parsed.astimezone(reading.zone).date() if parsed.tzinfo else parsed.date()


def moment(cell: str, reading: Reading) -> dt.datetime:
    """An instant; without an offset it is the seller's time."""
    parsed = _parsed(cell, reading)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=reading.zone)).astimezone(dt.UTC)


def country(cell: str, reading: Reading) -> str:
    """The ISO 3166 code of a country given as code or name; empty for words that say it is unknown."""
    found = country_code(cell)
    if found is None:
        raise Wrong(_('“{cell}” is not a country.').format(cell=cell[:40]))
    return found


def currency(cell: str, reading: Reading) -> str:
    """An ISO 4217 code."""
    if cell.upper() not in list_currencies():
        raise Wrong(_('“{cell}” is not a currency.').format(cell=cell[:40]))
    return cell.upper()


def language(cell: str, reading: Reading) -> str:
    """One of Portico's languages."""
    if cell.lower()[:2] not in LANGUAGES:
        raise Wrong(_('“{cell}” is none of {choices}.').format(cell=cell[:40], choices=', '.join(LANGUAGES)))
    return cell.lower()[:2]


def pairs(cell: str, reading: Reading) -> dict[str, str]:
    """Names and values such as 'Length: 60 mm; Thread: M8'; a part without a colon belongs to the value before it."""
    found: dict[str, str] = {}
    last = ''
    for part in re.split('[;|\n]', cell):
        name, mark, value = part.partition(':') if ':' in part else part.partition('=')
        if mark:
            last = name.strip()[:80]
            found[last] = value.strip()[:300]
        elif last and part.strip():
            found[last] = f'{found[last]}; {part.strip()}'[:300]
        elif part.strip():
            raise Wrong(_('“{cell}” is not a list such as “Length: 60 mm; Thread: M8”.').format(cell=cell[:40]))
    return found


def parts_of_date(cell: str) -> tuple[int, int] | None:
    """The first two numbers of a date written without the year in front, by which its order is guessed."""
    found = _CIVIL.match(cell)
    return (int(found[1]), int(found[2])) if found and '.' not in found[0][:6] else None


def zone_of(name: str) -> dt.tzinfo:
    """A time zone by its name."""
    return zoneinfo.ZoneInfo(name)


def _parsed(cell: str, reading: Reading) -> dt.datetime:
    try:
        if found := _ISO.fullmatch(cell):
            day = dt.date(int(found[1]), int(found[2]), int(found[3]))
        elif found := _CIVIL.fullmatch(cell):
            first, second, year = int(found[1]), int(found[2]), int(found[3])
            if '.' not in cell[:6] and not reading.day_first:
                first, second = second, first
            day = dt.date(year + 2000 if year < 100 else year, second, first)
        else:
            raise ValueError
        clock, zone = _clock(found[4])
        return dt.datetime.combine(day, clock, zone)
    except ValueError:
        raise Wrong(_('“{cell}” is not a date.').format(cell=cell[:40])) from None


def _clock(words: str | None) -> tuple[dt.time, dt.tzinfo | None]:
    if not words or not words.strip():
        return dt.time(), None
    found = _TIME.fullmatch(words.strip())
    if not found:
        raise ValueError
    hour = int(found[1])
    if found[5]:
        hour = hour % 12 + (12 if found[5].lower() == 'pm' else 0)
    micro = int(float(found[4] or 0) * 1_000_000)
    zone = dt.datetime.fromisoformat(f'2000-01-01T00:00{found[6]}').tzinfo if found[6] else None
    return dt.time(hour, int(found[2]), int(found[3] or 0), micro), zone
