"""The bank's entries as the office keeps them: read in, booked, set aside, undone, looked at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.payments import BankEntry, BankStatement, EntryState, Payment
from services.banking import booking
from services.banking.booking import Share
from services.banking.entries import Read, Statement, keyed
from services.banking.known import known_in
from services.banking.listing import ENTRIES, STATEMENTS
from services.banking.matching import Known
from services.core.errors import Conflict, Invalid, NotFound
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.files import clean_name

P = Permission
CHUNK = 500
FOUND = 12


@dataclass(frozen=True)
class Counts:
    """What became of the entries of a statement; all but `known` add up to those that were new."""

    entries: int
    booked: int
    open: int
    set_aside: int
    known: int = 0


@dataclass(frozen=True)
class EntryView:
    """An entry with its statement, the payment it became, and for whom each proposal is."""

    entry: BankEntry
    statement: BankStatement
    payment: Payment | None
    customers: dict[str, Customer]


class BankService(Service):
    """The office's acts on bank statements."""

    @requires(P.PAYMENTS_WRITE)
    def permit(self) -> None:
        """Refuse whoever may not read statements in, before a file is looked at."""

    @requires(P.PAYMENTS_WRITE, writes=True)
    def enter(self, read: Statement, *, name: str, sha256: str) -> uuid.UUID:
        """Keep a statement and those of its entries that are not known yet; the same file is kept once.

        Money out, and what the bank returned, is set aside at once.
        """
        before = self.session.exec(select(BankStatement.id).where(BankStatement.sha256 == sha256)).first()
        if before is not None:
            return before
        statement = BankStatement(id=new_id(), name=clean_name(name), sha256=sha256, account=read.account[:40],
                                  entry_count=len(read.entries), imported_at=self.now,
                                  imported_by_name=self.actor.name)
        self.session.add(statement)
        self.session.flush()
        insert = postgresql.insert if self.session.get_bind().dialect.name == 'postgresql' else sqlite.insert
        rows = [_row(statement.id, key, entry) for key, entry in keyed(read)]
        for place in range(0, len(rows), CHUNK):
            self.session.execute(insert(BankEntry).on_conflict_do_nothing(), rows[place:place + CHUNK])
        self.work.record('bank.read_in', statement, note=statement.name, topics=(booking.TOPIC,),
                         changes={'entries': len(rows)})
        return statement.id

    @requires(P.PAYMENTS_WRITE)
    def unmatched(self, statement_id: uuid.UUID) -> tuple[tuple[uuid.UUID, str], ...]:
        """Id and currency of the open entries of a statement, oldest first."""
        found = self.session.execute(sa.select(col(BankEntry.id), col(BankEntry.currency)).where(
            col(BankEntry.statement_id) == statement_id, col(BankEntry.state) == EntryState.OPEN).order_by(
            col(BankEntry.booked_on), col(BankEntry.id)))
        return tuple((key, currency) for key, currency in found)

    @requires(P.PAYMENTS_WRITE)
    def known(self, currency: str) -> Known:
        """What matching may know of a currency."""
        return known_in(self.work, currency)

    @requires(P.PAYMENTS_WRITE, writes=True)
    def match(self, entry_id: uuid.UUID, known: Known) -> EntryState:
        """Book an entry if it fits to the cent; one that is not open stays as it is. Returns where it stands."""
        entry = self._one(entry_id)
        return booking.match(self.work, entry, known) if entry.state is EntryState.OPEN else entry.state

    @requires(P.PAYMENTS_WRITE, writes=True)
    def suggest(self, entry_id: uuid.UUID, known: Known) -> None:
        """Keep with an entry that is open still what it may be."""
        entry = self._one(entry_id)
        if entry.state is EntryState.OPEN:
            booking.suggest(self.work, entry, known)

    @requires(P.PAYMENTS_WRITE, writes=True)
    def agree(self, entry_id: uuid.UUID, place: int, *, version: int | None = None) -> str:
        """Book an entry as one of its proposals says; returns the payment's number.

        Raises Conflict when the entry changed meanwhile, Invalid when less is open than was proposed.
        """
        entry = self._seen(entry_id, version)
        if not 0 <= place < len(entry.proposals):
            raise Conflict(_('This proposal is not there any more.'))
        proposal = entry.proposals[place]
        customer = self.session.exec(select(Customer).where(Customer.id == uuid.UUID(proposal['customer']))).one()
        return booking.book(self.work, entry, customer, booking.shares_of(proposal)).number

    @requires(P.PAYMENTS_WRITE, writes=True)
    def book(self, entry_id: uuid.UUID, shares: Sequence[Share], *, account: str, version: int | None = None) -> str:
        """Book an entry by hand for a customer and some of his invoices, the rest as credit; returns the number."""
        entry = self._seen(entry_id, version)
        customer = self.session.exec(select(Customer).where(Customer.account == account)).first()
        if customer is None:
            raise NotFound(_('There is no such customer.'))
        return booking.book(self.work, entry, customer, shares).number

    @requires(P.PAYMENTS_WRITE, writes=True)
    def set_aside(self, entry_id: uuid.UUID, note: str) -> None:
        """Leave an open entry unbooked, for a reason."""
        note = note.strip()[:200]
        if not note:
            raise Invalid(_('Please say why.'), field='note')
        self._turn(self._one(entry_id), EntryState.OPEN, EntryState.SET_ASIDE, note)

    @requires(P.PAYMENTS_WRITE, writes=True)
    def take_up(self, entry_id: uuid.UUID) -> None:
        """Open an entry again that was set aside; money out stays where it is."""
        entry = self._one(entry_id)
        if entry.amount <= 0:
            raise Conflict(_('Money that went out is not booked here.'))
        self._turn(entry, EntryState.SET_ASIDE, EntryState.OPEN, '')

    @requires(P.PAYMENTS_WRITE, writes=True)
    def undo(self, entry_id: uuid.UUID, reason: str) -> None:
        """Take a booking back, for a reason; its invoices are open again. Raises Conflict as `booking.undo` does."""
        reason = reason.strip()[:200]
        if not reason:
            raise Invalid(_('Please say why.'), field='note')
        booking.undo(self.work, self._one(entry_id), reason)

    @requires(P.PAYMENTS_WRITE)
    def entries(self, query: ListQuery) -> ListPage:
        """A page of entries; the best proposal of an open one stands as `best`."""
        page = ENTRIES.page(self.work, query)
        likely = {row['id']: row['proposals'][0] for row in page.rows
                  if row['state'] is EntryState.OPEN and row['proposals']}
        names = dict(iter(self.session.execute(sa.select(col(Customer.id), col(Customer.name)).where(
            col(Customer.id).in_({uuid.UUID(proposal['customer']) for proposal in likely.values()})))))
        for row in page.rows:
            row['best'] = _best(likely[row['id']], names) if row['id'] in likely else ''
        return page

    @requires(P.PAYMENTS_WRITE)
    def statements(self, query: ListQuery) -> ListPage:
        """A page of statements."""
        return STATEMENTS.page(self.work, query)

    @requires(P.PAYMENTS_WRITE)
    def count_open(self) -> int:
        """How many entries wait for a person."""
        return int(self.session.execute(sa.select(sa.func.count()).select_from(BankEntry).where(
            col(BankEntry.state) == EntryState.OPEN)).scalar_one())

    @requires(P.PAYMENTS_WRITE)
    def statement(self, statement_id: uuid.UUID) -> tuple[BankStatement, Counts]:
        """One statement and what became of its entries; raises NotFound."""
        found = self.session.exec(select(BankStatement).where(BankStatement.id == statement_id)).first()
        if found is None:
            raise NotFound(_('There is no such statement.'))
        rows = self.session.execute(sa.select(col(BankEntry.state), sa.func.count()).where(
            col(BankEntry.statement_id) == statement_id).group_by(col(BankEntry.state)))
        by = {state: int(count) for state, count in rows}
        new = sum(by.values())
        return found, Counts(new, by.get(EntryState.BOOKED, 0), by.get(EntryState.OPEN, 0),
                             by.get(EntryState.SET_ASIDE, 0), found.entry_count - new)

    @requires(P.PAYMENTS_WRITE)
    def read(self, entry_id: uuid.UUID) -> EntryView:
        """One entry with all a person needs to decide; raises NotFound."""
        entry = self._one(entry_id)
        statement = self.session.exec(select(BankStatement).where(BankStatement.id == entry.statement_id)).one()
        payment = self.session.exec(select(Payment).where(Payment.id == entry.payment_id)).first()
        wanted = [uuid.UUID(proposal['customer']) for proposal in entry.proposals]
        if payment is not None:
            wanted.append(payment.customer_id)
        customers = self.session.exec(select(Customer).where(col(Customer.id).in_(wanted)))
        return EntryView(entry, statement, payment, {str(row.id): row for row in customers})

    @requires(P.PAYMENTS_WRITE)
    def find(self, words: str, currency: str) -> list[dict[str, Any]]:
        """Open invoices and customers by number or name, to book an entry by hand."""
        said = words.strip()[:60]
        by_name = [col(Customer.name).icontains(said, autoescape=True),
                   col(Customer.account).icontains(said, autoescape=True)]
        invoices = self.session.execute(sa.select(
            col(Invoice.number), col(Customer.account), col(Customer.name),
            (col(Invoice.gross) - col(Invoice.settled)).label('open')).join(
            Customer, col(Customer.id) == Invoice.customer_id).where(
            col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED),
            col(Invoice.currency) == currency,
            sa.or_(col(Invoice.number).icontains(said, autoescape=True), *by_name))
            .order_by(col(Invoice.due_on), col(Invoice.number)).limit(FOUND))
        customers = self.session.execute(sa.select(col(Customer.account), col(Customer.name)).where(
            col(Customer.currency) == currency, sa.or_(*by_name)).order_by(col(Customer.name)).limit(FOUND))
        return [{'number': number, 'account': account, 'name': name, 'open': open_}
                for number, account, name, open_ in invoices] + [
            {'number': '', 'account': account, 'name': name, 'open': Decimal(0)} for account, name in customers]

    @requires(P.PAYMENTS_WRITE)
    def most_for(self, entry_id: uuid.UUID, number: str) -> Decimal:
        """How much of an entry an invoice can take: what is open of it, or all that came in; raises NotFound."""
        return min(self._one(entry_id).amount, self.work.one(Invoice, Invoice.number == number).open)

    def _one(self, entry_id: uuid.UUID) -> BankEntry:
        found = self.session.exec(select(BankEntry).where(BankEntry.id == entry_id)).first()
        if found is None:
            raise NotFound(_('There is no such entry.'))
        return found

    def _seen(self, entry_id: uuid.UUID, version: int | None) -> BankEntry:
        entry = self._one(entry_id)
        if entry.state is not EntryState.OPEN or version not in (None, entry.version):
            raise Conflict(_('This entry was changed meanwhile. Please look again.'))
        return entry

    def _turn(self, entry: BankEntry, source: EntryState, target: EntryState, note: str) -> None:
        if entry.state is not source:
            raise Conflict(_('This entry was changed meanwhile. Please look again.'))
        self.work.change(entry, expect={'state': source}, state=target, note=note)
        self.work.record(f'bank.{target.value}', entry, note=note,
                         topics=(booking.TOPIC, *booking.entry_topics(entry)))


def _best(proposal: dict[str, Any], names: dict[uuid.UUID, str]) -> str:
    """A proposal in a line: whose it is, and for which invoices."""
    numbers = ', '.join(item['number'] for item in proposal['items'])
    return ' · '.join(part for part in (f'→ {names.get(uuid.UUID(proposal["customer"]), "")}', numbers) if part)


def _row(statement_id: uuid.UUID, key: str, entry: Read) -> dict[str, Any]:
    note = 'money_out' if entry.amount <= 0 else 'returned' if entry.returned else ''
    return {'id': new_id(), 'statement_id': statement_id, 'key': key, 'booked_on': entry.booked_on,
            'amount': entry.amount, 'currency': entry.currency, 'payer': entry.payer[:200],
            'payer_account': entry.payer_account[:40], 'words': entry.words, 'note': note, 'proposals': [],
            'state': EntryState.SET_ASIDE if note else EntryState.OPEN, 'payment_id': None, 'version': 1}
