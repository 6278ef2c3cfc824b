"""A machine that orders, ships, invoices, pays, settles, parts, refunds, credits, disputes and reminds as it likes.

Every invariant is looked at after every step. The suite tries a few short sequences, always the same ones;
`MACHINE_RUNS=5000 MACHINE_STEPS=30 pytest tests/machine` tries more and longer ones on both databases, and
`MACHINE_SHRINK=1` looks for the shortest one that fails, which takes minutes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models.core.database import Database
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceStatus, InvoicingRule
from models.orders import OPEN_STATUSES, HoldReason, MoneyBack, Order, OrderLine, OrderStatus
from models.payments import IN_HAND, Allocation, Payment, Refund
from models.shipments import Shipment
from services import checks
from services.core.actor import SYSTEM
from services.core.errors import DomainError
from services.ledger import balance
from services.orders.owing import uninvoiced
from services.start import make_runtime
from tests import conftest
from tests.conftest import Clock, Store, kept
from tests.machine import acts
from tests.machine.acts import House
from tests.world import World

RUNS = {'sqlite': 240, 'postgres': 60}
STEPS = int(os.environ.get('MACHINE_STEPS', '6'))
PHASES = (Phase.generate, Phase.shrink) if os.environ.get('MACHINE_SHRINK') else (Phase.generate,)
MONEY = st.decimals(min_value='0.01', max_value='500', places=2)
CENT = Decimal('0.01')
PICK = st.integers(0, 1_000)
BACK = st.sampled_from([None, *MoneyBack])
ENDS = st.sampled_from(['pay', 'pay', 'decline', 'leave', 'lose', 'give up'])
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

    @initialize(invoicing=st.sampled_from([InvoicingRule.ON_SHIPMENT, InvoicingRule.ON_SHIPMENT,
                                           InvoicingRule.ON_ORDER, InvoicingRule.MONTHLY]))
    def agree(self, invoicing: InvoicingRule) -> None:
        """Agree when the company is invoiced."""
        acts.agree(self.house, invoicing)
        self.house.known.clear()

    def documents(self, so: Callable[[Invoice], bool]) -> list[Invoice]:
        """The invoices that are so."""
        return self.house.rows(Invoice, lambda row: row.kind is InvoiceKind.INVOICE and so(row))

    def drafts(self) -> list[Invoice]:
        """The invoices that are not issued yet."""
        return self.documents(lambda row: row.status is InvoiceStatus.DRAFT)

    def issued(self) -> list[Invoice]:
        """The invoices that are issued."""
        return self.documents(lambda row: row.status is not InvoiceStatus.DRAFT)

    def invoices(self) -> list[Invoice]:
        """The open invoices."""
        return self.documents(lambda row: row.status in UNSETTLED)

    def orders(self) -> list[Order]:
        """The orders that are under way."""
        return self.house.rows(Order, lambda row: row.status in OPEN_STATUSES)

    def unpaid(self) -> list[Order]:
        """The orders that wait for their money."""
        return self.house.rows(Order, lambda row: row.hold is HoldReason.PAYMENT and row.status in OPEN_STATUSES)

    def money(self) -> list[Payment]:
        """The payments in hand."""
        return self.house.rows(Payment, lambda row: row.status in IN_HAND)

    def live(self) -> list[Allocation]:
        """What is settled by what."""
        return self.house.rows(Allocation, lambda row: row.reversed_at is None)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """An act may be refused in words; then nothing has changed, which the invariants see."""
        try:
            yield
        except DomainError as error:
            assert str(error)
        finally:
            self.house.known.clear()

    @rule(sku=st.sampled_from(['LAMP-5', 'BOLT-M8']), packs=st.integers(1, 3), at_once=st.booleans(),
          ahead=st.booleans())
    def order(self, sku: str, packs: int, at_once: bool, ahead: bool) -> None:
        """Order, on account or to be paid ahead, and perhaps confirm it or pay for it at once."""
        with self.attempt():
            acts.order(self.house, sku, packs * (50 if sku == 'BOLT-M8' else 1), ahead=ahead)
        if at_once and ahead and self.unpaid():
            with self.attempt():
                acts.pay_ahead(self.house, self.unpaid()[-1], 'pay', use_credits=False)
        if at_once and self.orders():
            with self.attempt():
                acts.confirm(self.house, self.orders()[-1])

    @precondition(lambda self: self.orders())
    @rule(which=PICK)
    def confirm(self, which: int) -> None:
        """Confirm an order."""
        with self.attempt():
            acts.confirm(self.house, picked(self.orders(), which))

    @precondition(lambda self: self.orders())
    @rule(which=PICK, by_office=st.booleans(), back=BACK, rest=st.booleans())
    def cancel(self, which: int, by_office: bool, back: MoneyBack | None, rest: bool) -> None:
        """Cancel an order, or what is left of it."""
        found = picked(self.orders(), which)
        with self.attempt():
            if rest:
                acts.close_rest(self.house, found, back)
            elif by_office:
                acts.cancel(self.house, found, self.house.world.olga, back)
            else:
                acts.cancel(self.house, found, self.house.world.ben)

    @precondition(lambda self: self.unpaid())
    @rule(which=PICK, credits=st.booleans(), end=ENDS)
    def pay_ahead(self, which: int, credits: bool, end: str) -> None:
        """Pay for an order that waits for its money."""
        with self.attempt():
            acts.pay_ahead(self.house, picked(self.unpaid(), which), end, use_credits=credits)

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

    @rule(net=MONEY, at_once=st.booleans())
    def draft(self, net: Decimal, at_once: bool) -> None:
        """Type an invoice, and perhaps issue it at once."""
        with self.attempt():
            draft_id = acts.draft(self.house, net)
            if at_once:
                acts.issue(self.house, draft_id)

    @precondition(lambda self: self.drafts())
    @rule(which=PICK)
    def issue(self, which: int) -> None:
        """Issue a draft."""
        with self.attempt():
            acts.issue(self.house, str(picked(self.drafts(), which).id))

    @precondition(lambda self: self.house.rows(Order))
    @rule(which=PICK, act=st.sampled_from(['order', 'ahead', 'all', 'excess']))
    def invoice(self, which: int, act: str) -> None:
        """Invoice what of orders waits, an order ahead, or credit what of it will never be delivered."""
        with self.attempt():
            acts.invoice(self.house, picked(self.house.rows(Order), which), act)

    @precondition(lambda self: self.issued())
    @rule(which=PICK, act=st.sampled_from(['whole', 'half', 'freight', 'amount']), net=MONEY, anew=st.booleans())
    def credit(self, which: int, act: str, net: Decimal, anew: bool) -> None:
        """Credit an invoice, paid or not."""
        with self.attempt():
            acts.credit(self.house, picked(self.issued(), which), act, net, anew=anew)

    @rule(amount=MONEY, which=st.none() | PICK)
    def receive(self, amount: Decimal, which: int | None) -> None:
        """Record money, perhaps for an invoice."""
        open_ = self.invoices()
        with self.attempt():
            acts.receive(self.house, amount, picked(open_, which) if open_ and which is not None else None)

    @precondition(lambda self: self.invoices() and self.money())
    @rule(which=PICK, source=PICK, amount=MONEY, all_of_it=st.booleans())
    def use(self, which: int, source: int, amount: Decimal, all_of_it: bool) -> None:
        """Use money in hand for an invoice."""
        invoice, payment = picked(self.invoices(), which), picked(self.money(), source)
        with self.attempt():
            acts.use(self.house, invoice, payment, max(min(invoice.open, payment.free), CENT) if all_of_it else amount)

    @precondition(lambda self: self.invoices())
    @rule(which=PICK, amount=st.none() | MONEY, extra=st.just(Decimal(0)) | MONEY, credits=st.booleans(),
          end=ENDS)
    def pay(self, which: int, amount: Decimal | None, extra: Decimal, credits: bool, end: str) -> None:
        """Pay as the customer, all that is open or so much of it."""
        invoice = picked(self.invoices(), which)
        with self.attempt():
            acts.pay(self.house, invoice, min(amount or invoice.open, invoice.open), end, extra=extra,
                     use_credits=credits)

    @precondition(lambda self: self.invoices())
    @rule(which=PICK)
    def let_go(self, which: int) -> None:
        """Write an invoice off."""
        with self.attempt():
            acts.let_go(self.house, picked(self.invoices(), which))

    @precondition(lambda self: self.live())
    @rule(which=PICK, twice=st.booleans())
    def part(self, which: int, twice: bool) -> None:
        """Take a settlement back."""
        found = picked(self.live(), which)
        for _ in range(2 if twice else 1):
            with self.attempt():
                acts.part(self.house, found)

    @precondition(lambda self: self.money())
    @rule(which=PICK)
    def charge_back(self, which: int) -> None:
        """Let the bank take money back."""
        with self.attempt():
            acts.charge_back(self.house, picked(self.money(), which))

    @precondition(lambda self: self.money())
    @rule(which=PICK, amount=st.none() | MONEY, by_office=st.booleans())
    def refund(self, which: int, amount: Decimal | None, by_office: bool) -> None:
        """Ask for money back, all that is free or so much."""
        found, people = picked(self.money(), which), self.house.world
        with self.attempt():
            acts.refund(self.house, found, amount or max(found.free, CENT), people.olga if by_office else people.fin)

    @precondition(lambda self: self.house.rows(Refund))
    @rule(which=PICK, act=st.sampled_from(['agree', 'refuse', 'done', 'fail']))
    def answer_refund(self, which: int, act: str) -> None:
        """Let a refund go on."""
        with self.attempt():
            acts.answer_refund(self.house, picked(self.house.rows(Refund), which), act)

    @precondition(lambda self: self.invoices())
    @rule(which=PICK, amount=st.none() | MONEY)
    def dispute(self, which: int, amount: Decimal | None) -> None:
        """Dispute an invoice."""
        with self.attempt():
            acts.dispute(self.house, picked(self.invoices(), which), amount)

    @precondition(lambda self: bool(acts.open_disputes(self.house)))
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

    @rule(days=st.integers(1, 40))
    def sleep(self, days: int) -> None:
        """Let days pass, and what runs by itself run once."""
        self.clock.advance(days=days)
        acts.night(self.house)
        self.house.known.clear()

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
        for document in self.house.rows(Invoice, lambda row: row.status is not InvoiceStatus.DRAFT):
            assert document.status in (document.status_for(document.settled), InvoiceStatus.WRITTEN_OFF)
            assert document.disputed >= 0 and document.due_now >= 0
            total += document.open if document.kind is InvoiceKind.INVOICE else -document.open
        total -= sum((payment.free for payment in self.house.rows(Payment)), Decimal(0))
        with self.house.runtime.work(SYSTEM, writes=False) as work:
            assert balance(work, self.house.world.harbour.id, 'EUR') == total

    @invariant()
    def what_is_uninvoiced_is_what_no_invoice_covers(self) -> None:
        """An order carries its gross until something of it is invoiced, then the rest, and nothing once it ended."""
        for order in self.house.rows(Order):
            lines = [line for line in self.house.rows(OrderLine) if line.order_id == order.id]
            assert order.status is not OrderStatus.CANCELLED or order.closed_at is not None
            assert 0 <= order.uninvoiced <= order.gross
            assert order.uninvoiced == uninvoiced(order, lines)
            assert all(0 <= line.invoiced <= line.ordered for line in lines)
            if order.status in (OrderStatus.CANCELLED, OrderStatus.DECLINED):
                assert order.uninvoiced == 0
            elif not order.shipping_invoiced and not any(line.invoiced or line.cancelled for line in lines):
                assert order.uninvoiced == order.gross


def picked(rows: list[Any], which: int) -> Any:
    """One of them."""
    return rows[which % len(rows)]


def test_no_sequence_of_acts_breaks_an_invariant(store: Store, world: World, tmp_path: Path) -> None:
    place = Path(tempfile.mkdtemp(dir=tmp_path))
    address, books = store.fresh(place, 'world'), place / 'data'
    runtime = make_runtime(conftest._config(address, place), Database(address), clock=Clock())
    acts.furnish(runtime, world)
    acts.begin(House(runtime, world))
    runtime.database.close()
    store.save(address, 'furnished')

    @contextmanager
    def opened() -> Iterator[tuple[House, Clock]]:
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            place, clock = Path(folder), Clock()
            shutil.copytree(books, place / 'data')  # the gateway's of what was paid at first
            address = store.fresh(place, 'furnished')
            runtime = make_runtime(conftest._config(address, place), kept.open(address), clock=clock)
            try:
                yield House(runtime, world.read_anew(runtime)), clock
            finally:
                kept.close(runtime.database)

    machine = type('Company', (Company,), {'opened': staticmethod(opened)})
    runs = int(os.environ.get('MACHINE_RUNS', RUNS[store.name]))
    run_state_machine_as_test(machine, settings=settings(
        max_examples=runs, stateful_step_count=STEPS, deadline=None, database=None, derandomize=runs <= 300,
        phases=PHASES, report_multiple_bugs=False, suppress_health_check=list(HealthCheck)))


def test_the_machine_notices_a_breach(store: Store, world: World, runtime: Any) -> None:
    house = House(runtime, world)
    acts.furnish(runtime, world)
    acts.issue(house, acts.draft(house, Decimal(100)))
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.get_one(Invoice, house.rows(Invoice)[0].id).status = InvoiceStatus.PAID
        work.session.get_one(Invoice, house.rows(Invoice)[0].id).settled = Decimal(119)
    with runtime.database.reading() as session:
        assert [said for look in LOOKS.values() for said in look(session, runtime)]
