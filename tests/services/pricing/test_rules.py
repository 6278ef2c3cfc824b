"""The rules of prices, tried with whatever lists and tiers hypothesis thinks of."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from models.core.types import new_id
from models.pricing import PriceKind
from services.pricing.quote import Tier
from services.pricing.rules import RANK, ListFacts, Offer, choose

amounts = st.decimals(min_value=0, max_value=10_000, places=2, allow_nan=False)
quantities = st.integers(min_value=1, max_value=1000).map(Decimal)
tiers = st.dictionaries(quantities, amounts, min_size=1, max_size=4).map(
    lambda found: tuple(Tier(quantity, price) for quantity, price in sorted(found.items())))
facts = st.builds(ListFacts, id=st.builds(new_id), code=st.text('abc', min_size=1, max_size=5), name=st.just('List'),
                  kind=st.sampled_from(PriceKind), priority=st.integers(0, 2), valid_to=st.none(), stacks=st.booleans())
offers = st.lists(st.builds(Offer, source=facts, tiers=tiers), max_size=6)


@given(offers, quantities)
def test_a_price_is_one_that_was_offered_for_the_quantity(found: list[Offer], quantity: Decimal) -> None:
    quote = choose(found, quantity, 'EUR')
    reachable = {tier.price for offer in found for tier in offer.tiers if tier.quantity <= quantity}
    if quote.unit_price is None:
        assert not reachable or all(offer.source.kind is PriceKind.PROMOTION for offer in found)
    else:
        assert quote.unit_price in reachable
        assert quote.unit_price >= 0


@given(offers, quantities)
def test_no_kind_of_lower_rank_beats_a_higher_one_but_a_promotion_that_is_cheaper(found: list[Offer], quantity: Decimal
                                                                                  ) -> None:
    quote = choose(found, quantity, 'EUR')
    lasting = [offer.source for offer in found
               if offer.source.kind is not PriceKind.PROMOTION and offer.reached(quantity)]
    if not lasting:
        return
    best = min(RANK[source.kind] for source in lasting)
    if quote.kind is PriceKind.PROMOTION:
        without = choose([o for o in found if o.source.kind is not PriceKind.PROMOTION], quantity, 'EUR')
        assert quote.unit_price is not None and without.unit_price is not None
        assert quote.unit_price < without.unit_price
        if without.kind is PriceKind.CONTRACT:
            assert any(o.source.code == quote.list_code and o.source.stacks for o in found)
    else:
        assert quote.kind is not None and RANK[quote.kind] == best


@given(tiers, quantities, quantities)
def test_more_is_never_dearer_within_a_list(steps: tuple[Tier, ...], few: Decimal, more: Decimal) -> None:
    offer = Offer(ListFacts(new_id(), 'B', 'Base', PriceKind.BASE, 0, None, False), steps)
    low, high = sorted((few, more))
    cheap, dear = choose([offer], high, 'EUR'), choose([offer], low, 'EUR')
    if dear.unit_price is not None:
        assert cheap.unit_price is not None and cheap.unit_price <= dear.unit_price


@given(offers, quantities)
def test_the_next_tier_is_further_and_cheaper(found: list[Offer], quantity: Decimal) -> None:
    quote = choose(found, quantity, 'EUR')
    if quote.next_tier is not None:
        assert quote.unit_price is not None
        assert quote.next_tier.quantity > quantity
        assert quote.next_tier.price < quote.unit_price
        assert quote.next_tier in quote.tiers


@given(offers, quantities)
def test_the_explanation_names_the_list_and_the_tier(found: list[Offer], quantity: Decimal) -> None:
    quote = choose(found, quantity, 'EUR')
    text = quote.explanation()
    assert text
    if quote.unit_price is not None:
        assert text.startswith('List price' if quote.kind is PriceKind.BASE else 'List')
        assert ('from' in text) == (quote.tier_quantity > 1)


@given(offers, quantities)
def test_the_order_of_the_lists_does_not_matter(found: list[Offer], quantity: Decimal) -> None:
    assert choose(found, quantity, 'EUR').unit_price == choose(found[::-1], quantity, 'EUR').unit_price
