"""What the tests of orders share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import func, select

from services.carts.service import CartService
from services.core.actor import SYSTEM, Actor
from services.core.runtime import Runtime
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService

TRACES = ('order', 'order_line', 'reservation', 'event', 'mail', 'notification', 'submission', 'order_request')


@pytest.fixture
def place(runtime: Runtime) -> Callable[..., str]:
    """Put lines in a person's cart and order them; returns the number."""
    def act(who: Actor, *lines: tuple[str, Any], submit: str = '', expected: Decimal | None = None, **choices: Any) -> str:
        if lines:
            runtime.run(who, CartService.add_many, lines)
        return runtime.run(who, CheckoutService.place, CheckoutInput(**choices),
                           key=submit or secrets.token_urlsafe(24), expected_gross=expected)
    return act


@pytest.fixture
def alter(runtime: Runtime) -> Callable[..., None]:
    """Set columns of a row behind everybody's back."""
    def act(row: Any, **values: Any) -> None:
        with runtime.work(SYSTEM, writes=True) as work:
            again = work.session.get_one(type(row), row.id)
            for name, value in values.items():
                setattr(again, name, value)
            work.session.add(again)
    return act


@pytest.fixture
def traces(runtime: Runtime) -> Callable[[], dict[str, int]]:
    """How many rows each table holds that an act on orders may leave behind."""
    def counted() -> dict[str, int]:
        from models.tables import metadata
        with runtime.database.reading() as session:
            return {name: session.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
                    for name in TRACES}
    return counted
