"""What a person pays, for pages and the API."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal

from sqlmodel import col, select

from models.core.words import _
from models.customers import Customer
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.pricing.engine import PriceQuote, quotes


class PricingService(Service):
    """Prices of items for a customer."""

    @requires(Permission.PRICES_READ)
    def quote(self, customer_id: uuid.UUID, wanted: Mapping[uuid.UUID, Decimal], *,
              on: dt.date | None = None) -> dict[uuid.UUID, PriceQuote]:
        """The price of each item at its quantity for a customer within reach; raises NotFound for any other."""
        own = self.actor.customer_id
        if own is not None and own != customer_id and not self.actor.system:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        customer = self.session.exec(select(Customer).where(col(Customer.id) == customer_id)).first()
        if customer is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        return quotes(self.work, customer, wanted, on)
