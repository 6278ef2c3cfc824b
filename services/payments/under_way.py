"""What is just being paid: while an attempt is under way, nobody else pays the same money's worth again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlmodel import col

from models.payments import UNDER_WAY, Payment
from services.core.work import Work

ZERO = Decimal(0)


@dataclass
class UnderWay:
    """Sums of the attempts under way of a customer: by invoice, by credit, by order; and who pays an invoice."""

    invoices: dict[uuid.UUID, Decimal] = field(default_factory=dict)
    credits: dict[uuid.UUID, Decimal] = field(default_factory=dict)
    orders: dict[uuid.UUID, Decimal] = field(default_factory=dict)
    people: dict[uuid.UUID, str] = field(default_factory=dict)
    attempts: list[Payment] = field(default_factory=list)


def under_way(work: Work, customer_id: uuid.UUID) -> UnderWay:
    """What is being paid by a customer just now; the caller holds his row where it must stay so."""
    found = UnderWay()
    found.attempts = list(work.session.exec(work.reach(Payment).where(
        Payment.customer_id == customer_id, col(Payment.status).in_(UNDER_WAY)).order_by(Payment.created_at)))
    for attempt in found.attempts:
        for wish in attempt.wishes:
            _add(found.invoices, uuid.UUID(wish['invoice']), Decimal(wish['amount']))
            found.people[uuid.UUID(wish['invoice'])] = attempt.created_by_name
            source = credit_in(wish)
            if source is not None:
                _add(found.credits, source, Decimal(wish['amount']))
        if attempt.order_id is not None:
            _add(found.orders, attempt.order_id, attempt.amount)
            found.people[attempt.order_id] = attempt.created_by_name
    return found


def credit_in(wish: Mapping[str, str]) -> uuid.UUID | None:
    """The credit note or earlier payment that meets a wish; None when it is the new money."""
    source = wish.get('credit') or wish.get('money')
    return uuid.UUID(source) if source else None


def _add(sums: dict[uuid.UUID, Decimal], key: uuid.UUID, amount: Decimal) -> None:
    sums[key] = sums.get(key, ZERO) + amount
