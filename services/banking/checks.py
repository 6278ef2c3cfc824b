"""What must hold between the bank's entries and payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlmodel import Session, col

from models.payments import IN_HAND, BankEntry, EntryState, Payment, PaymentStatus
from services.core.runtime import Runtime


def _booked_entries(session: Session, runtime: Runtime) -> Iterator[str]:
    """Each booked entry is one payment of its amount; no payment is of two entries; no other entry has one."""
    is_booked = col(BankEntry.state) == EntryState.BOOKED
    rows = session.execute(sa.select(col(BankEntry.id), col(BankEntry.state), col(BankEntry.amount),
                                     col(BankEntry.currency), col(Payment.number), col(Payment.amount),
                                     col(Payment.currency), col(Payment.status)).outerjoin(
        Payment, col(Payment.id) == BankEntry.payment_id).where(
        sa.or_(is_booked, col(BankEntry.payment_id).is_not(None))).execution_options(yield_per=2000))
    seen: set[str] = set()
    for entry, state, amount, currency, number, paid, paid_in, status in rows:
        if state is not EntryState.BOOKED or number is None:
            yield f'bank entry {entry} is {state} with payment {number}'
            continue
        if (amount, currency) != (paid, paid_in):
            yield f'bank entry {entry} is {amount} {currency}, but {number} is {paid} {paid_in}'
        if status not in (*IN_HAND, PaymentStatus.CHARGED_BACK):
            yield f'bank entry {entry} is booked, but {number} is {status}'
        if number in seen:
            yield f'{number} stands for two bank entries'
        seen.add(number)


CHECKS: dict[str, Callable[[Session, Runtime], Iterator[str]]] = {'bank entries': _booked_entries}
