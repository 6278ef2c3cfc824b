"""The beginnings of a new company: what must be there before the first order can be placed."""

from __future__ import annotations

from decimal import Decimal

from models.orders import ShippingMethod
from models.pricing import PriceKind, PriceList
from models.stock import Warehouse
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.pricing import taxes
from services.settings import SettingService

DELIVERY = {'en': 'Standard delivery', 'de': 'Standardlieferung', 'fr': 'Livraison standard', 'es': 'Entrega estándar',
            'nl': 'Standaardlevering', 'pl': 'Dostawa standardowa', 'ar': 'توصيل عادي'}


class SettingUpService(Service):
    """Makes a company that can begin to sell."""

    @requires(Permission.SYSTEM, writes=True)
    def begin(self, company: str) -> None:
        """Name the company and give it VAT rates, a warehouse, a way of delivery and a base price list."""
        SettingService(self.work).put('seller.name', company)
        taxes.seed(self.session)
        self.session.add_all((
            Warehouse(code='main', name='Main warehouse'),
            ShippingMethod(code='standard', names=DELIVERY, price=Decimal(0)),
            PriceList(code='base', name='Base prices', kind=PriceKind.BASE)))
        self.session.flush()
