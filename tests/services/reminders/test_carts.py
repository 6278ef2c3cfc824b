"""A left cart is told of once for its last change, where the seller wants it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from models.carts import Cart, CartLine
from models.core.types import new_id
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.reminders.carts import remind_of_carts
from tests.conftest import Clock
from tests.services.people import mails
from tests.services.reminders.conftest import at_home, change
from tests.world import World


def leave(runtime: Runtime, world: World, *, saved: bool = False) -> Cart:
    with runtime.work(SYSTEM, writes=True) as work:
        assert world.ben.user_id
        cart = Cart(id=new_id(), user_id=world.ben.user_id, customer_id=world.harbour.id, changed_at=work.now)
        work.session.add(cart)
        work.session.flush()
        work.session.add(CartLine(customer_id=world.harbour.id, cart_id=cart.id, item_id=world.items['LAMP-5'].id,
                                  quantity=Decimal(1), saved=saved))
        return cart


def test_once_for_each_time_it_was_left(runtime: Runtime, world: World, clock: Clock) -> None:
    at_home(runtime, world, cart_days=2)
    cart = leave(runtime, world)
    clock.advance(days=1)
    assert remind_of_carts(runtime) == 0
    clock.advance(days=1)
    assert remind_of_carts(runtime) == 1 and remind_of_carts(runtime) == 0
    mail, = mails(runtime)
    assert (mail.recipient, mail.subject) == ('ben@harbour.test', 'Your cart is waiting; lines in it: 1')
    change(runtime, cart, changed_at=clock.now)
    clock.advance(days=2)
    assert remind_of_carts(runtime) == 1
    clock.advance(days=30)
    change(runtime, cart, changed_at=clock.now - dt.timedelta(days=31))
    assert remind_of_carts(runtime) == 0


def test_not_unless_wanted_and_not_of_what_is_kept_for_later(runtime: Runtime, world: World, clock: Clock) -> None:
    leave(runtime, world, saved=True)
    clock.advance(days=3)
    assert remind_of_carts(runtime) == 0
    at_home(runtime, world, cart_days=2)
    assert remind_of_carts(runtime) == 0 and mails(runtime) == []
