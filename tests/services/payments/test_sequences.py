"""Any sequence of acts on money, by three people and a gateway: after each of them every invariant holds."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import col, select

from models.invoices import Invoice, InvoiceKind
from models.payments import Allocation, Payment, Refund, RefundState
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.errors import DomainError
from services.payments.attempts import give_up
from services.payments.inputs import InvoiceShare, PayInput, RecordInput, RefundInput, UseInput
from services.payments.reconciling import reconcile
from services.payments.recording import RecordService
from services.payments.refunding import RefundService
from services.payments.starting import PaymentService
from services.settings import SettingService
from services.start import make_runtime
from tests.bills import bill
from tests.conftest import Clock, kept
from tests.databases import SqliteStore
from tests.services.payments.conftest import Till, breaches
from tests.world import build

amounts = st.integers(1, 20_000).map(lambda cents: Decimal(cents) / 100)
places = st.integers(0, 5)


class Money(RuleBasedStateMachine):
    """One company's money in a database of its own."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix='portico-')
        store = SqliteStore(Path(self.folder.name))
        config = Config(data_dir=Path(self.folder.name) / 'data', base_url='http://127.0.0.1:8080',
                        database_url=store.fresh(Path(self.folder.name), 'tables'))
        self.clock = Clock()
        self.runtime = make_runtime(config, kept.open(config.database), clock=self.clock)
        self.world = build(self.runtime)
        self.till = Till(self.runtime, self.world)
        self.runtime.run(SYSTEM, SettingService.put_all, {
            'payments.second_above': 50, 'payments.write_off': '0.02', 'payments.fee_percent': '1'})
        self.rows = [self.till.billed(net) for net in ('100', '35.55', '0.84')]
        self.till.alter(self.rows[0], discount_percent=Decimal(3), discount_until=self.clock().date())

    def teardown(self) -> None:
        if hasattr(self, 'runtime'):
            kept.close(self.runtime.database)
            self.folder.cleanup()

    def attempt(self, act: Callable[[], Any]) -> None:
        """Acts may be refused; what they leave must be right all the same."""
        with contextlib.suppress(DomainError):
            act()

    def some(self, entity: Any, place: int, *conditions: Any) -> Any:
        with self.runtime.database.reading() as session:
            rows = session.exec(select(entity).where(*conditions).order_by(entity.id)).all()
        return rows[place % len(rows)] if rows else None

    @rule(net=amounts)
    def issue(self, net: Decimal) -> None:
        self.rows.append(self.till.billed(str(net)))

    @rule(net=amounts)
    def credit(self, net: Decimal) -> None:
        bill(self.runtime, self.world.harbour, str(net), number=f'CN-{uuid.uuid4()}', kind=InvoiceKind.CREDIT_NOTE)

    @rule(place=places, amount=amounts, extra=st.none() | amounts, credits=st.booleans())
    def start(self, place: int, amount: Decimal, extra: Decimal | None, credits: bool) -> None:
        row = self.till.invoice(self.rows[place % len(self.rows)])
        share = InvoiceShare(number=row.number, amount=min(amount, row.open))
        given = PayInput(invoices=(share,), extra=extra or Decimal(0), use_credits=credits, method='test')
        self.attempt(lambda: self.runtime.run(self.world.fin, PaymentService.start, given,
                                              key=secrets.token_urlsafe(24)))

    @rule(place=places, what=st.sampled_from(['pay', 'decline', 'leave', 'lose']))
    def at_the_gateway(self, place: int, what: str) -> None:
        payment = self.some(Payment, place, col(Payment.gateway).is_not(None))
        if payment is None:
            return

        def go() -> None:
            reference = payment.gateway_reference or self.till.reach_page(
                type('Started', (), {'number': payment.number}))
            if what == 'leave':
                give_up(self.runtime, self.world.fin, payment.number)
                return
            done = self.till.gateway.decline(reference) if what == 'decline' else \
                self.till.gateway.pay(reference, self.clock())
            if done and what != 'lose':
                self.till.hear('paid' if what == 'pay' else 'failed', reference)
        self.attempt(go)

    @rule(place=places)
    def hear_again(self, place: int) -> None:
        payment = self.some(Payment, place, col(Payment.gateway_reference).is_not(None))
        if payment is not None:
            self.attempt(lambda: self.till.hear(secrets.token_hex(4), payment.gateway_reference))

    @rule(minutes=st.sampled_from([1, 20]))
    def wait(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)
        reconcile(self.runtime)

    @rule(amount=amounts, place=places)
    def record(self, amount: Decimal, place: int) -> None:
        row = self.till.invoice(self.rows[place % len(self.rows)])
        given = RecordInput(account='C-10001', amount=amount, received_on=self.clock().date(), shares=(
            InvoiceShare(number=row.number, amount=min(amount, max(row.open, Decimal(0)))),))
        self.attempt(lambda: self.runtime.run(self.world.olga, RecordService.record, given,
                                              key=secrets.token_urlsafe(24)))

    @rule(place=places, other=places, amount=amounts)
    def use(self, place: int, other: int, amount: Decimal) -> None:
        payment, row = self.some(Payment, place), self.rows[other % len(self.rows)]
        if payment is not None:
            self.attempt(lambda: self.runtime.run(self.world.olga, RecordService.use, UseInput(
                number=row.number, amount=amount), number=payment.number))

    @rule(place=places)
    def take_back(self, place: int) -> None:
        allocation = self.some(Allocation, place)
        if allocation is not None:
            self.attempt(lambda: self.runtime.run(self.world.olga, RecordService.take_back, allocation.id, 'Wrong'))

    @rule(place=places, amount=amounts, office=st.booleans())
    def refund(self, place: int, amount: Decimal, office: bool) -> None:
        payment = self.some(Payment, place)
        if payment is not None:
            self.attempt(lambda: self.runtime.run(
                self.world.olga if office else self.world.fin, RefundService.ask,
                RefundInput(amount=amount, reason='Back'), number=payment.number, key=secrets.token_urlsafe(24)))

    @rule(place=places)
    def agree(self, place: int) -> None:
        refund = self.some(Refund, place, Refund.state == RefundState.ASKED)
        if refund is not None:
            self.attempt(lambda: self.runtime.run(self.world.olga, RefundService.agree, refund.number))

    @rule(place=places, done=st.booleans())
    def end_refund(self, place: int, done: bool) -> None:
        refund = self.some(Refund, place, Refund.state == RefundState.SENT)
        if refund is not None:
            self.attempt(lambda: self.runtime.run(
                self.world.olga, *((RefundService.done, refund.number, 'TRF') if done
                                   else (RefundService.fail, refund.number, 'Closed'))))

    @rule(place=places)
    def charge_back(self, place: int) -> None:
        payment = self.some(Payment, place)
        if payment is not None:
            self.attempt(lambda: self.runtime.run(self.world.olga, RecordService.charge_back, payment.number, 'Bank'))

    @invariant()
    def everything_adds_up(self) -> None:
        if hasattr(self, 'runtime'):
            assert breaches(self.runtime) == []
            with self.runtime.database.reading() as session:
                for row in session.exec(select(Invoice)):
                    assert 0 <= row.settled <= row.gross


Money.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None,
                                   suppress_health_check=list(HealthCheck))
test_any_sequence = Money.TestCase
