"""The seller: Nordwerk Supply with its settings, VAT rates, warehouses and ways of delivery."""

from __future__ import annotations

from models.orders import ShippingMethod
from models.settings import Setting
from models.stock import Warehouse
from services.demo.sources import maybe, number, rows, texts
from services.demo.stage import Stage
from services.pricing import taxes
from services.settings import TOPIC

MARKER = 'demo'
SETTINGS = {
    'seller.name': 'Nordwerk Supply', 'seller.legal_name': 'Nordwerk Supply B.V.', 'seller.street': 'Waalhaven O.z. 12',
    'seller.postcode': '3087 BM', 'seller.city': 'Rotterdam', 'seller.country': 'NL', 'seller.vat_id': 'NL861204311B01',
    'seller.registration': 'KvK 78412065', 'seller.iban': 'NL91ABNA0417164300', 'seller.bic': 'ABNANL2A',
    'seller.email': 'sales@nordwerk.example', 'seller.phone': '+31 10 555 0140',
    'seller.website': 'https://nordwerk.example', 'seller.currency': 'EUR', 'seller.time_zone': 'Europe/Amsterdam',
    'seller.language': 'en', 'brand.colour': '#0f5c56', 'access.requests': True, 'payments.test': True, MARKER: True,
    'charges.on': True, 'charges.fee_2': '10', 'charges.fee_3': '25', 'charges.interest_level': 3,
    'charges.reference_rate': '2.15',
}


def add_company(stage: Stage) -> None:
    """Settings with the marker of a demo database, VAT rates, two warehouses, and the ways of delivery."""
    stage.keep(*(Setting(key=key, value={'value': value}) for key, value in SETTINGS.items()))
    stage.work.announce(TOPIC)
    taxes.seed(stage.work.session)
    stage.warehouses = [Warehouse(code='main', name='Rotterdam', position=0),
                        Warehouse(code='north', name='Groningen', position=1)]
    stage.shipping = [ShippingMethod(
        code=row['code'], names=texts(row, 'name'), price=number(row['price']), free_from=maybe(row['free_from']),
        countries=row['countries'].split('|') if row['countries'] else [], position=position)
        for position, row in enumerate(rows('shipping_methods'))]
    stage.keep(*stage.warehouses, *stage.shipping)
