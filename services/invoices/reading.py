"""Invoices and credit notes as people look at them: the lists, one document with all that belongs to it, the sums."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.audit import Event
from models.core.types import Amount
from models.core.words import _
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.orders import Order
from models.payments import Allocation, Payment, Refund, RefundState
from models.shipments import Shipment
from services.calendar import today
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work, within
from services.customers.reach import company_of
from services.invoices.charges import charged_for, charges_of, is_of_charge
from services.invoices.left import notes_of
from services.invoices.listing import CREDIT_DESK, CREDIT_NOTES, DESK, INVOICES, TO_INVOICE, to_invoice
from services.invoices.news import path_of, right_to
from services.invoices.wording import OVERDUE, SETTLED_BY, due_text
from services.ledger import balance
from services.settings import setting

SOON = dt.timedelta(days=7)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Settled:
    """A sum that settled part of a document: what it is, the other's number and path, when and why it was undone."""

    label: str
    number: str
    path: str
    amount: Decimal
    at: dt.datetime
    by: str
    reversed_at: dt.datetime | None
    why: str


@dataclass(frozen=True)
class InvoiceView:
    """A document with its customer, lines, what settled it, what belongs to it, and its history, oldest first.

    `charges` are the reminder fees of an invoice; `of_charge` says that it is one itself, or the credit note of one.
    """

    invoice: Invoice
    customer: Customer
    lines: tuple[InvoiceLine, ...]
    settled: tuple[Settled, ...]
    related: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    today: dt.date
    charges: tuple[Invoice, ...] = ()
    of_charge: bool = False


@dataclass(frozen=True)
class MoneyFigures:
    """What is open, overdue, and due within a week, in a currency, with how many invoices; `credit` is what is free."""

    currency: str
    open: Decimal
    open_count: int
    overdue: Decimal
    overdue_count: int
    soon: Decimal
    soon_count: int
    balance: Decimal


class InvoiceService(Service):
    """Looking at invoices and credit notes within reach; to a customer they exist once they are issued."""

    @requires(Permission.INVOICES_READ)
    def list(self, query: ListQuery) -> ListPage:
        """A page of the company's invoices."""
        return _worded(self.work, INVOICES.page(self.work, query))

    @requires(Permission.CREDIT_NOTES_READ)
    def credit_notes(self, query: ListQuery) -> ListPage:
        """A page of the company's credit notes."""
        return _worded(self.work, CREDIT_NOTES.page(self.work, query))

    @requires(Permission.OFFICE)
    def desk(self, query: ListQuery) -> ListPage:
        """A page of all customers' invoices, drafts too."""
        return _worded(self.work, DESK.page(self.work, query))

    @requires(Permission.OFFICE)
    def credit_desk(self, query: ListQuery) -> ListPage:
        """A page of all customers' credit notes."""
        return _worded(self.work, CREDIT_DESK.page(self.work, query))

    @requires(Permission.OFFICE)
    def to_invoice(self, query: ListQuery) -> ListPage:
        """A page of the orders of which something waits to be invoiced."""
        return TO_INVOICE.page(self.work, query)

    @requires(Permission.INVOICES_READ, Permission.CREDIT_NOTES_READ)
    def read(self, kind: InvoiceKind, number: str) -> InvoiceView:
        """One document by its number, the office's draft by its id; raises NotFound out of reach."""
        self.work.require(right_to(kind))
        return view_of(self.work, load_invoice(self.work, kind, number))

    @requires(Permission.INVOICES_READ)
    def figures(self, account: str = '') -> MoneyFigures:
        """The sums of one's own company, of a customer by his account number, or for the office of all customers."""
        if account or self.actor.is_portal:
            customer = company_of(self.work, account)
            return figures_of(self.work, customer.currency, customer)
        return figures_of(self.work, setting(self.work, 'seller.currency'))

    @requires(Permission.INVOICES_READ)
    def count_overdue(self) -> int:
        """How many invoices are overdue."""
        statement = within(sa.select(sa.func.count()).select_from(Invoice), Invoice, self.actor)
        return int(self.session.execute(statement.where(*_overdue(today(self.work)))).scalar_one())

    @requires(Permission.OFFICE)
    def count_waiting(self) -> int:
        """How many orders wait to be invoiced."""
        return int(self.session.execute(sa.select(sa.func.count()).select_from(Order).join(
            Customer, col(Customer.id) == Order.customer_id).where(to_invoice)).scalar_one())


def load_invoice(work: Work, kind: InvoiceKind, number: str) -> Invoice:
    """The document of this number within reach, for the office also a draft by its id; raises NotFound."""
    conditions: list[Any] = [Invoice.kind == kind]
    try:
        conditions.append(sa.or_(col(Invoice.number) == number, col(Invoice.id) == uuid.UUID(number)))
    except ValueError:
        conditions.append(Invoice.number == number)
    if not work.actor.is_staff and not work.actor.system:
        conditions.append(Invoice.status != InvoiceStatus.DRAFT)
    return work.one(Invoice, *conditions)


