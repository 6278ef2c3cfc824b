"""Values as people read them: amounts, quantities, days and moments by Babel, in the current language."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import NumberFormatError, format_currency, format_decimal, format_percent, parse_decimal

from models.core.words import current_language

_LOCALES = {'en': 'en_GB'}
_zone = [ZoneInfo('Europe/Berlin')]


def zone() -> ZoneInfo:
    """The seller's time zone, in which moments are shown and days begin."""
    return _zone[0]


def set_zone(name: str) -> None:
    """Show moments in this zone from now on in this process; raises ZoneInfoNotFoundError for an unknown name."""
    _zone[0] = ZoneInfo(name)
    _moment.cache_clear()


@lru_cache(maxsize=32)
def locale(code: str) -> Locale:
    """The Babel locale of one of our languages; English means day before month, as in Europe."""
    return Locale.parse(_LOCALES.get(code, code))


@lru_cache(maxsize=8192)
def _money(value: Decimal, currency: str, code: str, places: int) -> str:
    if places:
        pattern = locale(code).currency_formats['standard'].pattern.replace('0.00', '0.' + '0' * places)
        return str(format_currency(value, currency, pattern, locale=locale(code), currency_digits=False))
    return str(format_currency(value, currency, locale=locale(code)))


def money(value: Decimal | None, currency: str) -> str:
    """An amount with its currency, e.g. €1,204.35; a unit price with more places than the currency keeps them."""
    if value is None:
        return ''
    places = -int(value.normalize().as_tuple().exponent)
    return _money(value, currency or 'EUR', current_language(), places if 2 < places <= 4 else 0)


@lru_cache(maxsize=8192)
def _number(value: Decimal | int, code: str) -> str:
    return str(format_decimal(value, '#,##0.####', locale=locale(code)))


def number(value: Decimal | int | None) -> str:
    """A number with as many of its four decimals as it has, e.g. 1,240 or 2.5."""
    return '' if value is None else _number(value, current_language())


def quantity(value: Decimal | int | None, unit: str = '') -> str:
    """A number of units, e.g. 12 or 2.5 m."""
    text = number(value)
    return f'{text} {unit}' if text and unit else text


def percent(value: Decimal | None) -> str:
    """A percentage given in percent, e.g. Decimal('21') as 21%."""
    if value is None:
        return ''
    return str(format_percent(value / 100, locale=locale(current_language()), decimal_quantization=False))


@lru_cache(maxsize=4096)
def _date(value: dt.date, code: str) -> str:
    return str(format_date(value, 'medium', locale=locale(code)))


def date(value: dt.date | None) -> str:
    """A day with its year, e.g. 20 Nov 2026."""
    return '' if value is None else _date(_day_of(value), current_language())


@lru_cache(maxsize=4096)
def _short(value: dt.date, code: str) -> str:
    return str(format_skeleton('MMMd', value, locale=locale(code)))


def day(value: dt.date | None, *, today: dt.date | None = None) -> str:
    """A day in short: 20 Nov, and with its year when that is not this year."""
    if value is None:
        return ''
    value = _day_of(value)
    this = today or dt.datetime.now(zone()).date()
    return _short(value, current_language()) if value.year == this.year else _date(value, current_language())


@lru_cache(maxsize=8192)
def _moment(value: dt.datetime, code: str) -> str:
    local = value.astimezone(zone())
    return f'{_date(local.date(), code)}, {format_time(local, "short", locale=locale(code))}'


def moment(value: dt.datetime | None) -> str:
    """An instant in the seller's zone, e.g. 20 Nov 2026, 09:12."""
    return '' if value is None else _moment(value.replace(second=0, microsecond=0), current_language())


def moment_in_short(value: dt.datetime | None, *, today: dt.date | None = None) -> str:
    """An instant without its year when that is this year, e.g. 20 Nov, 09:12."""
    if value is None:
        return ''
    local = value.astimezone(zone())
    clock = format_time(local, 'short', locale=locale(current_language()))
    return f'{day(local.date(), today=today)}, {clock}'


def month(value: dt.date) -> str:
    """A month with its year, e.g. November 2026."""
    return str(format_skeleton('yMMMM', value, locale=locale(current_language())))


def _day_of(value: dt.date) -> dt.date:
    return value.astimezone(zone()).date() if isinstance(value, dt.datetime) else value


def plain_number(value: Decimal | int | None) -> str:
    """A number to be edited: decimal mark of the language, no thousands, no trailing zeros."""
    return '' if value is None else str(format_decimal(value, '0.####', locale=locale(current_language())))


def parsed_number(text: str) -> Decimal:
    """A number as people type it in their language, or with a decimal point; raises ValueError for anything else."""
    typed = text.strip().replace('\u00a0', ' ').replace('\u202f', ' ')
    if re.fullmatch(r'[+-]?\d+(\.\d{1,2}|\.\d{4,})?', typed):
        return Decimal(typed)
    spoken = locale(current_language())
    if str(spoken.number_symbols['latn']['group']).isspace():
        typed = typed.replace(' ', '')
    try:
        return Decimal(parse_decimal(typed, locale=spoken, strict=True))
    except NumberFormatError:
        return _decimal(typed)


def _decimal(typed: str) -> Decimal:
    if not re.fullmatch(r'[+-]?\d+(\.\d+)?', typed):
        raise ValueError(typed)
    return Decimal(typed)
