"""The small cast: Nordwerk sells; Harbour and Atelier buy; a few items, prices and pieces in stock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlmodel import Session, SQLModel

from models.catalogue import BackorderPolicy, Category, Item, TaxClass
from models.customers import Address, Customer
from models.orders import ShippingMethod
from models.pricing import Price, PriceKind, PriceList, TaxRate
from models.stock import MovementReason, StockLevel, StockMovement, Warehouse
from models.users import Membership, Role, User
from services.core.actor import SYSTEM, Actor
from services.core.runtime import Runtime
from services.search.indexing import index

PASSWORD = 'correct horse battery'


@dataclass
class World:
    """Everybody and everything a test may need, by name; people are actors, things are rows."""

    harbour: Customer
    atelier: Customer
    mara: Actor
    ben: Actor
    vera: Actor
    fin: Actor
    ada: Actor
    luc: Actor
    olga: Actor
    sam: Actor
    wim: Actor
    items: dict[str, Item]
    warehouse: Warehouse
    base_prices: PriceList
    shipping: ShippingMethod

    def read_anew(self, runtime: Runtime) -> World:
        """The same cast with its rows as they stand in this database, so that no test sees another's changes."""
        with runtime.database.reading() as session:
            def again(row: Any) -> Any:
                return session.get_one(type(row), row.id)
            rows = {name: again(row) for name, row in vars(self).items() if isinstance(row, SQLModel)}
            return replace(self, items={sku: again(item) for sku, item in self.items.items()}, **rows)


def build(runtime: Runtime) -> World:
    """Put the cast into an empty database."""
    with runtime.work(SYSTEM, writes=True) as work:
        session, now = work.session, work.now
        harbour, atelier = add_customers(session, now)
        people = add_people(session, now, harbour, atelier)
        items = add_items(session, now)
        return World(harbour=harbour, atelier=atelier, items=items, base_prices=add_prices(session, items, harbour),
                     warehouse=add_stock(session, now, items), shipping=add_shipping(session), **people)


def add_customers(session: Session, now: dt.datetime) -> tuple[Customer, Customer]:
    """Harbour in Germany and Atelier in France, each with a place to ship to and a place to bill."""
    harbour = Customer(account='C-10001', name='Harbour Joinery', vat_id='DE123456788', street='Kai 1',
                       postcode='20457', city='Hamburg', country='DE', credit_limit=Decimal(10000),
                       is_portal_user=True, created_at=now)
    atelier = Customer(account='C-10002', name='Atelier Bois', vat_id='FR40303265045', street='Rue 2', postcode='69001',
                       city='Lyon', country='FR', language='fr', is_portal_user=True, created_at=now)
    session.add_all((harbour, atelier))
    session.flush()
    for company in (harbour, atelier):
        for kind in ('shipping', 'billing'):
            session.add(Address(customer_id=company.id, kind=kind, name=company.name, street=company.street,
                                postcode=company.postcode, city=company.city, country=company.country, is_default=True))
    return harbour, atelier


def add_people(session: Session, now: dt.datetime, harbour: Customer, atelier: Customer) -> dict[str, Actor]:
    """Five people of Harbour, one of Atelier, three of the office."""
    cast = {'mara': (Role.ADMIN, harbour), 'ben': (Role.BUYER, harbour), 'vera': (Role.VIEWER, harbour),
            'fin': (Role.FINANCE, harbour), 'ada': (Role.APPROVER, harbour), 'luc': (Role.ADMIN, atelier),
            'olga': (Role.OWNER, None), 'sam': (Role.SALES, None), 'wim': (Role.WAREHOUSE, None)}
    return {name: add_person(session, now, name, *place) for name, place in cast.items()}


def add_person(session: Session, now: dt.datetime, name: str, role: Role, company: Customer | None = None) -> Actor:
    """One person with a role in a company, or in the office, as an actor."""
    place = company.name.split()[0].lower() if company else 'nordwerk'
    user = User(email=f'{name}@{place}.test', name=name.title(), created_at=now)
    session.add(user)
    session.flush()
    session.add(Membership(user_id=user.id, customer_id=company.id if company else None, role=role, created_at=now))
    return Actor.as_member(user_id=user.id, name=user.name, role=role, customer_id=company.id if company else None)


def add_items(session: Session, now: dt.datetime) -> dict[str, Item]:
    """Three items by SKU: bolts in packs of 50, a lamp that is never back-ordered, gloves for everybody."""
    category = Category(code='tools', path='tools/', names={'en': 'Tools', 'de': 'Werkzeug'})
    session.add(category)
    session.flush()
    common = {'created_at': now, 'category_id': category.id, 'tax_class': TaxClass.STANDARD, 'brand': 'Nordwerk'}
    items = [
        Item(sku='BOLT-M8', name='Hex bolt M8', names={'en': 'Hex bolt M8', 'de': 'Sechskantschraube M8'},
             ean='4006381333931', pack_size=Decimal(50), min_quantity=Decimal(50), multiple=Decimal(50), **common),
        Item(sku='LAMP-5', name='Work lamp', names={'en': 'Work lamp', 'de': 'Arbeitslampe'},
             ean='4006381333948', backorder=BackorderPolicy.BLOCK, **common),
        Item(sku='GLOVE-9', name='Work gloves, size 9', names={'en': 'Work gloves, size 9', 'de': 'Handschuhe Größe 9'},
             ean='4006381333955', **common),
    ]
    session.add_all(items)
    session.flush()
    index(session, [item.id for item in items])
    return {item.sku: item for item in items}


def add_prices(session: Session, items: dict[str, Item], harbour: Customer) -> PriceList:
    """A base list in euro with a volume break, Harbour's own price for the lamp, and VAT of both countries."""
    base = PriceList(code='BASE', name='Base prices', kind=PriceKind.BASE)
    own = PriceList(code='HARBOUR', name='Harbour', kind=PriceKind.CUSTOMER, customer_id=harbour.id)
    session.add_all((base, own))
    session.flush()
    prices = (('BOLT-M8', base, 1, '0.25'), ('BOLT-M8', base, 500, '0.20'), ('LAMP-5', base, 1, '40'),
              ('LAMP-5', own, 1, '35'), ('GLOVE-9', base, 1, '4.90'))
    session.add_all(Price(item_id=items[sku].id, price_list_id=price_list.id, min_quantity=Decimal(quantity),
                          price=Decimal(price)) for sku, price_list, quantity, price in prices)
    session.add_all((TaxRate(country='DE', tax_class=TaxClass.STANDARD, rate=Decimal(19)),
                     TaxRate(country='FR', tax_class=TaxClass.STANDARD, rate=Decimal(20))))
    return base


def add_stock(session: Session, now: dt.datetime, items: dict[str, Item]) -> Warehouse:
    """One warehouse: plenty of bolts, five lamps, no gloves."""
    warehouse = Warehouse(code='MAIN', name='Main warehouse')
    session.add(warehouse)
    session.flush()
    for sku, pieces in (('BOLT-M8', 10000), ('LAMP-5', 5)):
        place = {'item_id': items[sku].id, 'warehouse_id': warehouse.id}
        session.add(StockLevel(on_hand=Decimal(pieces), **place))
        session.add(StockMovement(quantity=Decimal(pieces), reason=MovementReason.COUNT, at=now, **place))
    return warehouse


def add_shipping(session: Session) -> ShippingMethod:
    """One way to have goods delivered."""
    method = ShippingMethod(code='standard', names={'en': 'Standard'}, price=Decimal('9.90'), free_from=Decimal(250))
    session.add(method)
    return method
