"""What is true of an item without asking the database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from models.catalogue import Item

steps = st.integers(min_value=1, max_value=500).map(lambda n: Decimal(n) / 4)


@given(least=steps, step=steps, wanted=st.integers(min_value=0, max_value=100_000).map(lambda n: Decimal(n) / 4))
def test_the_proposed_quantity_is_the_next_that_may_be_ordered(least: Decimal, step: Decimal, wanted: Decimal) -> None:
    item = Item(sku='A', min_quantity=least, multiple=step, created_at=dt.datetime.now(dt.UTC))
    proposed = item.valid_quantity(wanted)
    assert proposed >= max(wanted, least)
    assert proposed % step == 0
    assert proposed - step < max(wanted, least)


def test_the_largest_quantity_holds() -> None:
    item = Item(sku='A', multiple=Decimal(10), max_quantity=Decimal(45), created_at=dt.datetime.now(dt.UTC))
    assert item.valid_quantity(Decimal(100)) == 40
