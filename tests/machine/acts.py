"""What the machine does to a company's orders and money: each act by the service that people do it with."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from typing import Any

from sqlmodel import select

from models.claims import Dispute, DisputeState
from models.customers import Customer
from models.invoices import Invoice, InvoicingRule
from models.orders import MoneyBack, Order, OrderLine, PaymentMethod
from models.payments import Allocation, Payment, Refund
from models.shipments import Shipment, ShipmentStatus
from services.carts.service import CartService
from services.claims.disputing import DisputeService
from services.claims.inputs import DisputeInput, PledgeInput, Reason, UpholdInput
from services.claims.pledging import PledgeService, judge_due
from services.core.actor import SYSTEM, Actor
from services.core.runtime import Runtime
from services.invoices.collecting import CollectingService, collect_monthly
from services.invoices.crediting import CreditInput, CreditService, FreeAmount
from services.invoices.desk import InvoiceDesk
from services.invoices.drafting import DraftInput, DraftLine, DraftService
from services.orders.cancelling import CancelService
from services.orders.checkout import CheckoutInput
from services.orders.closing import ClosingService
from services.orders.confirming import OrderDesk
from services.orders.placing import CheckoutService
from services.payments.attempts import give_up, go
from services.payments.hearing import hear
from services.payments.inputs import InvoiceShare, PayInput, RecordInput, RefundInput, UseInput
from services.payments.methods import test_gateway
from services.payments.reconciling import reconcile
from services.payments.recording import RecordService
from services.payments.refunding import RefundService
from services.payments.starting import PaymentService
from services.reminders.sending import run_reminders
from services.settings import SettingService
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import GoingInput, ShipInput
from services.shipments.returning import ReturningService
from services.shipments.tracking import StatusInput, TrackingService
from tests.world import World


@dataclass
class House:
    """One installation with its cast, and the rows read since the last act."""

    runtime: Runtime
    world: World
    known: dict[Any, list[Any]] = field(default_factory=dict)

    def rows(self, entity: Any, so: Callable[[Any], bool] = lambda row: True) -> list[Any]:
        """The rows of the acting company that are so, in order; read anew after each act."""
        if entity not in self.known:
            with self.runtime.database.reading() as session:
                self.known[entity] = list(session.exec(select(entity).where(
                    entity.customer_id == self.world.harbour.id).order_by(entity.id)))
        return [row for row in self.known[entity] if so(row)]


def furnish(runtime: Runtime, world: World) -> None:
    """The seller's settings, and what is agreed with the company: part payments, overpayments, a discount."""
    runtime.run(SYSTEM, SettingService.put_all, {
        'seller.country': 'DE', 'seller.vat_id': 'DE136695976', 'payments.test': True, 'payments.second_above': 50,
        'payments.write_off': '0.02', 'payments.fee_percent': '1'})
    with runtime.work(SYSTEM, writes=True) as work:
        company = work.session.get_one(Customer, world.harbour.id)
        company.part_payments = company.overpayments = True
        company.discount_percent, company.discount_days, company.payment_terms_days = Decimal(2), 5, 14


def begin(house: House) -> None:
    """What is there at first, so that short sequences get far: two orders on account, one half shipped and invoiced,
    one that is paid ahead, and money."""
    for _ in range(2):
        order(house, 'LAMP-5', 2)
    found, other = house.rows(Order)
    confirm(house, found)
    ship(house, found, 2)
    confirm(house, other)
    house.known.clear()
    order(house, 'BOLT-M8', 50, ahead=True)
    ahead = next(row for row in house.rows(Order) if row.payment_method is PaymentMethod.PREPAYMENT)
    pay_ahead(house, ahead, 'pay', use_credits=False)
    receive(house, Decimal(100), None)
    house.known.clear()


def agree(house: House, invoicing: InvoicingRule) -> None:
    """When the company is invoiced."""
    with house.runtime.work(SYSTEM, writes=True) as work:
        work.session.get_one(Customer, house.world.harbour.id).invoicing = invoicing


def order(house: House, sku: str, quantity: int, *, ahead: bool = False) -> None:
    """A buyer orders what is in his cart, on account or to be paid ahead."""
    house.runtime.run(house.world.ben, CartService.add_many, [(sku, quantity)])
    given = CheckoutInput(payment_method=PaymentMethod.PREPAYMENT) if ahead else CheckoutInput()
    house.runtime.run(house.world.ben, CheckoutService.place, given, key=secrets.token_urlsafe(24))


def confirm(house: House, found: Order) -> None:
    """The office confirms an order."""
    house.runtime.run(house.world.olga, OrderDesk.confirm, found.number)


def cancel(house: House, found: Order, who: Actor, back: MoneyBack | None = None) -> None:
    """An order is cancelled, by the buyer or the office, which may say what becomes of money paid ahead."""
    house.runtime.run(who, CancelService.cancel, found.number, 'No longer needed', back=back)


def close_rest(house: House, found: Order, back: MoneyBack | None) -> None:
    """The office gives up what of an order did not come."""
    house.runtime.run(house.world.olga, ClosingService.close_rest, found.number, 'Not made any more', back=back)


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


def draft(house: House, net: Decimal) -> str:
    """The office types an invoice of one line; returns the draft's id."""
    run, olga = house.runtime.run, house.world.olga
    found = run(olga, DraftService.begin, DraftInput(account=house.world.harbour.account))
    run(olga, DraftService.put_line, DraftLine(name='Repair', unit_price=net, is_service=True), draft_id=found)
    return found


