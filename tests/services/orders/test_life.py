"""Whatever is done to orders in whatever order, stock, lines and sums agree (flows 3.0 rule 7, house rule 8)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.core.money import digits, line_net, rounded, total
from models.orders import HoldReason
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.core.errors import DomainError
from services.orders.cancelling import CancelService
from services.orders.changing import ChangeService, LineChange
from services.orders.confirming import OrderDesk
from services.orders.reading import OrderService

CURRENCIES = st.sampled_from(['EUR', 'USD', 'JPY', 'KWD', 'BHD', 'ISK'])
PRICES = st.decimals(min_value=Decimal('0.0001'), max_value=Decimal(99999), places=4)
QUANTITIES = st.integers(min_value=1, max_value=10_000).map(Decimal)
RATES = st.sampled_from([('S', Decimal(19)), ('S', Decimal(7)), ('S', Decimal('5.5')), ('K', Decimal(0))])


@given(currency=CURRENCIES, lines=st.lists(st.tuples(PRICES, QUANTITIES, RATES), min_size=1, max_size=30),
       freight=st.integers(min_value=0, max_value=99).map(Decimal))
def test_sums_of_any_document_agree(currency, lines, freight):
    nets = [(*rate, line_net(price, quantity, currency)) for price, quantity, rate in lines]
    found = total(nets, shipping=('S', Decimal(19), freight), currency=currency)
    assert found.lines == sum(net for _category, _rate, net in nets)
    assert found.amount.net == found.lines + found.shipping
    assert found.amount.net + found.amount.tax == found.amount.gross
    assert sum(tax.taxable for tax in found.taxes) == found.amount.net
    places = Decimal(1).scaleb(-digits(currency))
    for tax in found.taxes:
        assert tax.tax == (tax.taxable * tax.rate / 100).quantize(places, rounding=ROUND_HALF_UP)
    assert len({(tax.category, tax.rate) for tax in found.taxes}) == len(found.taxes)
    for amount in (found.lines, found.amount.net, found.amount.tax, found.amount.gross):
        assert amount == amount.quantize(places)


@pytest.mark.parametrize(('value', 'currency', 'expected'), [
    ('2.345', 'EUR', '2.35'), ('2.5', 'JPY', '3'), ('1.2345', 'KWD', '1.235'), ('-2.345', 'EUR', '-2.35')])
def test_amounts_have_their_currencys_digits(value, currency, expected):
    assert rounded(Decimal(value), currency) == Decimal(expected)


STEPS = st.lists(st.one_of(
    st.tuples(st.just('place'), st.integers(1, 6)), st.tuples(st.just('change'), st.integers(0, 8)),
    st.tuples(st.just('propose'), st.integers(0, 8)), st.tuples(st.just('agree'), st.booleans()),
    st.tuples(st.just('cancel'), st.just(0)), st.tuples(st.just('decline'), st.just(0)),
    st.tuples(st.just('confirm'), st.just(0)), st.tuples(st.just('hold'), st.booleans())), min_size=2, max_size=9)


class Life:
    """Orders of Ben and Luc for the same few lamps, one after the other, acted on by hand of a random sequence."""

    def __init__(self, runtime, world, place):
        self.runtime, self.world, self.place = runtime, world, place
        self.numbers = []

    def act(self, step, value, which):
        """One step on one of the orders; what the rules do not allow is refused and must change nothing."""
        run, world = self.runtime.run, self.world
        if step == 'place':
            who = (world.ben, world.luc)[which % 2]
            run(who, CartService.clear)
            self.numbers.append(self.place(who, ('LAMP-5', value), ('GLOVE-9', value)))
            return
        if not self.numbers:
            return
        number = self.numbers[which % len(self.numbers)]
        order = run(SYSTEM, OrderService.read, number)
        lamp = {order.lines[0].id: LineChange(quantity=Decimal(int(value)))}
        buyer = world.ben if order.order.customer_id == world.harbour.id else world.luc
        {'change': lambda: run(world.sam, ChangeService.apply_agreed, number, lamp, 'phone'),
         'propose': lambda: run(world.sam, ChangeService.propose, number, lamp, 'short'),
         'agree': lambda: run(buyer, ChangeService.answer, number, agree=bool(value)),
         'cancel': lambda: run(buyer, CancelService.cancel, number, 'no'),
         'decline': lambda: run(world.sam, OrderDesk.decline, number, 'no'),
         'confirm': lambda: run(world.sam, OrderDesk.confirm, number),
         'hold': lambda: run(world.sam, OrderDesk.hold, number, HoldReason.OTHER, 'x') if value
         else run(world.sam, OrderDesk.release, number)}[step]()

    def check(self):
        """Sums and quantities of every order agree with its lines."""
        for number in self.numbers:
            found = self.runtime.run(SYSTEM, OrderService.read, number)
            order = found.order
            assert sum(line.net for line in found.lines) == order.lines_net
            assert order.lines_net + order.shipping_net == order.net
            assert order.net + order.tax == order.gross
            assert sum(Decimal(tax['taxable']) for tax in order.taxes) == order.net
            assert all(line.open >= 0 for line in found.lines)


@settings(max_examples=6, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(STEPS, st.integers(0, 5)), min_size=1, max_size=3))
def test_any_life_of_orders_keeps_stock_and_sums(runtime, world, place, promised, steps):
    life = Life(runtime, world, place)
    for sequence, which in steps:
        for step, value in [('place', 1), *sequence]:
            before = promised()
            try:
                life.act(step, value, which)
            except DomainError:
                assert promised() == before
            promised()
            life.check()
