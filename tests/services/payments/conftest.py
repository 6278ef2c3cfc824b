"""What the tests of payments share: invoices of Harbour, the test gateway, and that all invariants hold afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from models.audit import Event
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.ledger import Account, LedgerEntry
from models.payments import IN_HAND, Payment
from services.core.actor import SYSTEM, Actor
from services.core.errors import DomainError
from services.core.runtime import Runtime
from services.payments.attempts import go
from services.payments.checks import CHECKS
from services.payments.hearing import Heard, hear
from services.payments.inputs import InvoiceShare, PayInput
from services.payments.methods import test_gateway
from services.payments.starting import PaymentService, Started
from services.settings import SettingService
from tests.bills import bill
from tests.world import World

TABLES = ('payment', 'allocation', 'refund', 'ledger_entry', 'event', 'mail', 'notification', 'submission',
          'gateway_event', 'order', 'reservation')


class Till:
    """What tests of money do over and over: bill, begin to pay, go to the gateway's page, and look what came of it."""

    def __init__(self, runtime: Runtime, world: World) -> None:
        self.runtime = runtime
        self.world = world
        runtime.run(SYSTEM, SettingService.put, 'payments.test', True)
        self.gateway = test_gateway(runtime)
        self._numbers = count(1)

    def billed(self, net: str, **given: Any) -> Invoice:
        """An issued invoice of Harbour over this net (19 % on top); numbers follow each other."""
        return bill(self.runtime, given.pop('customer', self.world.harbour), net,
                    number=f'IN-2026-{next(self._numbers):06d}', **given)

    def start(self, *shares: tuple[str, str], who: Actor | None = None, key: str = '', **given: Any) -> Started:
        """Begin to pay so much of invoices by number, as Fin unless said otherwise."""
        chosen = PayInput(invoices=tuple(InvoiceShare(number=number, amount=Decimal(amount))
                                         for number, amount in shares), method=given.pop('method', 'test'), **given)
        return self.runtime.run(who or self.world.fin, PaymentService.start, chosen,
                                key=key or secrets.token_urlsafe(24))

    def reach_page(self, started: Started, who: Actor | None = None) -> str:
        """Go to the gateway's page of an attempt; returns the gateway's reference."""
        return go(self.runtime, who or self.world.fin, started.number).rpartition('/')[2]

    def hear(self, kind: str, reference: str) -> Heard:
        """A message of the gateway arrives, signed just now."""
        return hear(self.runtime, 'test', *self.gateway.message(kind, reference, self.runtime.now()))

    def paid(self, *shares: tuple[str, str], **given: Any) -> Payment:
        """A payment through the gateway from beginning to end."""
        started = self.start(*shares, **given)
        reference = self.reach_page(started, given.get('who'))
        self.gateway.pay(reference, self.runtime.now())
        self.hear('paid', reference)
        return self.payment(started.number)

    def payment(self, number: str) -> Payment:
        """A payment as it stands."""
        with self.runtime.database.reading() as session:
            return session.exec(select(Payment).where(Payment.number == number)).one()

    def invoice(self, row: Invoice) -> Invoice:
        """An invoice as it stands."""
        with self.runtime.database.reading() as session:
            return session.get_one(Invoice, row.id)

    def alter(self, row: Any, **values: Any) -> None:
        """Set columns of a row behind everybody's back."""
        with self.runtime.work(SYSTEM, writes=True) as work:
            again = work.session.get_one(type(row), row.id)
            for name, value in values.items():
                setattr(again, name, value)
            work.session.add(again)

    def actions(self, action: str) -> int:
        """How often something was recorded."""
        with self.runtime.database.reading() as session:
            return len(session.exec(select(Event.id).where(Event.action == action)).all())

    def books(self, document: str) -> dict[Account, Decimal]:
        """What the ledger says of a kind of document, by account."""
        out: dict[Account, Decimal] = {}
        with self.runtime.database.reading() as session:
            for row in session.exec(select(LedgerEntry).where(LedgerEntry.document == document)):
                out[row.account] = out.get(row.account, Decimal(0)) + row.amount
        return out


@pytest.fixture
def till(runtime: Runtime, world: World) -> Till:
    """The till of this test, with the test gateway offered to customers."""
    return Till(runtime, world)


@pytest.fixture
def traces(runtime: Runtime) -> Callable[[], dict[str, int]]:
    """How many rows each table holds that an act on money may leave behind."""
    def counted() -> dict[str, int]:
        from models.tables import metadata
        with runtime.database.reading() as session:
            return {name: session.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
                    for name in TABLES}
    return counted


@pytest.fixture
def refused(traces: Callable[[], dict[str, int]]) -> Callable[..., DomainError]:
    """Try an act that must be refused in this way and leave nothing behind; gives the refusal."""
    def act(kind: type[DomainError], attempt: Callable[[], Any]) -> DomainError:
        before = traces()
        with pytest.raises(kind) as caught:
            attempt()
        assert traces() == before
        return caught.value
    return act


def breaches(runtime: Runtime) -> list[str]:
    """Every invariant of money that does not hold."""
    with runtime.database.reading() as session:
        found = [f'{name}: {message}' for name, look in CHECKS.items() for message in look(session, runtime)]
        return found + list(_balances(session))


def _balances(session: Session) -> Iterator[str]:
    """Σ RECEIVABLE of a customer = Σ open invoices − Σ open credit notes − Σ free payments."""
    for customer in session.exec(select(Customer)):
        books = sum(session.exec(select(LedgerEntry.amount).where(
            LedgerEntry.customer_id == customer.id, LedgerEntry.account == Account.RECEIVABLE)).all(), Decimal(0))
        rows = session.exec(select(Invoice).where(Invoice.customer_id == customer.id,
                                                  col(Invoice.status).in_(UNSETTLED))).all()
        owed = sum((row.open if row.kind is InvoiceKind.INVOICE else -row.open for row in rows), Decimal(0))
        free = sum((row.free for row in session.exec(select(Payment).where(
            Payment.customer_id == customer.id, col(Payment.status).in_(IN_HAND)))), Decimal(0))
        if books != owed - free:
            yield f'{customer.name}: the books say {books}, documents say {owed - free}'


@pytest.fixture(autouse=True)
def _everything_adds_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test on a database, whatever it did, the invariants hold."""
    runtime = request.getfixturevalue('runtime') if 'runtime' in request.fixturenames else None
    yield
    if runtime is not None:
        assert breaches(runtime) == []
