"""What a reminder mail says: all that is due, each with its links, and the fees that were charged for it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from models.core.words import _, language
from models.customers import Customer
from models.invoices import Invoice
from models.mail import Mail
from services.calendar import today
from services.claims.links import links_for
from services.core import formats
from services.core.work import Work
from services.mail.outbox import Recipient, promise
from services.reminders.deciding import Item
from services.reminders.ladder import Kind
from services.switches import address_of

Owing = Mapping[uuid.UUID, Sequence[Invoice]]


def write(work: Work, customer: Customer, to: Recipient, due: Sequence[Item], owing: Owing) -> Mail:
    """Promise the mail of a day to one reader; `owing` are the customer's open fees by the invoice they are about."""
    charges = [charge for found in owing.values() for charge in found]
    single = due[0].invoice.id if len(due) == 1 else None
    with language(to.language):
        facts = {'name': to.name, 'company': customer.name, 'level': max(item.step.level for item in due),
                 'link': address_of(work, '/invoices', customer.id),
                 'items': [_line(work, item, owing.get(item.invoice.id, ())) for item in due],
                 'charges': [_charge(work, charge) for charge in charges], 'total': _total(due, charges)}
    return promise(work, message='reminder', to=to, facts=facts, customer_id=customer.id,
                   document=('invoice', single) if single else None)


def _total(due: Sequence[Item], charges: Sequence[Invoice]) -> str:
    sums: dict[str, Decimal] = {}
    for currency, amount in (*((item.invoice.currency, item.owed.amount) for item in due),
                             *((charge.currency, charge.due_now) for charge in charges)):
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return ' + '.join(formats.money(amount, currency) for currency, amount in sums.items())


def _line(work: Work, item: Item, charges: Sequence[Invoice]) -> dict[str, Any]:
    invoice, on = item.invoice, formats.date(item.owed.on)
    late = item.owed.on < today(work)
    said = {Kind.SOON: _('due on {date}').format(date=on),
            Kind.DUE: (_('was due on {date}') if late else _('is due: {date}')).format(date=on),
            Kind.OVERDUE: _('was due on {date} · reminder {level}').format(date=on, level=item.step.level)}
    links = links_for(work, invoice)
    return {'number': invoice.number, 'amount': formats.money(item.owed.amount, invoice.currency),
            'said': said[item.step.kind], 'paper': _paper(work, invoice),
            'pay': ','.join((links['pay'], *(str(charge.number) for charge in charges))), 'paid': links['paid'],
            'promise': links['promise'], 'dispute': links['dispute'], 'is_overdue': item.step.kind is Kind.OVERDUE}


def _charge(work: Work, charge: Invoice) -> dict[str, str]:
    links = links_for(work, charge)
    return {'number': str(charge.number), 'amount': formats.money(charge.due_now, charge.currency),
            'pay': links['pay'], 'dispute': links['dispute'], 'paper': _paper(work, charge)}


def _paper(work: Work, invoice: Invoice) -> str:
    return f'{work.runtime.config.url}/download/invoices/{invoice.number}.pdf'
