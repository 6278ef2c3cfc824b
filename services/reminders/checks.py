"""What always holds of reminders: one mail a reader and day, and no reminder of an invoice without the day's row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.invoices import Invoice
from models.mail import Mail
from models.reminders import Reminder
from services.calendar import zone_of
from services.core.runtime import Runtime
from services.reminders.deciding import MAIL
from services.reminders.ladder import Kind


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


def _charges(session: Session, runtime: Runtime) -> Iterator[str]:
    """What reminders charged and the documents that ask for it say the same, each once, without VAT."""
    charged = {row.id: row for row in session.exec(select(Reminder).where(
        col(Reminder.fee) + col(Reminder.interest) != 0))}
    asked = session.exec(select(Invoice).where(col(Invoice.reminder_id).is_not(None))).all()
    for document in asked:
        row = charged.pop(document.reminder_id, None) if document.reminder_id else None
        if row is None or row.kind != Kind.OVERDUE.value or row.customer_id != document.customer_id:
            yield f'{document.number} asks for what no reminder charged'
        elif document.gross != row.fee + row.interest or document.tax:
            yield f'{document.number} asks for {document.gross}, its reminder charged {row.fee + row.interest}'
    for row in charged.values():
        yield f'the reminder of {row.on} for invoice {row.subject_id} charged {row.fee + row.interest}, and no '\
              'document asks for it'


CHECKS: dict[str, Callable[[Session, Runtime], Iterator[str]]] = {'reminder mails': _mails, 'reminders': _rows,
                                                                   'reminder fees': _charges}
