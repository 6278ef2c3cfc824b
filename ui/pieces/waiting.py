"""What waits for a person, each with its one button."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.words import _
from services.core import formats
from services.dashboards.waiting import Matter, Waiting
from ui.kernel import design

ICONS = {Matter.CONSENT: 'package', Matter.OVERDUE: 'receipt-text', Matter.DUE: 'receipt-text',
         Matter.PROMISE: 'calendar-clock', Matter.ANSWER: 'message-square'}


def show(place: design.Element, found: Sequence[Waiting], *, most: int = 0) -> None:
    """Show what waits in this list, `most` at most; says so when nothing does."""
    place.clear()
    with place:
        for one in found[:most or None]:
            title, text, label = worded(one)
            line(ICONS[one.matter], title, text, label, one.path)
        if not found:
            with design.box('p-empty', tag='li'):
                design.icon('circle-check')
                design.words(_('Nothing waits for you'), tag='p')


def worded(one: Waiting) -> tuple[str, str, str]:
    """Title, further words and button of one thing."""
    money, day = formats.money(one.amount, one.currency), formats.day(one.day)
    said = {
        Matter.CONSENT: (_('{number} needs your consent to a change'), one.text, _('Review')),
        Matter.OVERDUE: (_('Invoice {number} is overdue'), _('{amount}, due {date}'), _('Pay')),
        Matter.DUE: (_('Invoice {number} is due soon'), _('{amount}, due {date}'), _('Pay')),
        Matter.PROMISE: (_('You promised to pay {number}'), _('{amount} on {date}'), _('Pay')),
        Matter.ANSWER: (_('We answered your dispute of {number}'), one.text, _('Read')),
    }
    title, text, label = said[one.matter]
    if one.matter not in (Matter.CONSENT, Matter.ANSWER):
        text = text.format(amount=money, date=day)
    return title.format(number=one.number), text, label


def line(name: str, title: str, text: str, label: str, path: str) -> None:
    """One line of what waits for the person, with its one button."""
    with design.box('p-todo', tag='li'):
        design.icon(name)
        with design.box('p-todo-text'):
            design.words(title, classes='p-strong')
            design.words(text)
        design.button(label, href=path, small=True)
