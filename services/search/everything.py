"""Search everything (Ctrl+K): items, orders, invoices and customers within a person's reach."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import Lazy, _l, pick
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceStatus
from models.orders import Order
from services.catalogue.choosing import Choice
from services.catalogue.rows import Wanted
from services.catalogue.showing import customer_or_none, items_at
from services.core import formats
from services.core.numbering import CREDIT_NOTE, HISTORY, INVOICE, ORDER
from services.core.parts import Indexed
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.invoices.news import path_of, right_to
from services.search.beginning import begins

EACH = 5
YEARS = 5
LONGEST = 100


@dataclass(frozen=True)
class Hit:
    """Something found: what it is, its title, a line about it, where it opens, and its icon."""

    kind: Lazy
    title: str
    note: str
    path: str
    icon: str


class SearchService(Service):
    """Finding things of every kind."""

    @requires(Permission.SIGNED_IN)
    def everything(self, words: str) -> tuple[Hit, ...]:
        """The best few of each kind the person may see; documents by number, PO number or payment reference."""
        words = words.strip()[:LONGEST]
        if len(words) < 2:
            return ()
        return (*self._items(words), *self._orders(words), *self._invoices(words),
                *self._customers(words))

    def _items(self, words: str) -> list[Hit]:
        if not self.actor.may(Permission.CATALOGUE_READ):
            return []
        choice = Choice(self.work, customer_or_none(self.work), Wanted(search=words, size=EACH))
        path = '/shop/i/' if self.actor.is_portal else '/office/items/'
        return [Hit(_l('Items'), pick(item.names, fallback=item.name), item.sku, path + item.sku, 'package')
                for item in items_at(self.work, choice.page())]

    def _orders(self, words: str) -> list[Hit]:
        if not self.actor.may(Permission.ORDERS_READ):
            return []
        statement = self.work.reach(Order).where(sa.or_(
            begins(self.work, col(Order.number), words.upper()), col(Order.number).in_(self._numbers(words)),
            begins(self.work, col(Order.number), HISTORY + words.upper()),
            begins(self.work, col(Order.po_number), words))).order_by(col(Order.placed_at).desc()).limit(EACH)
        path = '/orders/' if self.actor.is_portal else '/office/orders/'
        return [Hit(_l('Orders'), order.number, ' · '.join(filter(None, (
            formats.date(order.placed_at), formats.money(order.gross, order.currency), order.po_number))),
            path + order.number, 'file-text') for order in self.session.exec(statement)]

    def _invoices(self, words: str) -> list[Hit]:
        kinds = [kind for kind in InvoiceKind if self.actor.may(right_to(kind))]
        if not kinds:
            return []
        plain = words.upper().replace(' ', '')
        statement = self.work.reach(Invoice).where(
            col(Invoice.kind).in_(kinds), Invoice.status != InvoiceStatus.DRAFT, sa.or_(
            begins(self.work, col(Invoice.number), words.upper()),
            col(Invoice.number).in_(self._numbers(words, INVOICE, CREDIT_NOTE)),
            col(Invoice.payment_reference) == plain)).order_by(col(Invoice.issued_on).desc()).limit(EACH)
        prefix = '' if self.actor.is_portal else '/office'
        return [Hit(_l('Invoices'), str(row.number), ' · '.join(filter(None, (
            formats.date(row.issued_on), formats.money(row.gross, row.currency), row.order_number))),
            prefix + path_of(row), 'file-minus' if row.kind is InvoiceKind.CREDIT_NOTE else 'file-text')
            for row in self.session.exec(statement)]

    def _customers(self, words: str) -> list[Hit]:
        if self.actor.is_portal or not self.actor.may(Permission.CUSTOMERS_READ):
            return []
        statement = (sa.select(Customer.account, Customer.name, Customer.city)  # type: ignore[call-overload]
                     .where(Indexed(Customer).holds(words))
                     .order_by(Customer.name).limit(EACH))
        return [Hit(_l('Customers'), name, ' · '.join(filter(None, (account, city))),
                    f'/office/customers/{account}', 'users')
                for account, name, city in self.session.execute(statement)]

    def _numbers(self, words: str, *series: str) -> list[str]:
        """The numbers of the last years that end in the figures typed: 417 means SO-2026-000417."""
        if not words.isdigit() or len(words) > 6:
            return []
        return [f'{name}-{self.now.year - back}-{int(words):06d}' for back in range(YEARS)
                for name in series or (ORDER,)]
