"""A machine that orders, ships, invoices, pays, settles, parts, refunds, credits, disputes and reminds as it likes.

Every invariant is looked at after every step. 300 sequences on SQLite and 30 on PostgreSQL in the suite, of six
steps each; `MACHINE_RUNS=5000 MACHINE_STEPS=30 pytest tests/machine` tries more and longer ones on both.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from models.core.database import Database
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceStatus
from models.orders import OPEN_STATUSES, Order, OrderStatus
from models.payments import IN_HAND, Allocation, AllocationKind, Payment
from models.shipments import Shipment
from services import checks
from services.core.actor import SYSTEM
from services.core.errors import DomainError
from services.ledger import balance
from services.start import make_runtime
from tests import conftest
from tests.conftest import Clock, Store
from tests.machine import acts
from tests.machine.acts import House
from tests.world import World

RUNS = {'sqlite': 300, 'postgres': 30}
STEPS = int(os.environ.get('MACHINE_STEPS', '6'))
MONEY = st.decimals(min_value='0.01', max_value='500', places=2)
PICK = st.integers(0, 1_000)
LOOKS = {name: look for name, look in checks.CHECKS.items() if name not in ('files', 'database')}


class Company(RuleBasedStateMachine):
    """Harbour and its seller."""

    house: House
    clock: Clock
    opened: Callable[[], Any]

    def __init__(self) -> None:
        super().__init__()
        self.exit = self.opened()
        self.house, self.clock = self.exit.__enter__()

    def teardown(self) -> None:
        """Close the installation."""
        self.exit.__exit__(None, None, None)

    def invoices(self, kind: InvoiceKind = InvoiceKind.INVOICE) -> list[Invoice]:
        """The open documents of a kind."""
        return self.house.rows(Invoice, Invoice.kind == kind, Invoice.status.in_(UNSETTLED))  # type: ignore[attr-defined]

    def orders(self) -> list[Order]:
        """The orders that are under way."""
        return self.house.rows(Order, Order.status.in_(OPEN_STATUSES))  # type: ignore[attr-defined]

    def money(self) -> list[Payment]:
        """The payments in hand."""
        return self.house.rows(Payment, Payment.status.in_(IN_HAND))  # type: ignore[attr-defined]

    def live(self) -> list[Allocation]:
        """What is settled by what."""
        return self.house.rows(Allocation, Allocation.reversed_at.is_(None))  # type: ignore[union-attr]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """An act may be refused in words; then nothing has changed, which the invariants see."""
        try:
            yield
        except DomainError as error:
            assert str(error)

    @rule(sku=st.sampled_from(['LAMP-5', 'BOLT-M8']), packs=st.integers(1, 3), at_once=st.booleans())
    def order(self, sku: str, packs: int, at_once: bool) -> None:
        """Order, and perhaps confirm it at once."""
        with self.attempt():
            acts.order(self.house, sku, packs * (50 if sku == 'BOLT-M8' else 1))
            if at_once:
                acts.confirm(self.house, self.orders()[-1])

    @precondition(lambda self: self.orders())
    @rule(which=PICK)
    def confirm(self, which: int) -> None:
        """Confirm an order."""
        with self.attempt():
            acts.confirm(self.house, picked(self.orders(), which))

    @precondition(lambda self: self.orders())
    @rule(which=PICK, by_office=st.booleans())
    def cancel(self, which: int, by_office: bool) -> None:
        """Cancel an order."""
        with self.attempt():
            acts.cancel(self.house, picked(self.orders(), which),
                        self.house.world.olga if by_office else self.house.world.ben)

    @precondition(lambda self: self.orders())
    @rule(which=PICK, act=st.sampled_from(['pick', 'half', 'all']))
    def goods(self, which: int, act: str) -> None:
        """Pick an order, or ship a half or all of what is there for it."""
        found = picked(self.orders(), which)
        with self.attempt():
            if act == 'pick':
                acts.pick(self.house, found)
            else:
                acts.ship(self.house, found, 2 if act == 'half' else 1)

    @precondition(lambda self: self.house.rows(Shipment))
    @rule(which=PICK, act=st.sampled_from(['ship', 'deliver', 'come back', 'cancel']))
    def shipment(self, which: int, act: str) -> None:
        """Let a shipment go on."""
        with self.attempt():
            acts.move(self.house, picked(self.house.rows(Shipment), which), act)

    @rule(net=MONEY, due_in=st.integers(-40, 10))
    def invoice(self, net: Decimal, due_in: int) -> None:
        """Issue an invoice."""
        acts.invoice(self.house, net, due_in)

    @rule(net=MONEY)
    def credit(self, net: Decimal) -> None:
        """Issue a credit note."""
        acts.credit(self.house, net)

    @rule(amount=MONEY)
    def receive(self, amount: Decimal) -> None:
        """Receive money."""
        acts.receive(self.house, amount)

    @precondition(lambda self: self.invoices() and self.money())
    @rule(which=PICK, source=PICK, amount=MONEY, all_of_it=st.booleans())
    def pay(self, which: int, source: int, amount: Decimal, all_of_it: bool) -> None:
        """Settle with money."""
        invoice, payment = picked(self.invoices(), which), picked(self.money(), source)
        with self.attempt():
            acts.settle(self.house, invoice, min(invoice.open, payment.free) if all_of_it else amount, payment=payment)

    @precondition(lambda self: self.invoices() and self.invoices(InvoiceKind.CREDIT_NOTE))
    @rule(which=PICK, source=PICK, amount=MONEY, all_of_it=st.booleans())
    def use_credit(self, which: int, source: int, amount: Decimal, all_of_it: bool) -> None:
        """Settle with a credit note."""
        invoice, note = picked(self.invoices(), which), picked(self.invoices(InvoiceKind.CREDIT_NOTE), source)
        with self.attempt():
            acts.settle(self.house, invoice, min(invoice.open, note.open) if all_of_it else amount, note=note)

    @precondition(lambda self: self.invoices())
    @rule(which=PICK, amount=MONEY, kind=st.sampled_from([AllocationKind.DISCOUNT, AllocationKind.WRITE_OFF]))
    def let_go(self, which: int, amount: Decimal, kind: AllocationKind) -> None:
        """Let a part of an invoice go."""
        with self.attempt():
            acts.settle(self.house, picked(self.invoices(), which), amount, kind=kind)

    @precondition(lambda self: self.live())
    @rule(which=PICK, twice=st.booleans())
    def part(self, which: int, twice: bool) -> None:
        """Take a settlement back."""
        found = picked(self.live(), which)
        for _ in range(2 if twice else 1):
            with self.attempt():
                acts.part(self.house, found)

    @precondition(lambda self: self.money())
    @rule(which=PICK, amount=MONEY)
    def refund(self, which: int, amount: Decimal) -> None:
        """Pay money back."""
        with self.attempt():
            acts.refund(self.house, picked(self.money(), which), amount)

    @precondition(lambda self: self.invoices())
    @rule(which=PICK, amount=st.none() | MONEY)
    def dispute(self, which: int, amount: Decimal | None) -> None:
        """Dispute an invoice."""
        with self.attempt():
            acts.dispute(self.house, picked(self.invoices(), which), amount)

    @precondition(lambda self: acts.open_disputes(self.house))
    @rule(which=PICK, uphold=st.booleans())
    def answer(self, which: int, uphold: bool) -> None:
        """End a dispute."""
        with self.attempt():
            acts.answer(self.house, picked(acts.open_disputes(self.house), which), uphold=uphold)

    @precondition(lambda self: self.invoices())
    @rule(which=PICK, days=st.integers(0, 20))
    def promise(self, which: int, days: int) -> None:
        """Promise to pay."""
        with self.attempt():
            acts.promise(self.house, picked(self.invoices(), which), days)

    @rule(days=st.integers(1, 9))
    def sleep(self, days: int) -> None:
        """Let days pass, and what runs by itself run once."""
        self.clock.advance(days=days)
        acts.night(self.house)

    @invariant()
    def every_check_holds(self) -> None:
        """No check finds anything."""
        with self.house.runtime.database.reading() as session:
            found = [f'{name}: {said}' for name, look in LOOKS.items() for said in look(session, self.house.runtime)]
        assert found == []

    @invariant()
    def each_document_agrees_with_itself(self) -> None:
        """Status and disputed amounts are functions of the numbers, and the balance is what is open."""
        total = Decimal(0)
        for document in self.house.rows(Invoice):
            assert document.status is document.status_for(document.settled)
            assert document.disputed >= 0 and document.due_now >= 0
            total += document.open if document.kind is InvoiceKind.INVOICE else -document.open
        total -= sum((payment.free for payment in self.house.rows(Payment)), Decimal(0))
        with self.house.runtime.work(SYSTEM, writes=False) as work:
            assert balance(work, self.house.world.harbour.id, 'EUR') == total

    @invariant()
    def what_is_uninvoiced_is_what_was_agreed(self) -> None:
        """An order carries its gross as uninvoiced, since this company is invoiced apart, until it is cancelled."""
        for order in self.house.rows(Order):
            ended = order.status in (OrderStatus.CANCELLED, OrderStatus.DECLINED)
            assert order.uninvoiced == (0 if ended else order.gross)
            assert order.status is not OrderStatus.CANCELLED or order.closed_at is not None


def picked(rows: list[Any], which: int) -> Any:
    """One of them."""
    return rows[which % len(rows)]


def test_no_sequence_of_acts_breaks_an_invariant(store: Store, world: World, tmp_path: Path) -> None:
    @contextmanager
    def opened() -> Iterator[tuple[House, Clock]]:
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            place, clock = Path(folder), Clock()
            address = store.fresh(place, 'world')
            runtime = make_runtime(conftest._config(address, place), Database(address), clock=clock)
            try:
                yield House(runtime, world.read_anew(runtime)), clock
            finally:
                runtime.database.close()

    machine = type('Company', (Company,), {'opened': staticmethod(opened)})
    runs = int(os.environ.get('MACHINE_RUNS', RUNS[store.name]))
    run_state_machine_as_test(machine, settings=settings(
        max_examples=runs, stateful_step_count=STEPS, deadline=None, database=None, derandomize=runs <= 300,
        phases=(Phase.explicit, Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck)))


def test_the_machine_notices_a_breach(store: Store, world: World, runtime: Any) -> None:
    house = House(runtime, world)
    acts.invoice(house, Decimal(100), 0)
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.get_one(Invoice, house.rows(Invoice)[0].id).status = InvoiceStatus.PAID
        work.session.get_one(Invoice, house.rows(Invoice)[0].id).settled = Decimal(119)
    with runtime.database.reading() as session:
        assert [said for look in LOOKS.values() for said in look(session, runtime)]
