"""The one order of priority of prices (flows 3.3): contract, customer list, group list, base; then promotions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.pricing import PriceKind
from services.pricing.quote import PriceQuote, Tier

RANK = {kind: rank for rank, kind in enumerate(PriceKind)}


@dataclass(frozen=True)
class ListFacts:
    """A price list that applies to a customer just now; `own` is whether to him alone.

    `version` rises with every change of its prices.
    """

    id: uuid.UUID
    code: str
    name: str
    kind: PriceKind
    priority: int
    valid_to: dt.date | None
    stacks: bool
    version: int = 1
    own: bool = False


@dataclass(frozen=True)
class Offer:
    """What one list asks for an item: its tiers, fewest pieces first."""

    source: ListFacts
    tiers: tuple[Tier, ...]

    def reached(self, quantity: Decimal) -> Tier | None:
        """The best tier this quantity reaches, or None when the list begins above it."""
        return min((tier for tier in self.tiers if tier.quantity <= quantity),
                   key=lambda tier: (tier.price, tier.quantity), default=None)


def choose(offers: Iterable[Offer], quantity: Decimal, currency: str) -> PriceQuote:
    """The price for this quantity among all offers for an item.

    A higher kind goes first, within a kind the higher priority, among equals the lower price. A promotion then wins
    when it is lower, on contract prices only if it stacks.
    """
    offers = tuple(offers)
    reached = [(offer, tier) for offer in offers if (tier := offer.reached(quantity)) is not None]
    lasting = [pair for pair in reached if pair[0].source.kind is not PriceKind.PROMOTION]
    standing = min(lasting, key=_order, default=None)
    promotions = [(offer, tier) for offer, tier in reached
                  if offer.source.kind is PriceKind.PROMOTION and _allowed(offer, standing)]
    promoted = min(promotions, key=lambda pair: (pair[1].price, pair[0].source.code), default=None)
    winner = standing
    if promoted is not None and (standing is None or promoted[1].price < standing[1].price):
        winner = promoted
    if winner is None:
        return PriceQuote(None, currency, list_price=_base(offers))
    return _quoted(winner, offers, quantity, currency)


def _quoted(winner: tuple[Offer, Tier], offers: Sequence[Offer], quantity: Decimal, currency: str) -> PriceQuote:
    offer, tier = winner
    source = offer.source
    following = next((t for t in offer.tiers if t.quantity > quantity and t.price < tier.price), None)
    return PriceQuote(tier.price, currency, list_price=_base(offers), kind=source.kind, list_name=source.name,
                      list_code=source.code, tier_quantity=tier.quantity, valid_to=source.valid_to,
                      next_tier=following, tiers=offer.tiers)


def _order(pair: tuple[Offer, Tier]) -> tuple[int, int, Decimal, str]:
    source = pair[0].source
    return RANK[source.kind], -source.priority, pair[1].price, source.code


def _allowed(promotion: Offer, standing: tuple[Offer, Tier] | None) -> bool:
    return standing is None or standing[0].source.kind is not PriceKind.CONTRACT or promotion.source.stacks


def _base(offers: Sequence[Offer]) -> Decimal | None:
    """The price of the base list without any volume discount."""
    bases = [offer for offer in offers if offer.source.kind is PriceKind.BASE and offer.tiers]
    first = min(bases, key=lambda offer: (-offer.source.priority, offer.tiers[0].price), default=None)
    return first.tiers[0].price if first else None
