"""The page to pay after a refusal: its button works again, and what can be no amount is said instead of failing."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from services.core.errors import Conflict
from ui.office.payments.record import RecordPage
from ui.portal.payments.pay import PayView


class Refusing:
    """A view whose every act is refused."""

    def __init__(self, **state: Any) -> None:
        self.query: dict[str, str] = {}
        self.state = state
        self.refusals: list[Any] = []
        self.started: list[Any] = []

    async def do(self, *_args: Any, **_more: Any) -> None:
        raise Conflict('somebody pays it already')

    def start(self, act: Any) -> None:
        self.started.append(act)


def test_a_refused_payment_can_be_tried_again() -> None:
    view = Refusing()
    page = PayView(view)  # type: ignore[arg-type]
    view.state.update(chosen={'IN-1': '10'}, method='test', key='k')
    page.side = SimpleNamespace(rest=lambda: None)  # type: ignore[assignment]
    for _time in range(2):
        with pytest.raises(Conflict):
            asyncio.run(page.pay())
    assert view.started == [page._again] * 2  # what is shown is read anew, with a button that works


def test_a_refused_record_can_be_tried_again() -> None:
    page = RecordPage(Refusing(key='k'))  # type: ignore[arg-type]
    page.head = SimpleNamespace(model_dump=lambda: {  # type: ignore[assignment]
        'account': 'C-1', 'amount': '10', 'received_on': '2026-03-02'})
    for _time in range(2):
        with pytest.raises(Conflict):
            asyncio.run(page._save())


@pytest.mark.parametrize('text', ['1.23456', '99999999999', '1e30', '-5', 'NaN', 'Infinity', 'ten'])
def test_what_is_no_amount_is_said(text: str) -> None:
    view = Refusing()
    page = PayView(view)  # type: ignore[arg-type]
    view.state.update(chosen={'IN-1': text}, method='test')
    assert page.chosen() == 'Please give an amount for IN-1.'
    view.state.update(chosen={}, extra=text)
    assert page.chosen() == 'Please give an amount.'
