"""Reminding of carts that were left: once for each time a cart was last changed, and only where the seller wants it."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlmodel import col, select

from models.carts import Cart, CartLine
from models.core.types import new_id
from models.reminders import Reminder
from services.calendar import today
from services.core.actor import SYSTEM
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.informing import inform
from services.reminders.calendar import is_working_day
from services.settings import setting

KIND = 'cart_left'
FORGOTTEN = dt.timedelta(days=30)


class CartReminderService(Service):
    """The steps of a run, each its own short act."""

    @requires(Permission.SYSTEM)
    def waiting(self) -> list[uuid.UUID]:
        """The carts that were left for the days the seller set, and not for a month; none where he set none."""
        days = setting(self.work, 'reminders.cart_days')
        if not days or not is_working_day(self.work, today(self.work)):
            return []
        filled = sa.exists().where(col(CartLine.cart_id) == col(Cart.id), sa.not_(col(CartLine.saved)))
        return list(self.session.exec(select(Cart.id).where(
            filled, col(Cart.changed_at) <= self.now - dt.timedelta(days=days),
            col(Cart.changed_at) > self.now - FORGOTTEN).order_by(col(Cart.id))))

    @requires(Permission.SYSTEM, writes=True)
    def remind(self, cart_id: uuid.UUID) -> int:
        """Tell the person of his cart, once for its last change; returns 1, or 0 when that was done."""
        cart = self.session.exec(select(Cart).where(Cart.id == cart_id)).one()
        cycle = cart.changed_at.strftime('%Y-%m-%dT%H:%M:%S')
        told = self.session.exec(select(Reminder.id).where(
            Reminder.kind == KIND, Reminder.subject_id == cart.id, Reminder.cycle == cycle)).first()
        if told is not None:
            return 0
        lines = self.session.execute(sa.select(sa.func.count()).select_from(CartLine).where(
            col(CartLine.cart_id) == cart.id, sa.not_(col(CartLine.saved)))).scalar_one()
        self.session.add(Reminder(id=new_id(), kind=KIND, subject_id=cart.id, cycle=cycle, at=self.now,
                                  customer_id=cart.customer_id, on=today(self.work)))
        self.session.flush()
        inform(self.work, KIND, [cart.user_id], facts={'count': lines}, path='/cart', customer_id=cart.customer_id)
        return 1


def remind_of_carts(runtime: Runtime) -> int:
    """The recurring piece of work; returns how many people were told."""
    return sum(runtime.run(SYSTEM, CartReminderService.remind, cart_id)
               for cart_id in runtime.run(SYSTEM, CartReminderService.waiting))