def view_of(work: Work, invoice: Invoice) -> InvoiceView:
    """Everything the page of a document shows."""
    customer = work.session.exec(select(Customer).where(Customer.id == invoice.customer_id)).one()
    lines = work.session.exec(work.reach(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
                              .order_by(InvoiceLine.position)).all()
    events = work.session.exec(select(Event).where(Event.subject_id == invoice.id)
                               .order_by(col(Event.at), col(Event.sequence))).all()
    prefix = '' if work.actor.is_portal else '/office'
    charges = charges_of(work, [invoice.id]).get(invoice.id, [])
    related = [*_related(work, invoice, lines), *((str(row.number), path_of(row)) for row in charges)]
    return InvoiceView(invoice, customer, tuple(lines), tuple(_settled(work, invoice, prefix)),
                       tuple((number, prefix + path) for number, path in related), tuple(events), today(work),
                       tuple(charges), is_of_charge(work, invoice))


def _settled(work: Work, invoice: Invoice, prefix: str) -> list[Settled]:
    """What settled an invoice, or what a credit note settled and was paid out, oldest first."""
    is_credit = invoice.kind is InvoiceKind.CREDIT_NOTE
    rows = work.session.exec(work.reach(Allocation).where(
        (Allocation.credit_id if is_credit else Allocation.invoice_id) == invoice.id).order_by(Allocation.at)).all()
    others = {row.id: row for row in work.session.exec(work.reach(Invoice).where(col(Invoice.id).in_(
        [row.invoice_id if is_credit else row.credit_id for row in rows])))}
    money = {row.id: row for row in work.session.exec(work.reach(Payment).where(
        col(Payment.id).in_([row.payment_id for row in rows])))}
    found = []
    for row in rows:
        other = others.get(row.invoice_id if is_credit else row.credit_id)
        paid = money.get(row.payment_id)
        number = str(other.number) if other else paid.number if paid else ''
        path = path_of(other) if other else f'/payments/{paid.number}' if paid else ''
        label = _('Invoice') if is_credit and other else str(SETTLED_BY[row.kind])
        found.append(Settled(label, number, prefix + path if path else '', row.amount, row.at, row.by_name,
                             row.reversed_at, row.reverse_reason))
    if is_credit:
        found += [Settled(_('Paid out'), row.number, '', row.amount, row.done_at or row.asked_at, row.asked_by_name,
                          None, '') for row in work.session.exec(work.reach(Refund).where(
                              Refund.credit_id == invoice.id, Refund.state != RefundState.FAILED))]
    return found


def _related(work: Work, invoice: Invoice, lines: Iterable[InvoiceLine]) -> list[tuple[str, str]]:
    """The orders, shipments, and the documents it corrects or is corrected by."""
    orders = dict.fromkeys(line.order_number for line in lines if line.order_number)
    found = [(number, f'/orders/{number}') for number in orders or filter(None, [invoice.order_number])
             if ',' not in number]
    if invoice.shipment_id is not None:
        number = work.session.execute(sa.select(col(Shipment.number)).where(
            col(Shipment.id) == invoice.shipment_id)).scalar()
        found += [(number, f'/shipments/{number}')] if number else []
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        return [*found, (invoice.corrects_number, f'/invoices/{invoice.corrects_number}')] \
            if invoice.corrects_id else found
    reminded = charged_for(work, invoice)
    if reminded is not None:
        found.append((str(reminded.number), path_of(reminded)))
    return found + [(str(note.number), path_of(note)) for note in notes_of(work, invoice)]


def figures_of(work: Work, currency: str, customer: Customer | None = None) -> MoneyFigures:
    """The sums of a customer, or of all, in a currency, in one query; what is disputed is open but never late."""
    day = today(work)
    due: Any = sa.type_coerce(col(Invoice.gross) - col(Invoice.settled), Amount())
    asked: Any = sa.type_coerce(due - col(Invoice.disputed), Amount())
    is_late = sa.and_(*_overdue(day))
    is_soon = sa.and_(col(Invoice.due_on).between(day, day + SOON), asked > ZERO)

    def added(condition: Any, amount: Any = asked) -> list[Any]:
        return [sa.func.sum(sa.case((condition, amount)), type_=Amount()), sa.func.count(sa.case((condition, 1)))]

    statement = sa.select(*added(sa.true(), due), *added(is_late), *added(is_soon)).where(
        col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED), col(Invoice.currency) == currency)
    if customer is not None:
        statement = statement.where(col(Invoice.customer_id) == customer.id)
    row = work.session.execute(statement).one()
    sums = [value or ZERO for value in row]
    owed = balance(work, customer.id, currency) if customer is not None else ZERO
    return MoneyFigures(currency, sums[0], int(row[1]), sums[2], int(row[3]), sums[4], int(row[5]), owed)


def _overdue(day: dt.date) -> tuple[Any, ...]:
    return (col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED), col(Invoice.due_on) < day,
            col(Invoice.gross) - col(Invoice.settled) > col(Invoice.disputed))


def _worded(work: Work, page: ListPage) -> ListPage:
    """Rows with what only words can say: how far off the due date is, and what a draft is called."""
    day = today(work)
    for row in page.rows:
        row['due_text'] = due_text(row.get('due_on'), day, is_open=row['status'] in UNSETTLED)
        row['late'] = row['standing'] == OVERDUE
        row['name'] = row['number'] or _('Draft')
        row['what'] = _('Reminder fee') if row['reminder_id'] else ''
        row['key'] = row['number'] or str(row['id'])
    return page
