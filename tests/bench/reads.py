"""The service reads behind pages, over 1,000,000 order lines, and finding in the shop; in CPU time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from time import thread_time
from typing import Any

from sqlmodel import col, select

from models.catalogue import Category, Item
from models.orders import Order
from services.activity import ActivityService
from services.carts.service import CartService
from services.catalogue.browsing import CatalogueService
from services.catalogue.items import ItemService
from services.catalogue.rows import Wanted
from services.core.config import Config
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.customers import CustomerService
from services.orders.checkout import CheckoutInput
from services.orders.figures import FigureService
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService
from services.search.everything import SearchService
from services.stock.service import StockService
from tests.bench.measuring import Budget, Measured
from tests.bench.measuring import measure as by_clock
from tests.bench.stand import ADMIN, OWNER, opened, person
from tests.bench.store import MADE

TYPED = ('bolt', 'hex bolt', 'glove 9', 'scr', 'work lamp', 'han', 'tape 50', 'safety shoe', 'bx 0012', 'schraub',
         'drill set', 'm8 60', 'pain', 'handschuh', 'bolt m8 × 60', 'HB0001')
SLIPS = ('glvoe', 'scerw', 'hammmer', 'labmp', 'wokr lamp')
measure = partial(by_clock, clock=thread_time)
Act = tuple[str, Callable[[], Any]]


def rows(config: Config) -> list[Measured]:
    """Every read of a page in turn, first by a customer's person with 1,000 orders, then by the office."""
    with opened(config) as runtime:
        reads = [measure(Budget(name, 10, 20), act) for name, act in (*_portal(runtime), *_office(runtime))]
        admin, typed, slips = person(runtime, ADMIN), cycle(TYPED), cycle(SLIPS)
        budget = Budget('Shop search, 100,000 items: results', 10, 20)
        return [*reads,
                measure(budget, lambda: runtime.run(admin, CatalogueService.browse, Wanted(search=next(typed))),
                        runs=96, warm=16),
                measure(Budget('Shop search: mistyped words', 10, 20), lambda: runtime.run(
                    admin, CatalogueService.browse, Wanted(search=next(slips))), warm=5),
                measure(Budget('Shop search: suggestions while typing', 10, 20), lambda: runtime.run(
                    admin, CatalogueService.suggest, next(typed)), runs=96, warm=16),
                measure(Budget('Search everything (Ctrl+K), office', 10, 20), lambda: runtime.run(
                    person(runtime, OWNER), SearchService.everything, next(typed)), warm=16)]


def _portal(runtime: Runtime) -> Iterator[Act]:
    admin = person(runtime, ADMIN)
    with runtime.database.reading() as session:
        numbers = cycle(session.exec(select(Order.number).where(
            Order.customer_id == admin.customer_id).limit(40)).all())
        skus = session.exec(select(Item.sku).where(col(Item.ean).startswith(MADE)).limit(40)).all()
        leaf = session.exec(select(Category.code).order_by(col(Category.code).desc())).first() or ''
        brand = session.exec(select(Item.brand).where(Item.brand != '')).first() or ''
    shown, ordered = cycle(skus), skus[:20]
    runtime.run(admin, CartService.add_many, [(sku, 2) for sku in ordered], replace=True)

    def run(act: Callable[..., Any], *given: Any) -> Callable[[], Any]:
        return lambda: runtime.run(admin, act, *given)

    yield 'Dashboard figures, customer with 1,000 orders', run(FigureService.customer)
    yield from _list('Orders, customer with 1,000', run, OrderService.list, {'status': ['confirmed', 'placed']})
    yield 'Order document', lambda: runtime.run(admin, OrderService.read, next(numbers))
    yield 'Shop, first page', run(CatalogueService.browse, Wanted())
    yield 'Shop, a category', run(CatalogueService.browse, Wanted(category=leaf))
    yield 'Shop, a brand in stock', run(CatalogueService.browse, Wanted(brands=(brand,), in_stock=True))
    yield 'Shop by price, page 40', run(CatalogueService.browse, Wanted(sort='price', page=40))
    yield 'Shop by name, page 400', run(CatalogueService.browse, Wanted(sort='name', page=400))
    yield 'Item page', lambda: runtime.run(admin, CatalogueService.item, next(shown))
    yield 'Cart of 20 lines', run(CartService.read)
    yield 'Checkout review, 20 lines', run(CheckoutService.review, CheckoutInput(po_number='PO-1'))


def _office(runtime: Runtime) -> Iterator[Act]:
    owner = person(runtime, OWNER)

    def run(act: Callable[..., Any], *given: Any) -> Callable[[], Any]:
        return lambda: runtime.run(owner, act, *given)

    yield 'Office dashboard figures, 100,000 orders', run(FigureService.office)
    yield from _list('Orders desk, 100,000', run, OrderService.desk, {'status': ['placed']})
    yield 'Orders desk, 100,000: by total', run(OrderService.desk, ListQuery(sort='-gross'))
    yield 'Orders desk, 100,000: search', run(OrderService.desk, ListQuery(search='SO-2026-1'))
    yield 'Customers, 5,000', run(CustomerService.list, ListQuery())
    yield 'Customers, 5,000: search', run(CustomerService.list, ListQuery(search='marin'))
    yield 'Items, 100,000', run(ItemService.page, ListQuery())
    yield 'Items, 100,000: search', run(ItemService.page, ListQuery(search='bolt'))
    yield 'Stock, 130,000 levels', run(StockService.page, ListQuery())
    yield 'Activity, 100,000 events', run(ActivityService.list, ListQuery())


def _list(name: str, run: Callable[..., Callable[[], Any]], act: Callable[..., Any],
          narrow: dict[str, Any]) -> Iterator[Act]:
    yield name, run(act, ListQuery())
    yield f'{name}: page 30', run(act, ListQuery(page=30))
    yield f'{name}: by number', run(act, ListQuery(sort='number'))
    yield f'{name}: filtered by status', run(act, ListQuery(filters=narrow))
