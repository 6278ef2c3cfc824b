"""What always holds of reminders: one mail a reader and day, and no reminder of an invoice without the day's row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.mail import Mail
from models.reminders import Reminder
from services.calendar import zone_of
from services.core.runtime import Runtime
from services.reminders.deciding import MAIL


def _mails(session: Session, runtime: Runtime) -> Iterator[str]:
    zone = zone_of(runtime)
    rows = session.execute(sa.select(col(Mail.customer_id), col(Mail.recipient), col(Mail.created_at)).where(
        col(Mail.message) == 'reminder'))
    counts = Counter((customer, to, at.astimezone(zone).date()) for customer, to, at in rows)
    for (_customer, to, day), count in counts.items():
        if count > 1:
            yield f'{to} was mailed {count} reminders on {day}'


def _rows(session: Session, runtime: Runtime) -> Iterator[str]:
    days = {(row.customer_id, row.on) for row in session.exec(select(Reminder).where(Reminder.kind == MAIL))}
    for row in session.exec(select(Reminder).where(Reminder.kind != MAIL)):
        if (row.customer_id, row.on) not in days:
            yield f'invoice {row.subject_id} has a reminder of {row.on}, but its customer has none'


CHECKS: dict[str, Callable[[Session, Runtime], Iterator[str]]] = {'reminder mails': _mails, 'reminders': _rows}
