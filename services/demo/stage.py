"""What the parts of the demo company share while it is built up."""

from __future__ import annotations

import datetime as dt
import random  # noqa: TID251 - seeded: the same demo on every machine, nothing secret
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from models.catalogue import Item
from models.customers import Address, Customer
from models.orders import ShippingMethod
from models.pricing import PriceList
from models.stock import Warehouse
from models.users import Role, User
from services.core.work import Work

ZONE = ZoneInfo('Europe/Amsterdam')
SEED = 7


@dataclass
class Stage:
    """The demo company as far as it stands; `chance` draws the same on every machine."""

    work: Work
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    warehouses: list[Warehouse] = field(default_factory=list)
    shipping: list[ShippingMethod] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    lists: dict[str, PriceList] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    addresses: dict[str, Address] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    members: dict[str, list[tuple[User, Role]]] = field(default_factory=dict)
    own_numbers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def now(self) -> dt.datetime:
        """The moment the demo company is made."""
        return self.work.now

    @property
    def today(self) -> dt.date:
        """The day it is at the seller's."""
        return self.now.astimezone(ZONE).date()

    def at(self, days: int, clock: str = '09:00') -> dt.datetime:
        """This many days ago at this time of day at the seller's, never later than now."""
        hour, minute = (int(part) for part in clock.split(':'))
        day = self.today - dt.timedelta(days=days)
        return min(dt.datetime.combine(day, dt.time(hour, minute), ZONE).astimezone(dt.UTC), self.now)

    def keep(self, *rows: Any) -> None:
        """Store rows now, so that others may refer to them."""
        self.work.session.add_all(rows)
        self.work.session.flush()
