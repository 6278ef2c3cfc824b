"""What the tests of reminders share: invoices by day, and a look at what went out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlmodel import col, select

from models.customers import Customer
from models.invoices import Invoice
from models.reminders import Reminder
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.reminders.deciding import MAIL
from services.reminders.ladder import Ladder, Sent, Step, next_step
from services.settings import SettingService
from tests.bills import bill
from tests.services.people import mails
from tests.world import World

BERLIN = 'Europe/Berlin'


def at_home(runtime: Runtime, world: World, **values: Any) -> None:
    """The seller is in Berlin and reminds on every day of the week, unless the test says otherwise."""
    given = {'seller.time_zone': BERLIN, 'seller.country': 'DE', 'reminders.working_days': False}
    runtime.run(world.olga, SettingService.put_all,
                given | {f'reminders.{key}': value for key, value in values.items()})


def due(runtime: Runtime, customer: Customer, day: dt.date, *, number: str, net: str = '100') -> Invoice:
    """An open invoice that is due on this day."""
    return bill(runtime, customer, net, number=number, due_in=0, issued_on=day)


def change(runtime: Runtime, row: Any, **values: Any) -> None:
    """Change a row as another act would."""
    with runtime.work(SYSTEM, writes=True) as work:
        found = work.session.get_one(type(row), row.id)
        for name, value in values.items():
            setattr(found, name, value)
        work.session.add(found)


def sent(runtime: Runtime) -> list[tuple[str, str, int, dt.date]]:
    """Number, kind, level and day of every reminder of an invoice, in order."""
    with runtime.work(SYSTEM, writes=False) as work:
        rows = work.session.execute(select(Invoice.number, Reminder.kind, Reminder.level, Reminder.on).join(
            Reminder, col(Reminder.subject_id) == Invoice.id).where(Reminder.kind != MAIL)
            .order_by(col(Reminder.on), col(Invoice.number), col(Reminder.level)))
        return [(number, kind.removeprefix('invoice_'), level, on) for number, kind, level, on in rows]


def posted(runtime: Runtime) -> list[tuple[str, str]]:
    """Recipient and subject of the reminder mails."""
    return [(mail.recipient, mail.subject) for mail in mails(runtime) if mail.message == 'reminder']


def next_day(ladder: Ladder, due_on: dt.date, today: dt.date, sent: Sent, *,
             within: int = 400) -> tuple[Step, dt.date] | None:
    """The next rung and the earliest day for it, from today on and within so many days; None when there is none."""
    for ahead in range(within + 1):
        day = today + dt.timedelta(days=ahead)
        step = next_step(ladder, due_on, day, sent)
        if step is not None:
            return step, day
    return None
