"""What the tests of orders share."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import func, select

from models.audit import Event
from models.catalogue import Item
from models.mail import Mail
from models.notifications import Notification
from models.stock import Reservation, StockLevel
from services.carts.service import CartService
from services.core.actor import SYSTEM, Actor
from services.core.errors import DomainError
from services.core.runtime import Runtime
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService, OrderView
from services.settings import SettingService

TRACES = ('order', 'order_line', 'reservation', 'event', 'mail', 'notification', 'submission', 'order_request',
          'shipment', 'shipment_line', 'parcel', 'tracking_event', 'stock_movement')


@pytest.fixture
def place(runtime: Runtime) -> Callable[..., str]:
    """Put lines in a person's cart and order them; returns the number."""
    def act(who: Actor, *lines: tuple[str, Any], submit: str = '', expected: Decimal | None = None,
            **choices: Any) -> str:
        if lines:
            runtime.run(who, CartService.add_many, lines)
        return runtime.run(who, CheckoutService.place, CheckoutInput(**choices),
                           key=submit or secrets.token_urlsafe(24), expected_gross=expected)
    return act


@pytest.fixture
def german(runtime: Runtime) -> None:
    """The seller sits in Germany, so that Harbour pays 19 % and Atelier none."""
    runtime.run(SYSTEM, SettingService.put, 'seller.country', 'DE')


@pytest.fixture
def order(runtime: Runtime) -> Callable[[str], OrderView]:
    """An order of this number as it stands."""
    return lambda number: runtime.run(SYSTEM, OrderService.read, number)


@pytest.fixture
def promised(runtime: Runtime) -> Callable[[], dict[str, Decimal]]:
    """What is reserved by SKU, after making sure that levels and reservations say the same and nothing is oversold."""
    def counted() -> dict[str, Decimal]:
        with runtime.database.reading() as session:
            levels = session.exec(select(Item.sku, StockLevel).join(Item, Item.id == StockLevel.item_id)).all()
            held = session.exec(select(Reservation).where(Reservation.active)).all()
        for _sku, level in levels:
            place = level.item_id, level.warehouse_id
            assert level.reserved == sum((r.quantity for r in held if (r.item_id, r.warehouse_id) == place), Decimal(0))
            assert 0 <= level.reserved <= level.on_hand
        sums: dict[str, Decimal] = {}
        for sku, level in levels:
            sums[sku] = sums.get(sku, Decimal(0)) + level.reserved
        return {sku: quantity for sku, quantity in sums.items() if quantity}
    return counted


@pytest.fixture
def last(runtime: Runtime) -> Callable[[str], tuple[str, str, str]]:
    """The newest event of an action: who, number, note."""
    def found(action: str) -> tuple[str, str, str]:
        with runtime.database.reading() as session:
            events = session.exec(select(Event).where(Event.action == action)).all()
        event = max(events, key=lambda event: event.sequence)
        return event.actor_name, event.number, event.note
    return found


@pytest.fixture
def told(runtime: Runtime) -> Callable[[str], tuple[set[uuid.UUID], list[str]]]:
    """Whom a message reached by bell, and by mail."""
    def found(message: str) -> tuple[set[uuid.UUID], list[str]]:
        with runtime.database.reading() as session:
            bells = session.exec(select(Notification.user_id).where(Notification.message == message)).all()
            mails = session.exec(select(Mail.recipient).where(Mail.message == message)).all()
        return set(bells), list(mails)
    return found


@pytest.fixture
def refused(traces: Callable[[], dict[str, int]]) -> Callable[..., DomainError]:
    """Try an act that must be refused in this way and leave nothing behind; gives the refusal."""
    def act(kind: type[DomainError], attempt: Callable[[], Any]) -> DomainError:
        before = traces()
        with pytest.raises(kind) as caught:
            attempt()
        assert traces() == before
        return caught.value
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
