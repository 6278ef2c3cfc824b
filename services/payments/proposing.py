"""Pay what fits (wishes no. 7): how an amount is best spread over open invoices; a pure function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class OpenItem:
    """An open invoice; `held` is what is disputed or just being paid by somebody, `discount` what paying all saves."""

    number: str
    open: Decimal
    due_on: dt.date | None = None
    discount: Decimal = ZERO
    discount_until: dt.date | None = None
    held: Decimal = ZERO

    @property
    def payable(self) -> Decimal:
        """What may be paid of it."""
        return max(self.open - self.held, ZERO)

    def saves(self, today: dt.date) -> Decimal:
        """The discount that paying all of it today brings."""
        timely = self.discount_until is not None and today <= self.discount_until and not self.held
        return min(self.discount, self.payable) if timely else ZERO


@dataclass(frozen=True)
class FreeCredit:
    """A credit note or money in hand that is not used yet."""

    number: str
    free: Decimal


@dataclass(frozen=True)
class Share:
    """What one invoice gets: money, credits by number, and the discount it earns; `left` is open of it afterwards."""

    number: str
    money: Decimal
    credits: tuple[tuple[str, Decimal], ...]
    discount: Decimal
    left: Decimal

    @property
    def amount(self) -> Decimal:
        """Money and credits together."""
        return self.money + sum((amount for _number, amount in self.credits), ZERO)


def propose(open_items: Iterable[OpenItem], credits: Sequence[FreeCredit], amount: Decimal,
            today: dt.date) -> list[Share]:
    """Spread credits, in their order, and an amount of money over invoices; what no invoice takes is left over.

    First come discounts that the whole of an invoice still earns, the one that ends soonest first; then the oldest due
    date. What is disputed or being paid is never touched.
    """
    purse = _Purse(credits, max(amount, ZERO))
    items = [item for item in open_items if item.payable > 0]
    shares: dict[str, Share] = {}
    timely = sorted((item for item in items if item.saves(today) > 0), key=lambda item: (
        item.discount_until or dt.date.max, item.due_on or dt.date.max, item.number))
    for item in timely:
        saved = item.saves(today)
        if item.payable - saved <= purse.total:
            shares[item.number] = purse.pay(item, item.payable - saved, saved)
    for item in sorted(items, key=lambda item: (item.due_on or dt.date.max, item.number)):
        if item.number not in shares and purse.total > 0:
            shares[item.number] = purse.pay(item, min(item.payable, purse.total), ZERO)
    return list(shares.values())


class _Purse:
    """What is left to spend: credits first, in their order, then money."""

    def __init__(self, credits: Sequence[FreeCredit], money: Decimal) -> None:
        self._credits = {credit.number: credit.free for credit in credits if credit.free > 0}
        self._money = money

    @property
    def total(self) -> Decimal:
        return self._money + sum(self._credits.values(), ZERO)

    def pay(self, item: OpenItem, amount: Decimal, discount: Decimal) -> Share:
        """Spend so much on an item; there is enough."""
        used: list[tuple[str, Decimal]] = []
        rest = amount
        for number, free in self._credits.items():
            part = min(free, rest)
            if part > 0:
                used.append((number, part))
                self._credits[number] = free - part
                rest -= part
        self._money -= rest
        return Share(item.number, rest, tuple(used), discount, item.open - amount - discount)
