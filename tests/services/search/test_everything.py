"""Search everything finds what the person may see, and nothing else."""

from __future__ import annotations

from models.core.types import new_id
from models.orders import Order
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.search.everything import SearchService
from tests.bills import bill
from tests.world import World


def add_order(runtime: Runtime, world: World, number: str, po_number: str = '') -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Order(id=new_id(), number=number, customer_id=world.harbour.id, placed_at=work.now,
                               placed_by_id=world.ben.user_id, po_number=po_number))


def paths(runtime: Runtime, actor: object, words: str) -> list[str]:
    return [hit.path for hit in runtime.run(actor, SearchService.everything, words)]


def test_items_open_on_the_side_of_the_person(runtime: Runtime, world: World) -> None:
    assert paths(runtime, world.ben, 'lamp') == ['/shop/i/LAMP-5']
    assert paths(runtime, world.sam, 'lamp') == ['/office/items/LAMP-5']


def test_orders_are_found_by_number_its_end_and_po_number_within_reach(runtime: Runtime, world: World) -> None:
    add_order(runtime, world, 'SO-2026-000417', 'PO-77')
    for words in ('so-2026-0004', '417', 'PO-7'):
        assert '/orders/SO-2026-000417' in paths(runtime, world.ben, words)
        assert '/office/orders/SO-2026-000417' in paths(runtime, world.sam, words)
        assert paths(runtime, world.luc, words) == []


def test_invoices_are_found_by_those_who_may_see_them(runtime: Runtime, world: World) -> None:
    bill(runtime, world.harbour, '100', number='IN-2026-000417')
    for words in ('in-2026-0004', '417'):
        assert '/invoices/IN-2026-000417' in paths(runtime, world.fin, words)
        assert '/office/invoices/IN-2026-000417' in paths(runtime, world.sam, words)
        assert paths(runtime, world.ben, words) == paths(runtime, world.luc, words) == []


def test_an_imported_order_is_found_by_the_number_of_its_invoice(runtime: Runtime, world: World) -> None:
    add_order(runtime, world, 'H-567795', '')
    for words in ('567795', '5677', 'h-567795'):
        assert paths(runtime, world.ben, words) == ['/orders/H-567795']
        assert paths(runtime, world.luc, words) == []


def test_customers_are_found_by_staff_only(runtime: Runtime, world: World) -> None:
    for words in ('harbour', 'c-10001', 'DE123456788', 'join'):
        assert paths(runtime, world.sam, words) == ['/office/customers/C-10001']
        assert paths(runtime, world.ben, words) == []


def test_too_little_finds_nothing(runtime: Runtime, world: World) -> None:
    assert paths(runtime, world.sam, ' h ') == []
    assert paths(runtime, world.sam, '%%') == []
