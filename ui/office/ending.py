"""Asking the office how something of an order ends: why, and what becomes of money that was paid in advance."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.orders import MoneyBack
from services.core import formats
from services.core.fields import Choice, Text
from services.orders.reading import OrderView
from services.settings import SETTINGS, SettingService
from ui.kernel.forms import ask
from ui.kernel.view import View

_KEY = 'orders.money_back'
Back = Annotated[MoneyBack, Choice(_l('What was paid in advance'), choices=lambda: SETTINGS[_KEY].choices or {})]


class BackInput(BaseModel):
    """What becomes of the money."""

    model_config = ConfigDict(extra='forbid')

    back: Back = MoneyBack.CREDIT


class EndInput(BaseModel):
    """Why it ends, in words the customer reads, and what becomes of the money."""

    model_config = ConfigDict(extra='forbid')

    reason: Annotated[str, Text(_l('Reason'))] = Field(min_length=1, max_length=300)
    back: Back = MoneyBack.CREDIT


class ReasonInput(BaseModel):
    """Why it ends, where nothing was paid in advance."""

    model_config = ConfigDict(extra='forbid')

    reason: Annotated[str, Text(_l('Reason'))] = Field(min_length=1, max_length=300)

    @property
    def back(self) -> None:
        """There is no money to give back."""
        return None


async def ask_end(view: View, title: str, button: str, found: OrderView | None = None) -> Any:
    """Ask for `reason` and `back`; without an order, of several, money is asked for in any case. None: better not."""
    text = _('The customer reads the reason. Stock is released.')
    if found is not None and not paid_words(found):
        return await ask(view, ReasonInput, title, button, text=text, danger=True)
    said = ' '.join(part for part in (text, paid_words(found) if found else '') if part)
    return await ask(view, EndInput, title, button, text=said, danger=True, values={'back': await _usual(view)})


async def ask_back(view: View, title: str, button: str, found: OrderView) -> Any:
    """Ask for `back` alone, where something was paid in advance; else answer at once."""
    if not paid_words(found):
        return BackInput()
    return await ask(view, BackInput, title, button, text=paid_words(found), values={'back': await _usual(view)})


def paid_words(found: OrderView) -> str:
    """How much was paid in advance and is not given back; nothing for other orders."""
    if found.money is None or not found.money.in_advance:
        return ''
    return _('{amount} was paid in advance.').format(
        amount=formats.money(found.money.in_advance, found.order.currency))


async def _usual(view: View) -> str:
    return str(await view.do(SettingService.get, _KEY))
