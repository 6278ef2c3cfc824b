"""From an input model to fields on the page, and from what was typed back to the model."""

from __future__ import annotations

import datetime as dt
import enum
import types
import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from models.core.words import LANGUAGES
from services.core import formats
from services.core.fields import (
    Choice,
    Date,
    Flag,
    Hidden,
    LongText,
    Money,
    Number,
    PerLanguage,
    Qty,
    SearchChoice,
    Shown,
    Text,
)

NUMBERS = (Money, Number, Qty)
Flat = dict[str, tuple[FieldInfo, Shown]]


def fields_of(model: type[BaseModel], before: str = '') -> Flat:
    """All fields by dotted name with how each is shown; nested models (an address) come one after the other."""
    found: Flat = {}
    for name, info in model.model_fields.items():
        inner = _plain(info.annotation)
        marker = next((m for m in info.metadata if isinstance(m, Shown)), None)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= fields_of(inner, f'{before}{name}.')
        else:
            found[before + name] = info, marker or _guess(name, inner)
    return found


def drawn(name: str, info: FieldInfo, shown: Shown, *, options: Mapping[str, Any], currency: str = 'EUR',
          languages: Sequence[str] = tuple(LANGUAGES)) -> dict[str, Any]:
    """What the browser needs to draw one field."""
    most = next((m.max_length for m in info.metadata if getattr(m, 'max_length', None)), None)
    number = isinstance(shown, NUMBERS)
    field = {
        'name': name, 'kind': shown.kind, 'label': str(shown.label), 'help': str(shown.help), 'half': shown.half,
        'part': str(shown.part), 'placeholder': str(shown.placeholder), 'autocomplete': shown.autocomplete,
        'most': most, 'needed': is_needed(info), 'number': number, 'unit': '', 'step': getattr(shown, 'step', 1),
        'input': {'date': 'date', 'secret': 'password'}.get(shown.kind, getattr(shown, 'input', 'text')),
    }
    if isinstance(shown, Money):
        field['unit'] = shown.currency or currency
    elif isinstance(shown, Number):
        field['unit'] = str(shown.unit)
    elif isinstance(shown, Choice):
        field['choices'] = [{'v': str(v), 'l': str(label)} for v, label in _choices(name, info, shown, options).items()]
    elif isinstance(shown, PerLanguage):
        field |= {'languages': [{'v': code, 'l': LANGUAGES[code]} for code in languages], 'long': shown.long}
    elif isinstance(shown, SearchChoice):
        field['text'] = str(options.get(name, ''))
    return field


def typed_from(value: Any, shown: Shown) -> Any:
    """A value as it stands in its control."""
    if isinstance(shown, Flag):
        return bool(value)
    if isinstance(shown, PerLanguage):
        return dict(value or {})
    if value is None:
        return ''
    if isinstance(value, Decimal) or (isinstance(shown, NUMBERS) and isinstance(value, int)):
        return formats.plain_number(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def value_from(typed: Any, info: FieldInfo, shown: Shown) -> Any:
    """What goes into the model for what was typed; raises ValueError for a number that is none."""
    if isinstance(shown, Flag):
        return typed is True
    if isinstance(shown, PerLanguage):
        given = typed if isinstance(typed, Mapping) else {}
        return {code: text.strip() for code, text in given.items()
                if code in LANGUAGES and isinstance(text, str) and text.strip()}
    text = typed if shown.kind == 'secret' else str(typed if typed is not None else '').strip()
    if text == '' and _may_be_none(info.annotation):
        return None
    if isinstance(shown, NUMBERS) and text:
        return formats.parsed_number(text)
    return text


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names as nested dicts."""
    whole: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, last = name.split('.')
        place = whole
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return whole


def is_needed(info: FieldInfo) -> bool:
    """Whether the field cannot be left empty."""
    if _may_be_none(info.annotation):
        return False
    return info.is_required() or _least(info) > 0 or isinstance(info.default, enum.Enum | Decimal | int | dt.date)


def _choices(name: str, info: FieldInfo, shown: Choice, options: Mapping[str, Any]) -> Mapping[str, Any]:
    if name in options:
        return dict(options[name])
    if shown.choices is not None:
        return shown.choices()
    inner = _plain(info.annotation)
    if isinstance(inner, type) and issubclass(inner, enum.Enum):
        return {member.value: str(member.value).replace('_', ' ').capitalize() for member in inner}
    return {}


def _guess(name: str, inner: Any) -> Shown:
    label = name.replace('_', ' ').capitalize()
    if inner is bool:
        return Flag(label)
    if inner in (int, Decimal):
        return Number(label)
    if inner is dt.date:
        return Date(label)
    if isinstance(inner, type) and issubclass(inner, enum.Enum):
        return Choice(label)
    return {'version': Hidden(), 'note': LongText(label), 'notes': LongText(label)}.get(name, Text(label))


def _least(info: FieldInfo) -> int:
    return max((m.min_length for m in info.metadata if getattr(m, 'min_length', None)), default=0)


def _may_be_none(annotation: Any) -> bool:
    return type(None) in typing.get_args(annotation)


def _plain(annotation: Any) -> Any:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(annotation) if kind is not type(None)]
        return _plain(kinds[0])
    return _plain(typing.get_args(annotation)[0]) if typing.get_origin(annotation) is typing.Annotated else annotation
