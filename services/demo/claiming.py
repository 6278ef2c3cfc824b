"""What is said against the demo company's invoices, and a bank statement with entries that wait for a person."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path

from sqlmodel import col, select

from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.users import Membership, Role, User
from services.banking.running import take_in
from services.calendar import today
from services.claims.crediting import CreditingService
from services.claims.disputing import DisputeService
from services.claims.inputs import CreditInput, DisputeInput, PledgeInput, WordInput
from services.claims.pledging import PledgeService
from services.claims.reasons import Reason
from services.core.actor import SYSTEM, Actor
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires

OWNER = 'owner@nordwerk.example'
IBANS = ('DE02120300000000202051', 'FR1420041010050500013M02606', 'NL02ABNA0123456789')


class ClaimingDemo(Service):
    """What the demo looks up before people speak."""

    @requires(Permission.SYSTEM)
    def due(self) -> tuple[Invoice, ...]:
        """Open invoices of companies with people who may pay, the longest due first."""
        payers = select(Membership.customer_id).where(col(Membership.role).in_((Role.ADMIN, Role.FINANCE)))
        return tuple(self.session.exec(select(Invoice).where(
            Invoice.kind == InvoiceKind.INVOICE, col(Invoice.reminder_id).is_(None),
            col(Invoice.status).in_(UNSETTLED), Invoice.settled == Decimal(0),
            col(Invoice.customer_id).in_(payers)).order_by(col(Invoice.due_on), col(Invoice.number)).limit(40)))

    @requires(Permission.SYSTEM)
    def credits(self) -> tuple[tuple[Invoice, Invoice], ...]:
        """Credit notes with the open invoice each corrects, newest first."""
        notes = self.session.exec(select(Invoice).where(
            Invoice.kind == InvoiceKind.CREDIT_NOTE, col(Invoice.corrects_id).is_not(None)).order_by(
            col(Invoice.issued_on).desc(), col(Invoice.number).desc()).limit(40)).all()
        found = {row.id: row for row in self.session.exec(select(Invoice).where(
            col(Invoice.id).in_([note.corrects_id for note in notes]), col(Invoice.status).in_(UNSETTLED)))}
        return tuple((note, found[note.corrects_id]) for note in notes if note.corrects_id in found)

    @requires(Permission.SYSTEM)
    def payer(self, invoice: Invoice) -> Actor:
        """Somebody who may pay for the company of an invoice."""
        user, membership = self.session.exec(select(User, Membership).join(
            Membership, col(Membership.user_id) == User.id).where(
            Membership.customer_id == invoice.customer_id,
            col(Membership.role).in_((Role.ADMIN, Role.FINANCE))).order_by(col(User.email)).limit(1)).one()
        return Actor.as_member(user_id=user.id, name=user.name, role=membership.role, customer_id=invoice.customer_id)

    @requires(Permission.SYSTEM)
    def owner(self) -> Actor:
        """The owner of the seller."""
        user = self.session.exec(select(User).where(User.email == OWNER)).one()
        return Actor.as_member(user_id=user.id, name=user.name, role=Role.OWNER)

    @requires(Permission.SYSTEM)
    def today(self) -> dt.date:
        """The day it is at the seller's."""
        return today(self.work)


def claim(runtime: Runtime) -> None:
    """Disputes, a promise and a statement, each by the people who would say so; nothing where there is no invoice."""
    owner = runtime.run(SYSTEM, ClaimingDemo.owner)
    due = list(runtime.run(SYSTEM, ClaimingDemo.due))
    _credited(runtime, owner)
    if len(due) > 4:
        _talked(runtime, owner, due[1])
        _promised(runtime, due[2])
    read_in(runtime, owner, due[3:])


def _credited(runtime: Runtime, owner: Actor) -> None:
    """A dispute that ended with a credit note."""
    for note, invoice in runtime.run(SYSTEM, ClaimingDemo.credits)[:1]:
        amount = min(note.gross, invoice.due_now)
        if amount > 0:
            person = runtime.run(SYSTEM, ClaimingDemo.payer, invoice)
            key = runtime.run(person, DisputeService.open, DisputeInput(
                reason=Reason.DAMAGED, amount=amount, words='Two panels came with broken edges.'),
                number=invoice.number)
            runtime.run(owner, CreditingService.credit, CreditInput(
                number=str(note.number), answer='We are sorry. The panels are credited.'), dispute_id=key)


def _talked(runtime: Runtime, owner: Actor, invoice: Invoice) -> None:
    """A dispute both sides are talking about."""
    person = runtime.run(SYSTEM, ClaimingDemo.payer, invoice)
    amount = min(Decimal('120'), invoice.due_now)
    key = runtime.run(person, DisputeService.open, DisputeInput(
        reason=Reason.QUANTITY, amount=amount, words='We counted less than was invoiced.'), number=invoice.number)
    runtime.run(owner, DisputeService.say, WordInput(words='Could you send us a picture of the delivery note?'),
                dispute_id=key)
    runtime.run(person, DisputeService.say, WordInput(words='Our warehouse looks for it, until tomorrow.'),
                dispute_id=key)


def _promised(runtime: Runtime, invoice: Invoice) -> None:
    person = runtime.run(SYSTEM, ClaimingDemo.payer, invoice)
    on = runtime.run(SYSTEM, ClaimingDemo.today) + dt.timedelta(days=6)
    runtime.run(person, PledgeService.promise, PledgeInput(on=on, note='With our next payment run.'),
                number=invoice.number)


def read_in(runtime: Runtime, owner: Actor, due: list[Invoice]) -> None:
    """A statement of the bank as CSV: one entry that fits, the others wait for a person."""
    day = runtime.run(SYSTEM, ClaimingDemo.today).isoformat()
    euros = [invoice for invoice in due if invoice.currency == 'EUR']
    rows = [f'{day};Atelier Moreau;{IBANS[1]};"Acompte";250.00',
            f'{day};Kasteel Interieur;{IBANS[2]};"bestelling";99.50',
            f'{day};Stadtwerke;;"Strom November";-412.80']
    for invoice, short in zip(euros, (Decimal(0), Decimal('25.00')), strict=False):
        name = str(invoice.bill_to.get('name', '')).replace('"', '')
        rows.append(f'{day};"{name}";{IBANS[0]};"Invoice {invoice.number}";{max(invoice.open - short, Decimal(1)):.2f}')
    with tempfile.TemporaryDirectory(prefix='portico-') as folder:
        path = Path(folder) / 'statement.csv'
        path.write_text('\n'.join(['Booking date;Payer;Counterparty IBAN;Reference;Amount', *rows]), encoding='utf-8')
        take_in(runtime, owner, path, f'statement-{day}.csv')
