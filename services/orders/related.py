"""Which other documents belong to an order; each kind of document adds its own provider to the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from models.orders import Order
from services.core.work import Work
from services.invoices.related import related as invoices
from services.payments.related import related as payments
from services.shipments.reading import related as shipments

Related = tuple[str, str]
"""A number and the path of its page on the portal's side; the office's is the same behind /office."""

PROVIDERS: tuple[Callable[[Work, Order], Iterable[Related]], ...] = (shipments, invoices, payments)


def related_to(work: Work, order: Order) -> tuple[Related, ...]:
    """All documents of an order within reach, in the order of their kinds."""
    prefix = '' if work.actor.is_portal else '/office'
    return tuple((number, prefix + path) for provider in PROVIDERS for number, path in provider(work, order))
