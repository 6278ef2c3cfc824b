"""The payments made for an order."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from models.orders import Order
from models.payments import Payment
from services.core.permissions import Permission
from services.core.work import Work


def related(work: Work, order: Order) -> Iterable[tuple[str, str]]:
    """Number and path of the payments of an order, for those who may see them."""
    if not work.actor.may(Permission.PAYMENTS_READ):
        return []
    rows = work.session.exec(select(Payment).where(
        Payment.order_id == order.id, Payment.customer_id == order.customer_id).order_by(col(Payment.created_at)))
    may = work.actor.may(Permission.PAYMENTS_READ_COMPANY)
    return [(row.number, f'/payments/{row.number}') for row in rows
            if may or row.created_by_id == work.actor.user_id]
