"""The lists of the bank page: statements that were read in, and their entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import Lazy, _l, _p
from models.customers import Customer
from models.payments import BankEntry, BankStatement, EntryState, Payment
from services.core.listing import Column, Kind, Listing
from services.core.permissions import Permission

STATES: Mapping[str, Lazy] = {EntryState.OPEN: _p('status', 'Open'), EntryState.BOOKED: _l('Booked'),
                              EntryState.SET_ASIDE: _l('Set aside')}
TONES: Mapping[str, str] = {EntryState.OPEN: 'warn', EntryState.BOOKED: 'ok', EntryState.SET_ASIDE: 'mute'}
NOTES: Mapping[str, Lazy] = {'money_out': _l('Money out'), 'returned': _l('Returned by the bank')}
"""What is noted of an entry by itself; anything else is what a person wrote."""
GROUNDS: Mapping[str, Lazy] = {
    'named': _l('the number is named'), 'iban': _l('paid from this account before'), 'payer': _l('paid before'),
    'name': _l('the name is alike'), 'amount': _l('the amount is equal'), 'nearly': _l('the number is nearly right')}


def _entries_in(*conditions: Any) -> Any:
    return (sa.select(sa.func.count()).select_from(BankEntry).where(
        col(BankEntry.statement_id) == BankStatement.id, *conditions).correlate(BankStatement).scalar_subquery())


STATEMENTS = Listing(
    name='bank-statements', title=_l('Bank statements'), needs=Permission.PAYMENTS_WRITE, key='id',
    order='-imported_at',
    columns=(
        Column('name', _l('File'), BankStatement.name, link='/office/bank/statements/{id}', filter='text'),
        Column('account', _l('Account'), BankStatement.account, default=False),
        Column('imported_at', _l('Read in'), BankStatement.imported_at, Kind.MOMENT, filter='range'),
        Column('entry_count', _l('Entries'), BankStatement.entry_count, Kind.NUMBER, default=False),
        Column('booked', _l('Booked'), _entries_in(col(BankEntry.state) == EntryState.BOOKED), Kind.NUMBER,
               sortable=False),
        Column('open', _p('status', 'Open'), _entries_in(col(BankEntry.state) == EntryState.OPEN), Kind.NUMBER,
               sortable=False),
        Column('imported_by_name', _l('By'), BankStatement.imported_by_name, default=False),
    ),
    source=lambda work: sa.select(BankStatement),
    extra={'id': BankStatement.id}, search=(BankStatement.name, BankStatement.account),
)

ENTRIES = Listing(
    name='bank-entries', title=_l('Bank entries'), needs=Permission.PAYMENTS_WRITE, key='id', order='-booked_on',
    columns=(
        Column('booked_on', _l('Date'), BankEntry.booked_on, Kind.DATE, filter='range', link='/office/bank/{id}'),
        Column('payer', _l('Payer'), BankEntry.payer, filter='text', note='payer_account'),
        Column('words', _l('Words'), BankEntry.words, sortable=False, filter='text', note='best'),
        Column('amount', _l('Amount'), BankEntry.amount, Kind.MONEY, currency='currency', filter='range'),
        Column('state', _l('Status'), BankEntry.state, Kind.STATUS, filter='choice', choices=lambda: STATES,
               tones=TONES),
        Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}'),
        Column('payment', _l('Payment'), Payment.number, link='/office/payments/{payment}'),
        Column('note', _l('Note'), BankEntry.note, choices=lambda: NOTES, default=False),
        Column('statement', _l('Bank statement'), BankStatement.name, default=False),
        Column('file', _l('File'), BankStatement.sha256, default=False, exportable=False, filter='exact'),
    ),
    source=lambda work: sa.select(BankEntry).join(
        BankStatement, col(BankStatement.id) == BankEntry.statement_id).outerjoin(
        Payment, col(Payment.id) == BankEntry.payment_id).outerjoin(
        Customer, col(Customer.id) == Payment.customer_id),
    extra={'id': BankEntry.id, 'currency': BankEntry.currency, 'payer_account': BankEntry.payer_account,
           'account': Customer.account, 'proposals': BankEntry.proposals, 'version': BankEntry.version},
    search=(BankEntry.payer, BankEntry.words, BankEntry.payer_account), hint=_l('Payer, words or account'),
)
