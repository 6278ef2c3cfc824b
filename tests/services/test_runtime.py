"""One act is one transaction: tried again when another came first, refused without a trace when a rule stays broken."""

from __future__ import annotations

import threading

import pytest
from sqlmodel import select

from models.carts import Cart
from models.customers import Customer
from services.carts.service import CartService
from services.core.errors import Conflict, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires


class ClashService(Service):
    """Breaks a rule of the database on purpose."""

    @requires(Permission.OFFICE, writes=True)
    def clash(self) -> None:
        """Put in a customer whose account number is taken."""
        self.session.add(Customer(account='C-10001', name='Twin', created_at=self.now))


def test_a_broken_rule_is_a_conflict_and_leaves_nothing(runtime, world):
    with pytest.raises(Conflict):
        runtime.run(world.olga, ClashService.clash)
    with runtime.database.reading() as session:
        assert len(session.exec(select(Customer)).all()) == 2


def test_two_windows_begin_one_cart(runtime, world):
    faults = []

    def add():
        try:
            runtime.run(world.ben, CartService.add, 'GLOVE-9', 1)
        except Exception as fault:
            faults.append(fault)
    threads = [threading.Thread(target=add) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert faults == []
    with runtime.database.reading() as session:
        assert len(session.exec(select(Cart)).all()) == 1
    assert runtime.run(world.ben, CartService.read).lines[0].quantity == 6


def test_what_raises_is_rolled_back(runtime, world):
    with pytest.raises(NotFound):
        runtime.run(world.ben, CartService.add_many, [('GLOVE-9', 1), ('NO-SUCH', 1)])
    assert runtime.run(world.ben, CartService.count) == 0
