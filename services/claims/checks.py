"""What must hold between invoices and what is said against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlmodel import Session, col

from models.claims import Dispute, DisputeState
from models.core.types import Amount
from models.invoices import Invoice
from services.core.runtime import Runtime


def _disputed(session: Session, runtime: Runtime) -> Iterator[str]:
    """What an invoice has frozen is what its open disputes are about, and never more than is open of it."""
    frozen = dict(iter(session.execute(sa.select(
        col(Dispute.invoice_id), sa.func.sum(Dispute.amount, type_=Amount())).where(
        col(Dispute.state) == DisputeState.OPEN).group_by(col(Dispute.invoice_id)))))
    rows = session.execute(sa.select(col(Invoice.id), col(Invoice.number), col(Invoice.disputed),
                                     (Invoice.gross - Invoice.settled).label('open')).where(  # type: ignore[attr-defined]
        sa.or_(col(Invoice.disputed) != sa.literal(0, Amount()), col(Invoice.id).in_(
            sa.select(col(Dispute.invoice_id)).where(col(Dispute.state) == DisputeState.OPEN)))))
    for key, number, disputed, open_ in rows:
        if disputed != frozen.get(key, 0):
            yield f'{number}: {disputed} is frozen, but its disputes are about {frozen.get(key, 0)}'
        if not 0 <= disputed <= open_:
            yield f'{number}: {disputed} is frozen of {open_} open'


CHECKS: dict[str, Callable[[Session, Runtime], Iterator[str]]] = {'disputes': _disputed}
