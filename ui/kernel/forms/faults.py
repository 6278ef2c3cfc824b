"""What pydantic has against an input, as sentences in the person's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from models.core.words import _

Facts = Mapping[str, Any]

_SENTENCES: dict[str, Callable[[Facts], str]] = {
    'missing': lambda facts: not_filled(),
    'string_too_short': lambda facts: not_filled() if facts['min_length'] == 1 else
    _('At least {count} characters, please.').format(count=facts['min_length']),
    'string_too_long': lambda facts: _('At most {count} characters, please.').format(count=facts['max_length']),
    'greater_than': lambda facts: _('This must be more than {limit}.').format(limit=facts['gt']),
    'greater_than_equal': lambda facts: _('This must be at least {limit}.').format(limit=facts['ge']),
    'less_than': lambda facts: _('This must be less than {limit}.').format(limit=facts['lt']),
    'less_than_equal': lambda facts: _('This must be at most {limit}.').format(limit=facts['le']),
    'decimal_max_places': lambda facts: _('At most {count} decimals, please.').format(count=facts['decimal_places']),
    'value_error': lambda facts: str(facts['error']),
}
_BY_KIND = {
    'decimal': lambda: _('This is not a number.'), 'int': lambda: _('This is not a whole number.'),
    'date': lambda: _('This is not a day.'), 'enum': lambda: _('Please choose one of these.'),
    'literal': lambda: _('Please choose one of these.'), 'uuid': lambda: _('Please choose one of these.'),
}


def sentences(errors: Iterable[ErrorDetails]) -> dict[str, str]:
    """One sentence by dotted field name; '' is the whole form."""
    found: dict[str, str] = {}
    for error in errors:
        name = '.'.join(str(part) for part in error['loc'])
        found.setdefault(name, _sentence(error))
    return found


def not_filled() -> str:
    """What is said about a needed field left empty."""
    return _('Please fill this in.')


def not_a_number() -> str:
    """What is said about a number that cannot be read."""
    return _('This is not a number.')


def _sentence(error: ErrorDetails) -> str:
    kind, facts = error['type'], error.get('ctx', {})
    if not error.get('input') and kind not in _SENTENCES:
        return not_filled()
    if kind in _SENTENCES:
        return _SENTENCES[kind](facts)
    known = _BY_KIND.get(kind.split('_')[0])
    return known() if known else _('This is not valid.')