def issue(house: House, draft_id: str) -> str:
    """The office issues a draft; returns the invoice's number."""
    return house.runtime.run(house.world.olga, DraftService.issue, draft_id)


def invoice(house: House, found: Order, act: str) -> None:
    """The office invoices what waits of an order or of all, or credits what of one will never be delivered."""
    run, olga = house.runtime.run, house.world.olga
    if act == 'order':
        run(olga, InvoiceDesk.issue, found.number)
    elif act == 'ahead':
        lines = house.rows(OrderLine, lambda line: line.order_id == found.id)
        run(olga, InvoiceDesk.issue, found.number,
            {line.id: line.ordered - line.cancelled - line.invoiced for line in lines})
    elif act == 'all':
        run(olga, CollectingService.at_once, house.world.harbour.account)
    else:
        run(olga, InvoiceDesk.credit_excess, found.number, 'Not delivered')


def credit(house: House, what: Invoice, act: str, net: Decimal, *, anew: bool) -> None:
    """The office credits all that is left of an invoice, a half of each line, its freight, or an amount."""
    run, olga = house.runtime.run, house.world.olga
    left = run(olga, CreditService.left, what.number)
    given = CreditInput(reason='Agreed', anew=anew)
    if act == 'whole':
        given.whole = True
    elif act == 'half':
        given.quantities = {one.line.id: (one.quantity / 2).to_integral_value(ROUND_UP) for one in left.lines}
    elif act == 'freight':
        given.freight = left.freight
    else:
        category, rate = min(left.rates)
        given.amount = FreeAmount(net=net, category=category, rate=rate)
    run(olga, CreditService.credit, what.number, given)


def receive(house: House, amount: Decimal, what: Invoice | None) -> None:
    """The office records money on the bank account, for an invoice as far as it reaches, or for nothing yet."""
    shares = (InvoiceShare(number=what.number or '', amount=min(amount, what.open)),) if what else ()
    given = RecordInput(account=house.world.harbour.account, amount=amount, received_on=house.runtime.now().date(),
                        shares=shares)
    house.runtime.run(house.world.olga, RecordService.record, given, key=secrets.token_urlsafe(24))


def use(house: House, what: Invoice, payment: Payment, amount: Decimal) -> None:
    """The office uses free money for an invoice."""
    house.runtime.run(house.world.olga, RecordService.use, UseInput(number=what.number or '', amount=amount),
                      number=payment.number)


def pay(house: House, what: Invoice, amount: Decimal, end: str, **given: Any) -> None:
    """The customer pays by the test gateway, perhaps with credits, and the gateway tells how it ended, or does not."""
    shares = (InvoiceShare(number=what.number or '', amount=amount),)
    _pay(house, PayInput(invoices=shares, method='test', **given), end)


def pay_ahead(house: House, found: Order, end: str, *, use_credits: bool) -> None:
    """The customer pays for an order that waits for its money."""
    _pay(house, PayInput(order=found.number, method='test', use_credits=use_credits), end)


def _pay(house: House, given: PayInput, end: str) -> None:
    run, fin, now = house.runtime.run, house.world.fin, house.runtime.now()
    started = run(fin, PaymentService.start, given, key=secrets.token_urlsafe(24))
    if not started.number or end == 'leave':
        return
    reference = go(house.runtime, fin, started.number).rpartition('/')[2]
    gateway = test_gateway(house.runtime)
    if end == 'decline':
        gateway.decline(reference)
    else:
        gateway.pay(reference, now)
    if end == 'give up':
        give_up(house.runtime, fin, started.number)
    elif end != 'lose':
        for _ in range(2):
            hear(house.runtime, 'test', *gateway.message('failed' if end == 'decline' else 'paid', reference, now))


def let_go(house: House, what: Invoice) -> None:
    """The office writes off what is left of an invoice."""
    house.runtime.run(house.world.olga, RecordService.write_off, what.number, 'Too little to ask for')


def part(house: House, allocation: Allocation) -> None:
    """The office takes a settlement back."""
    house.runtime.run(house.world.olga, RecordService.take_back, allocation.id, 'A mistake')


def charge_back(house: House, payment: Payment) -> None:
    """The bank takes money back."""
    house.runtime.run(house.world.olga, RecordService.charge_back, payment.number, 'Objected')


def refund(house: House, payment: Payment, amount: Decimal, who: Actor) -> None:
    """The office or the customer asks for money back; more than is free is refused."""
    house.runtime.run(who, RefundService.ask, RefundInput(amount=amount, reason='Paid twice'), number=payment.number,
                      key=secrets.token_urlsafe(24))


def answer_refund(house: House, found: Refund, act: str) -> None:
    """A refund goes on: it is agreed to or refused, arrives, or comes back."""
    run, olga = house.runtime.run, house.world.olga
    if act == 'agree':
        run(olga, RefundService.agree, found.number)
    elif act == 'refuse':
        run(olga, RefundService.refuse, found.number, 'Not now')
    elif act == 'done':
        run(olga, RefundService.done, found.number)
    else:
        run(olga, RefundService.fail, found.number, 'The account is closed')


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
    reconcile(house.runtime)
    collect_monthly(house.runtime)
    judge_due(house.runtime)
    run_reminders(house.runtime)


def open_disputes(house: House) -> list[Dispute]:
    """The disputes that wait."""
    return house.rows(Dispute, lambda row: row.state is DisputeState.OPEN)
