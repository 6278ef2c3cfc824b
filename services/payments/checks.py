"""What always holds of payments (security.md, invariants 3, 4 and 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.core.types import Amount
from models.ledger import Account, LedgerEntry
from models.payments import IN_HAND, Allocation, GatewayEvent, Payment, PaymentStatus, Refund, RefundState
from services.core.runtime import Runtime
from services.gateways.payment import TEST
from services.payments.methods import test_gateway

BATCH = 2000
ZERO = Decimal(0)
TAKEN = (*IN_HAND, PaymentStatus.CHARGED_BACK)


def _spent(session: Session, runtime: Runtime) -> Iterator[str]:
    """Σ allocations = allocated, Σ refunds that left = refunded, and both together never more than the money."""
    allocated = _sums(session, Allocation.payment_id, Allocation.amount, col(Allocation.reversed_at).is_(None))
    refunded = _sums(session, Refund.payment_id, Refund.amount, col(Refund.state).in_(
        (RefundState.SENT, RefundState.DONE)))
    for payment in session.exec(select(Payment).execution_options(yield_per=BATCH)):
        if payment.allocated != allocated.get(payment.id, ZERO):
            yield (f'{payment.number}: {payment.allocated} allocated, but its allocations add up to '
                   f'{allocated.get(payment.id, ZERO)}')
        if payment.refunded != refunded.get(payment.id, ZERO):
            yield f'{payment.number}: {payment.refunded} refunded, but its refunds are {refunded.get(payment.id, ZERO)}'
        if payment.allocated + payment.refunded > payment.amount:
            yield f'{payment.number}: more is used than the {payment.amount} there are'
        if payment.status not in IN_HAND and payment.allocated:
            yield f'{payment.number} is {payment.status} but settles invoices'


def _books(session: Session, runtime: Runtime) -> Iterator[str]:
    """The money of each payment in the ledger is what is in hand of it."""
    money = _sums(session, LedgerEntry.document_id, LedgerEntry.amount, col(LedgerEntry.account) == Account.MONEY,
                  col(LedgerEntry.document).in_(('payment', 'charge_back')))
    for payment in session.exec(select(Payment).execution_options(yield_per=BATCH)):
        wanted = payment.charged if payment.status in IN_HAND else ZERO
        if payment.status is PaymentStatus.CHARGED_BACK:
            wanted = payment.refunded
        if money.get(payment.id, ZERO) != wanted:
            yield f'{payment.number}: the books say {money.get(payment.id, ZERO)}, not {wanted}'


def _once(session: Session, runtime: Runtime) -> Iterator[str]:
    """An attempt is captured once, a key makes one attempt, and a message of a gateway has one effect."""
    captured = session.execute(sa.select(col(LedgerEntry.document_id)).where(
        col(LedgerEntry.document) == 'payment', col(LedgerEntry.account) == Account.MONEY,
        col(LedgerEntry.amount) > sa.literal(0, Amount()))
        .group_by(col(LedgerEntry.document_id)).having(sa.func.count() > 1))
    for (payment_id,) in captured:
        yield f'payment {payment_id} is in the books twice'
    for entity, columns in ((Payment, (Payment.key,)), (Payment, (Payment.gateway, Payment.gateway_reference)),
                            (GatewayEvent, (GatewayEvent.gateway, GatewayEvent.event_id))):
        twice = session.execute(sa.select(*columns).where(columns[-1].is_not(None))  # type: ignore[union-attr]
                                .group_by(*columns).having(sa.func.count() > 1))
        for row in twice:
            yield f'{entity.__tablename__} {" ".join(map(str, row))} is there twice'


def _test_gateway(session: Session, runtime: Runtime) -> Iterator[str]:
    """The test gateway's books and ours say the same; what it took a moment ago may still be on its way to us."""
    rows = test_gateway(runtime).rows()
    for payment in session.exec(select(Payment).where(Payment.gateway == TEST)):
        row = rows.get(str(payment.gateway_reference))
        if row is None:
            if payment.status in TAKEN and rows:
                yield f'{payment.number}: the test gateway does not know it'
            continue
        given = sum((Decimal(value) for value in row['refunds'].values()), ZERO)
        if payment.status in TAKEN and (row['captures'], Decimal(row['amount'])) != (1, payment.charged):
            yield f'{payment.number}: the test gateway took {row["amount"]} {row["captures"]} times'
        if given > payment.refunded:
            yield f'{payment.number}: the test gateway sent {given} back, our books say {payment.refunded}'
    for reference, row in rows.items():
        if row['captures'] > 1:
            yield f'the test gateway took {row["number"]} ({reference}) {row["captures"]} times'


def _sums(session: Session, key: Any, amount: Any, *conditions: Any) -> dict[Any, Decimal]:
    rows = session.execute(sa.select(key, sa.func.sum(amount, type_=Amount())).where(*conditions).group_by(key))
    return {found: value or ZERO for found, value in rows}


CHECKS: dict[str, Callable[[Session, Runtime], Iterator[str]]] = {
    'payments': _spent, 'money in the books': _books, 'payments once': _once, 'test gateway': _test_gateway}
