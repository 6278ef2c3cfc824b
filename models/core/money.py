"""Money rules: currency digits, the one rounding point, VAT per rate on the sum of net lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

ZERO = Decimal(0)


def digits(currency: str) -> int:
    """How many decimals amounts of this currency have (0, 2 or 3; ISO 4217)."""
    return int(get_currency_precision(currency))


def rounded(value: Decimal, currency: str) -> Decimal:
    """This value at the currency's digits, half-up; the only place where money is rounded."""
    return value.quantize(Decimal(1).scaleb(-digits(currency)), rounding=ROUND_HALF_UP)


def line_net(unit_price: Decimal, quantity: Decimal, currency: str) -> Decimal:
    """The net of a line: quantity × unit price, rounded once (EN 16931 BT-131)."""
    return rounded(unit_price * quantity, currency)


@dataclass(frozen=True)
class TaxedAmount:
    """An amount with its tax; refuses to exist unless net + tax = gross."""

    net: Decimal
    tax: Decimal
    gross: Decimal

    def __post_init__(self) -> None:
        if self.net + self.tax != self.gross:
            raise ValueError(f'net {self.net} + tax {self.tax} is not gross {self.gross}')


@dataclass(frozen=True)
class TaxLine:
    """The VAT of one category and rate over a whole document (EN 16931 BG-23)."""

    category: str
    rate: Decimal
    taxable: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Totals:
    """The sums of a document in its currency: Σ lines, charges, VAT per rate, and all of it."""

    lines: Decimal
    shipping: Decimal
    taxes: tuple[TaxLine, ...]
    amount: TaxedAmount


def total(nets: Iterable[tuple[str, Decimal, Decimal]], *, shipping: tuple[str, Decimal, Decimal] | None,
          currency: str) -> Totals:
    """Add up a document: `nets` are (VAT category, rate in percent, rounded net) of its lines, `shipping` likewise.

    VAT is the taxable sum of a category and rate × rate, rounded once (EN 16931 BR-CO-17), never Σ of line taxes.
    """
    sums: dict[tuple[str, Decimal], Decimal] = {}
    lines = ZERO
    for category, rate, net in nets:
        lines += net
        sums[category, rate] = sums.get((category, rate), ZERO) + net
    freight = shipping[2] if shipping else ZERO
    if shipping and freight:
        key = shipping[0], shipping[1]
        sums[key] = sums.get(key, ZERO) + freight
    taxes = tuple(TaxLine(c, r, net, rounded(net * r / 100, currency)) for (c, r), net in sorted(sums.items()))
    tax = sum((t.tax for t in taxes), ZERO)
    net = lines + freight
    return Totals(lines, freight, taxes, TaxedAmount(net, tax, net + tax))
