"""Pay what fits: discounts that end soonest first, then the oldest due, and never what is disputed or being paid."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.payments.proposing import FreeCredit, OpenItem, Share, propose

D = Decimal
TODAY = dt.date(2026, 3, 2)


def day(count: int) -> dt.date:
    return TODAY + dt.timedelta(days=count)


def test_a_discount_that_ends_first_comes_before_what_is_older() -> None:
    items = [OpenItem('OLD', D(100), day(-40)),
             OpenItem('LATER', D(200), day(20), D(4), day(9)),
             OpenItem('SOON', D(100), day(25), D(3), day(2))]
    assert propose(items, (), D(300), TODAY) == [
        Share('SOON', D(97), (), D(3), D(0)),
        Share('LATER', D(196), (), D(4), D(0)),
        Share('OLD', D(7), (), D(0), D(93))]


def test_a_discount_that_the_money_does_not_reach_is_no_reason() -> None:
    items = [OpenItem('OLD', D(100), day(-40)), OpenItem('DEAR', D(500), day(20), D(10), day(3))]
    assert propose(items, (), D(300), TODAY) == [
        Share('OLD', D(100), (), D(0), D(0)), Share('DEAR', D(200), (), D(0), D(300))]


def test_the_last_day_counts_and_the_day_after_does_not() -> None:
    item = OpenItem('IN', D(100), day(20), D(3), day(0))
    assert propose([item], (), D(97), TODAY) == [Share('IN', D(97), (), D(3), D(0))]
    assert propose([item], (), D(97), day(1)) == [Share('IN', D(97), (), D(0), D(3))]


def test_what_is_disputed_is_left_and_earns_no_discount() -> None:
    items = [OpenItem('A', D(100), day(-5), D(3), day(5), held=D(40)), OpenItem('B', D(50), day(-4), held=D(50))]
    assert propose(items, (), D(500), TODAY) == [Share('A', D(60), (), D(0), D(40))]


def test_credits_go_first_in_their_order() -> None:
    items = [OpenItem('A', D(100), day(-5)), OpenItem('B', D(100), day(-4))]
    credits = (FreeCredit('CN-1', D(30)), FreeCredit('PA-1', D(90)))
    assert propose(items, credits, D(50), TODAY) == [
        Share('A', D(0), (('CN-1', D(30)), ('PA-1', D(70))), D(0), D(0)),
        Share('B', D(50), (('PA-1', D(20)),), D(0), D(30))]


def test_nothing_to_spend_or_nothing_open_is_no_proposal() -> None:
    assert propose([OpenItem('A', D(100))], (), D(0), TODAY) == []
    assert propose([], (FreeCredit('CN', D(5)),), D(10), TODAY) == []


cents = st.integers(0, 50_000).map(lambda value: D(value) / 100)
spans = st.none() | st.integers(-60, 60).map(day)


@st.composite
def items(draw: st.DrawFn) -> OpenItem:
    open_ = draw(cents)
    return OpenItem(f'IN-{draw(st.integers(0, 10 ** 9))}', open_, draw(spans), min(draw(cents), open_), draw(spans),
                    min(draw(st.just(D(0)) | cents), open_))


@settings(max_examples=300)
@given(st.lists(items(), max_size=8, unique_by=lambda item: item.number),
       st.lists(cents, max_size=3), cents)
def test_any_proposal_adds_up(found: list[OpenItem], free: list[D], amount: D) -> None:
    credits = [FreeCredit(f'CN-{place}', value) for place, value in enumerate(free)]
    shares = propose(found, credits, amount, TODAY)
    by_number = {item.number: item for item in found}
    assert len({share.number for share in shares}) == len(shares)
    assert sum(share.money for share in shares) <= amount
    for credit in credits:
        used = sum((part for share in shares for number, part in share.credits if number == credit.number), D(0))
        assert used <= credit.free
    for share in shares:
        item = by_number[share.number]
        assert share.amount > 0 or share.discount == item.payable
        assert share.amount + share.discount <= item.payable
        assert share.left == item.open - share.amount - share.discount >= item.held
        if share.discount:
            assert share.left == 0 and item.discount_until is not None and item.discount_until >= TODAY
    left = amount + sum(free) - sum(share.amount for share in shares)
    if left > 0:
        assert all(item.payable == 0 or by_share(shares, item) == item.payable for item in found)
    parts = [share for share in shares if share.left > by_number[share.number].held]
    assert len(parts) <= 1


def by_share(shares: list[Share], item: OpenItem) -> D:
    return sum((share.amount + share.discount for share in shares if share.number == item.number), D(0))
