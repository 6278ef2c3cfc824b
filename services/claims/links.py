"""Links in reminder mails: each lets its holder say one thing about one invoice, for a while, and nothing else."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import select

from models.claims import PledgeKind
from models.core.words import _
from models.customers import Customer
from models.invoices import Invoice
from services.calendar import today
from services.claims.inputs import PledgeInput
from services.claims.pledging import pledge
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.settings import setting

PURPOSE = 'pledge'
VALID = dt.timedelta(days=30)
ACTS = {'promise': PledgeKind.PROMISE, 'paid': PledgeKind.PAID_ALREADY}


@dataclass(frozen=True)
class Said:
    """What a link is about: the invoice as far as its mail told, and the days that can be given."""

    kind: PledgeKind
    number: str
    customer: str
    due: Decimal
    currency: str
    due_on: dt.date | None
    first: dt.date
    last: dt.date
    language: str


def links_for(work: Work, invoice: Invoice) -> dict[str, str]:
    """The links of a reminder: `promise` and `paid` need no sign-in; `pay`, `dispute` and `invoice` ask for it."""
    base = work.runtime.config.url
    page = f'{base}/invoices/{invoice.number}'
    return {**{act: f'{base}/reply/{token(work, invoice, act)}' for act in ACTS},
            'pay': f'{base}/pay?invoices={invoice.number}', 'dispute': f'{page}?act=dispute', 'invoice': page}


def token(work: Work, invoice: Invoice, act: str) -> str:
    """What stands in a link: act, invoice, the moment it ends, and a signature over them."""
    ends = int((work.now + VALID).timestamp())
    name = base64.urlsafe_b64encode(invoice.id.bytes).rstrip(b'=').decode()
    return f'{act}.{name}.{ends}.{work.runtime.secrets.sign(PURPOSE, _signed(act, invoice.id, ends))}'


class LinkService(Service):
    """What holders of a link may do."""

    @requires(Permission.ANYONE)
    def peek(self, given: str) -> Said:
        """What a link is for; raises NotFound for one that is not ours or is over."""
        kind, invoice = self._meant(given)
        customer = self.session.exec(select(Customer).where(Customer.id == invoice.customer_id)).one()
        day = today(self.work)
        is_promise = kind is PledgeKind.PROMISE
        far = dt.timedelta(days=setting(self.work, 'claims.promise_days') if is_promise else 60)
        return Said(kind, invoice.number or '', customer.name, invoice.due_now, invoice.currency, invoice.due_on,
                    first=day if is_promise else day - far, last=day + far if is_promise else day,
                    language=customer.language)

    @requires(Permission.ANYONE, writes=True)
    def say(self, given: str, on: PledgeInput) -> Said:
        """Say it; raises NotFound as `peek` does, Conflict and Invalid as in the portal."""
        kind, invoice = self._meant(given)
        said = self.peek(given)
        pledge(self.work, invoice, kind, on, by=_('{company}, by a link in a mail').format(company=said.customer))
        return said

    def _meant(self, given: str) -> tuple[PledgeKind, Invoice]:
        act, name, ends, signature = (*given.split('.'), '', '', '', '')[:4]
        try:
            invoice_id = uuid.UUID(bytes=base64.urlsafe_b64decode(name + '=='))
            end = int(ends) if ends.isascii() and ends.isdigit() and len(ends) < 12 else 0
        except (ValueError, binascii.Error):
            raise _gone() from None
        if act not in ACTS or not self.work.runtime.secrets.verify(
                PURPOSE, _signed(act, invoice_id, end), signature) or end < self.now.timestamp():
            raise _gone()
        found = self.session.exec(select(Invoice).where(Invoice.id == invoice_id)).first()
        if found is None:
            raise _gone()
        return ACTS[act], found


def _signed(act: str, invoice_id: uuid.UUID, ends: int) -> str:
    return f'{act}:{invoice_id}:{ends}'


def _gone() -> NotFound:
    return NotFound(_('This link does not work any more.'))
