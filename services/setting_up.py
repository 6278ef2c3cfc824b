"""The beginnings of a new company: what must be there before the first order can be placed."""

from __future__ import annotations

from decimal import Decimal

from babel.core import get_global
from babel.numbers import get_territory_currencies

from models.orders import ShippingMethod
from models.pricing import PriceKind, PriceList
from models.stock import Warehouse
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.pricing import taxes
from services.settings import SETTINGS, SettingService
from services.shipments import carriers

DELIVERY = {'en': 'Standard delivery', 'de': 'Standardlieferung', 'fr': 'Livraison standard', 'es': 'Entrega estándar',
            'nl': 'Standaardlevering', 'pl': 'Dostawa standardowa', 'ar': 'توصيل عادي'}


class SettingUpService(Service):
    """Makes a company that can begin to sell."""

    @requires(Permission.SYSTEM, writes=True)
    def begin(self, company: str, *, country: str = 'NL', currency: str = '') -> None:
        """Name the company and give it VAT rates, a warehouse, a way of delivery and a base price list.

        The currency is the country's own unless another is given; Invalid is raised for what is neither.
        """
        currency = currency or next(iter(get_territory_currencies(country)), '')
        SettingService(self.work).put_all({
            'seller.name': company, 'seller.country': country, 'seller.currency': currency,
            'seller.time_zone': _time_zone(country), 'auth.two_step_staff': True})
        taxes.seed(self.session)
        carriers.seed(self.session)
        self.session.add_all((
            Warehouse(code='main', name='Main warehouse'),
            ShippingMethod(code='standard', names=DELIVERY, price=Decimal(0)),
            PriceList(code='base', name='Base prices', kind=PriceKind.BASE, currency=currency)))
        self.session.flush()


def _time_zone(country: str) -> str:
    """The time of a country that has one only; of others nobody knows which, so the usual one."""
    zones = [zone for zone, place in get_global('zone_territories').items() if place == country]
    return zones[0] if len(zones) == 1 else str(SETTINGS['seller.time_zone'].default)
