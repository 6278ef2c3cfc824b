"""What the machine does to a company's orders and money: each act as its service does it, or, where an act is only the
beginning of one, as its rows and its posting."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlmodel import select

from models.claims import Dispute, DisputeState
from models.core.types import new_id
from models.invoices import Invoice, InvoiceKind
from models.ledger import Account
from models.orders import Order
from models.payments import Allocation, AllocationKind, Payment, PaymentStatus, Refund, RefundState
from models.shipments import Shipment, ShipmentStatus
from services.carts.service import CartService
from services.claims.disputing import DisputeService
from services.claims.inputs import DisputeInput, PledgeInput, Reason, UpholdInput
from services.claims.pledging import PledgeService, judge_due
from services.core.actor import SYSTEM, Actor
from services.core.errors import Conflict
from services.core.runtime import Runtime
from services.ledger import Source, post
from services.orders.cancelling import CancelService
from services.orders.checkout import CheckoutInput
from services.orders.confirming import OrderDesk
from services.orders.placing import CheckoutService
from services.payments.allocating import allocate, take_back
from services.reminders.sending import run_reminders
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import GoingInput, ShipInput
from services.shipments.returning import ReturningService
from services.shipments.tracking import StatusInput, TrackingService
from tests.bills import bill
from tests.world import World


@dataclass
class House:
    """One installation with its cast, and a count that gives documents their numbers."""

    runtime: Runtime
    world: World
    numbers: int = 0
    journal: list[str] = field(default_factory=list)

    def number(self, prefix: str) -> str:
        """A new number."""
        self.numbers += 1
        return f'{prefix}-{self.numbers}'

    def rows(self, entity: Any, *conditions: Any) -> list[Any]:
        """The rows of the acting company, in order."""
        with self.runtime.database.reading() as session:
            return list(session.exec(select(entity).where(
                entity.customer_id == self.world.harbour.id, *conditions).order_by(entity.id)))


def order(house: House, sku: str, quantity: int) -> None:
    """A buyer orders what is in his cart."""
    house.runtime.run(house.world.ben, CartService.add_many, [(sku, quantity)])
    house.runtime.run(house.world.ben, CheckoutService.place, CheckoutInput(), key=secrets.token_urlsafe(24))


def confirm(house: House, found: Order) -> None:
    """The office confirms an order."""
    house.runtime.run(house.world.olga, OrderDesk.confirm, found.number)


def cancel(house: House, found: Order, who: Actor) -> None:
    """An order is cancelled, by the buyer or the office."""
    house.runtime.run(who, CancelService.cancel, found.number, 'No longer needed')


def pick(house: House, found: Order) -> None:
    """The warehouse begins a shipment of what is reserved."""
    house.runtime.run(house.world.wim, ShipmentDesk.pick, found.number)


def ship(house: House, found: Order, share: int) -> None:
    """The warehouse ships a half, or all, of each open line from where goods are promised."""
    lines = []
    for one in house.runtime.run(house.world.wim, ShipmentDesk.standing, found.number):
        for place in one.places:
            quantity = min(place.reserved, place.proposed) // share
            if quantity > 0:
                lines.append(GoingInput(line_id=one.line.id, warehouse=place.code, quantity=quantity))
    if lines:
        house.runtime.run(house.world.wim, ShipmentDesk.ship, found.number, ShipInput(lines=lines))


def move(house: House, found: Shipment, act: str) -> None:
    """A shipment goes on: it leaves, arrives, comes back or is called off."""
    run, wim = house.runtime.run, house.world.wim
    if act == 'ship':
        run(wim, ShipmentDesk.ship_picked, found.number)
    elif act == 'deliver':
        run(wim, TrackingService.say, found.number, StatusInput(status=ShipmentStatus.DELIVERED))
    elif act == 'come back':
        run(wim, ReturningService.come_back, found.number, 'Nobody was there')
    else:
        run(wim, ReturningService.cancel, found.number, 'Not yet')


def invoice(house: House, net: Decimal, due_in: int) -> None:
    """An invoice is issued and posted."""
    bill(house.runtime, house.world.harbour, str(net), number=house.number('IN'), due_in=due_in)


def credit(house: House, net: Decimal) -> None:
    """A credit note is issued and posted."""
    bill(house.runtime, house.world.harbour, str(net), number=house.number('CN'), kind=InvoiceKind.CREDIT_NOTE)


def receive(house: House, amount: Decimal) -> None:
    """Money comes in and is posted; all of it is free at first."""
    with house.runtime.work(SYSTEM, writes=True) as work:
        paid = Payment(id=new_id(), number=house.number('PA'), status=PaymentStatus.RECEIVED, method='bank',
                       customer_id=house.world.harbour.id, amount=amount, created_at=work.now, received_at=work.now,
                       received_on=work.now.date())
        work.session.add(paid)
        post(work, paid.customer_id, paid.currency, Source('payment', paid.id, paid.number, work.now.date()),
             {Account.MONEY: amount, Account.RECEIVABLE: -amount})


def settle(house: House, what: Invoice, amount: Decimal, *, payment: Payment | None = None,
           note: Invoice | None = None, kind: AllocationKind | None = None) -> None:
    """Money, a credit note or a small rest let go meets an invoice."""
    with house.runtime.work(SYSTEM, writes=True) as work:
        get = work.session.get_one
        allocate(work, get(Invoice, what.id), amount, payment=get(Payment, payment.id) if payment else None,
                 credit=get(Invoice, note.id) if note else None, kind=kind)


def part(house: House, allocation: Allocation) -> None:
    """What met parts again."""
    with house.runtime.work(SYSTEM, writes=True) as work:
        take_back(work, work.session.get_one(Allocation, allocation.id), 'A mistake')


def refund(house: House, payment: Payment, amount: Decimal) -> None:
    """Free money goes back; more than is free is refused."""
    with house.runtime.work(SYSTEM, writes=True) as work:
        found = work.session.get_one(Payment, payment.id)
        if amount > found.free:
            raise Conflict('There is not so much free money.')
        total = found.refunded + amount
        work.change(found, expect={'refunded': found.refunded, 'allocated': found.allocated}, refunded=total,
                    status=PaymentStatus.REFUNDED if total == found.amount else PaymentStatus.PARTLY_REFUNDED)
        back = Refund(id=new_id(), number=house.number('RF'), customer_id=found.customer_id, payment_id=found.id,
                      state=RefundState.DONE, amount=amount, asked_at=work.now, done_at=work.now)
        work.session.add(back)
        post(work, found.customer_id, found.currency, Source('refund', back.id, back.number, work.now.date()),
             {Account.MONEY: -amount, Account.RECEIVABLE: amount})


def dispute(house: House, what: Invoice, amount: Decimal | None) -> None:
    """The customer disputes an invoice, or so much of it."""
    house.runtime.run(house.world.fin, DisputeService.open, DisputeInput(
        reason=Reason('price'), amount=amount, words='Too dear'), number=what.number)


def answer(house: House, found: Dispute, *, uphold: bool) -> None:
    """A dispute ends: the office says the invoice is right, or the customer withdraws."""
    if uphold:
        house.runtime.run(house.world.sam, DisputeService.uphold, UpholdInput(answer='As agreed'),
                          dispute_id=found.id)
    else:
        house.runtime.run(house.world.fin, DisputeService.withdraw, found.id)


def promise(house: House, what: Invoice, days: int) -> None:
    """The customer promises to pay."""
    on = house.runtime.now().date() + dt.timedelta(days=days)
    house.runtime.run(house.world.fin, PledgeService.promise, PledgeInput(on=on), number=what.number)


def night(house: House) -> None:
    """What runs by itself."""
    judge_due(house.runtime)
    run_reminders(house.runtime)


def open_disputes(house: House) -> list[Dispute]:
    """The disputes that wait."""
    return house.rows(Dispute, Dispute.state == DisputeState.OPEN)
