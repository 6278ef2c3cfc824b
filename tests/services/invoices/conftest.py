"""What the tests of invoices share: shipped orders, the documents as they stand, and the invariants looked at."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal

import pytest
from sqlmodel import select

from models.invoices import Invoice, InvoiceLine
from models.ledger import Account, LedgerEntry
from services import checks
from services.core.actor import SYSTEM
from services.core.errors import DomainError
from services.core.runtime import Runtime
from services.invoices.checks import CHECKS
from services.invoices.issuing import issue
from services.orders.reading import OrderView, lines_of, load
from services.settings import SettingService
from tests.services.orders.conftest import alter, last, order, place, promised, refused, told  # noqa: F401
from tests.services.shipments.conftest import carried, number, ship  # noqa: F401
from tests.world import World

TRACES = ('invoice', 'invoice_line', 'allocation', 'ledger_entry', 'event', 'mail', 'notification', 'number_series')


@pytest.fixture
def german(runtime: Runtime) -> None:
    """The seller sits in Germany and has a VAT number."""
    runtime.run(SYSTEM, SettingService.put_all, {
        'seller.country': 'DE', 'seller.vat_id': 'DE136695976', 'seller.name': 'Nordwerk', 'seller.iban': 'NL91'})


@pytest.fixture
def invoices(runtime: Runtime) -> Callable[[], list[Invoice]]:
    """All documents, by number."""
    def found() -> list[Invoice]:
        with runtime.database.reading() as session:
            return list(session.exec(select(Invoice).order_by(Invoice.number)).all())
    return found


@pytest.fixture
def billed(runtime: Runtime) -> Callable[[Invoice], list[InvoiceLine]]:
    """The lines of a document."""
    def found(invoice: Invoice) -> list[InvoiceLine]:
        with runtime.database.reading() as session:
            return list(session.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
                                     .order_by(InvoiceLine.position)).all())
    return found


@pytest.fixture
def books(runtime: Runtime) -> Callable[[], dict[Account, Decimal]]:
    """What stands in each account."""
    def found() -> dict[Account, Decimal]:
        sums: dict[Account, Decimal] = {}
        with runtime.database.reading() as session:
            for entry in session.exec(select(LedgerEntry)):
                sums[entry.account] = sums.get(entry.account, Decimal(0)) + entry.amount
        return {account: amount for account, amount in sums.items() if amount}
    return found


@pytest.fixture
def sound(runtime: Runtime) -> Callable[[], None]:
    """Make sure that every invariant of orders and invoices holds."""
    def look() -> None:
        with runtime.database.reading() as session:
            for name in ('order totals', 'order lines'):
                assert list(checks.CHECKS[name](session, runtime)) == [], name
            for name, check in CHECKS.items():
                assert list(check(session, runtime)) == [], name
    return look


@pytest.fixture
def traces(runtime: Runtime) -> Callable[[], dict[str, int]]:
    """How many rows each table holds that an act on invoices may leave behind."""
    from models.tables import metadata

    def counted() -> dict[str, int]:
        with runtime.database.reading() as session:
            return {name: len(session.execute(select(metadata.tables[name])).all()) for name in TRACES}
    return counted


@pytest.fixture
def bill(runtime: Runtime, world: World) -> Callable[..., str | None]:
    """Invoice (SKU, quantity) of an order as the office would; gives the document's number."""
    def act(number: str, *wanted: tuple[str, object]) -> str | None:  # noqa: F811
        with runtime.work(world.olga, writes=True) as work:
            order = load(work, number)
            lines = {line.sku: line.id for line in lines_of(work, order)}
            return issue(work, order, {lines[sku]: Decimal(str(quantity)) for sku, quantity in wanted}).number
    return act


@dataclass
class Bills:
    """What a test of invoices does and looks at, in one hand."""

    place: Callable[..., str]
    ship: Callable[..., tuple[str, ...]]
    order: Callable[[str], OrderView]
    bill: Callable[..., str | None]
    invoices: Callable[[], list[Invoice]]
    billed: Callable[[Invoice], list[InvoiceLine]]
    books: Callable[[], dict[Account, Decimal]]
    last: Callable[[str], tuple[str, str, str]]
    told: Callable[[str], tuple[set[uuid.UUID], list[str]]]
    refused: Callable[..., DomainError]
    alter: Callable[..., None]
    sound: Callable[[], None]


@pytest.fixture
def bills(request: pytest.FixtureRequest) -> Bills:
    """All of it."""
    return Bills(**{field.name: request.getfixturevalue(field.name) for field in fields(Bills)})
