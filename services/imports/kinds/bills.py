"""Invoices and credit notes of imported history, with their postings; settled on their due days where all is paid.

They keep the numbers of their file, which no own number can be like, and never count in own series.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from models.core.money import Totals, total
from models.core.types import new_id
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.ledger import Account, LedgerEntry
from models.payments import Allocation, AllocationKind
from services.calendar import today, zone
from services.core.work import Work
from services.imports.rows import insert
from services.orders.placing import frozen_taxes

SOURCE = 'import'
TERMS_DAYS = 30
_OWN = re.compile(r'(IN|CN)-\d{4}-\d+', re.IGNORECASE)
_TAKEN_OVER = ('order_line_id', 'item_id', 'position', 'sku', 'name', 'unit', 'quantity', 'unit_price', 'tax_category',
               'tax_rate', 'net')


def is_like_own(number: str) -> bool:
    """Whether a number could be one of our own series."""
    return bool(_OWN.fullmatch(number))


@dataclass
class Bills:
    """The documents of one chunk as rows."""

    work: Work
    paid: bool
    invoices: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    postings: list[dict[str, Any]] = field(default_factory=list)
    allocations: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._zone, self._today = zone(self.work), today(self.work)

    def add(self, number: str, kind: InvoiceKind, lines: Sequence[Mapping[str, Any]], *,
            head: Mapping[str, Any]) -> None:
        """A document over lines as of an order, whose `quantity` is positive; `head` has its customer, time, currency,
        country, and its order where it has one."""
        at: dt.datetime = head['at']
        day = at.astimezone(self._zone).date()
        due = day + dt.timedelta(days=TERMS_DAYS)
        sums = total([(line['tax_category'], line['tax_rate'], line['net']) for line in lines], shipping=None,
                     currency=head['currency'])
        document_id, gross = new_id(), sums.amount.gross
        closed = dt.datetime.combine(min(due, self._today), dt.time(), self._zone) if self.paid else None
        done = self.paid or not gross
        self.invoices.append({
            'id': document_id, 'customer_id': head['customer_id'], 'number': number, 'kind': kind,
            'status': InvoiceStatus.PAID if done else InvoiceStatus.ISSUED, 'order_id': head.get('order_id'),
            'order_number': head.get('order_number', ''), 'created_at': self.work.now, 'issued_at': at,
            'issued_on': day, 'due_on': due if kind is InvoiceKind.INVOICE else None, 'delivered_from': day,
            'delivered_to': day, 'currency': head['currency'], 'bill_to': {'name': head['name'],
                                                                           'country': head['country']},
            'ship_to': {'country': head['country']}, 'lines_net': sums.lines, 'net': sums.amount.net,
            'tax': sums.amount.tax, 'gross': gross, 'taxes': frozen_taxes(sums),
            'settled': gross if done else Decimal(0), 'line_count': len(lines), 'source': SOURCE,
            'shipping_tax_category': 'O', 'closed_at': (closed or at) if done else None})
        self.lines += [{'id': new_id(), 'customer_id': head['customer_id'], 'invoice_id': document_id,
                        'order_number': head.get('order_number', ''), **{name: line[name] for name in _TAKEN_OVER}}
                       for line in lines]
        source = {'customer_id': head['customer_id'], 'currency': head['currency'], 'document_id': document_id,
                  'number': number, 'at': self.work.now}
        self._post(kind, sums, source | {'day': day, 'document': kind.value})
        if self.paid and gross and closed is not None:
            self._settle(kind, gross, source | {'day': min(due, self._today), 'document': 'history'}, at=closed)

    def _post(self, kind: InvoiceKind, sums: Totals, source: Mapping[str, Any]) -> None:
        sign = 1 if kind is InvoiceKind.INVOICE else -1
        self._enter({Account.RECEIVABLE: sign * sums.amount.gross, Account.REVENUE: -sign * sums.amount.net,
                     Account.VAT: -sign * sums.amount.tax}, source)

    def _settle(self, kind: InvoiceKind, gross: Decimal, source: Mapping[str, Any], *, at: dt.datetime) -> None:
        sign = 1 if kind is InvoiceKind.INVOICE else -1
        self.allocations.append({
            'id': new_id(), 'customer_id': source['customer_id'], 'kind': AllocationKind.HISTORY,
            'invoice_id': source['document_id'], 'amount': gross, 'at': at, 'by_name': self.work.actor.name})
        self._enter({Account.HISTORY: sign * gross, Account.RECEIVABLE: -sign * gross}, source)

    def _enter(self, entries: Mapping[Account, Decimal], source: Mapping[str, Any]) -> None:
        posting: uuid.UUID = new_id()
        self.postings += [{'id': new_id(), 'posting_id': posting, 'account': account, 'amount': amount, **source}
                          for account, amount in entries.items() if amount]

    def write(self) -> None:
        """Put all of it into the database."""
        session = self.work.session
        insert(session, Invoice, self.invoices)
        insert(session, InvoiceLine, self.lines)
        insert(session, LedgerEntry, self.postings)
        insert(session, Allocation, self.allocations)
