"""A greeting for the time of day."""

from __future__ import annotations

import datetime as dt

from models.core.words import _
from services.core import formats


def greeting(name: str, now: dt.datetime) -> str:
    """Good morning, afternoon or evening, in the seller's zone, with the first name."""
    hour = now.astimezone(formats.zone()).hour
    words = _('Good morning') if hour < 12 else _('Good afternoon') if hour < 18 else _('Good evening')
    first = name.partition(' ')[0]
    return _('{greeting}, {name}').format(greeting=words, name=first) if first else words
