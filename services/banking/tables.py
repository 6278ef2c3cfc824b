"""CSV files of banks: no two are alike, so columns are found by what they are called, below whatever stands above."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from models.core.types import LARGEST
from models.core.words import _
from services.banking.entries import Read, Statement, account_of, joined, tidy
from services.core.errors import Invalid
from services.imports.values import Reading, Wrong, date, parts_of_date
from services.sheets import number_of, rows_of

HEADS_WITHIN = 40
MOST_ROWS = 50_000
NAMES: Mapping[str, tuple[str, ...]] = {
    'booked_on': ('buchungstag', 'buchungsdatum', 'buchung', 'booking date', 'bookingdate', 'date', 'transaction date',
                  'completed date', 'datum', 'boekdatum', 'transactiedatum', 'date comptable', 'date operation',
                  'fecha', 'fecha operacion', 'data', 'data operacji', 'data ksiegowania', 'valuta', 'valutadatum',
                  'value date', 'التاريخ'),
    'amount': ('betrag', 'amount', 'betrag eur', 'betrag (eur)', 'umsatz', 'umsatz in eur', 'bedrag', 'bedrag (eur)',
               'montant', 'importe', 'kwota', 'kwota operacji', 'المبلغ'),
    'paid_in': ('haben', 'credit', 'paid in', 'money in', 'bij', 'gutschrift', 'haben (eur)', 'crediet', 'abono',
                'uznania'),
    'paid_out': ('soll', 'debit', 'paid out', 'money out', 'af', 'lastschrift', 'soll (eur)', 'debet', 'cargo',
                 'obciazenia'),
    'side': ('af bij', 'debit/credit', 'credit/debit', 'soll/haben', 'soll-/haben-kennung', 'd/c', 'c/d', 'dc'),
    'currency': ('wahrung', 'waehrung', 'currency', 'munt', 'valuta code', 'devise', 'divisa', 'moneda', 'waluta'),
    'payer': ('name zahlungsbeteiligter', 'beguenstigter/zahlungspflichtiger', 'begunstigter/zahlungspflichtiger',
              'zahlungspflichtige*r', 'zahlungspflichtiger', 'auftraggeber/empfanger', 'auftraggeber / begunstigter',
              'auftraggeber', 'name', 'payer', 'counterparty', 'counterparty name', 'naam tegenpartij',
              'naam / omschrijving', 'tegenpartij', 'contrepartie', 'ordenante', 'nadawca', 'nadawca/odbiorca'),
    'payer_account': ('iban zahlungsbeteiligter', 'kontonummer/iban', 'iban', 'tegenrekening', 'counterparty iban',
                      'counterparty account', 'tegenrekening iban/bban', 'iban contrepartie', 'numer rachunku',
                      'payer account', 'kontonummer'),
    'words': ('verwendungszweck', 'buchungstext', 'omschrijving', 'mededelingen', 'omschrijving-1', 'omschrijving-2',
              'omschrijving-3', 'description', 'reference', 'remittance information', 'payment reference', 'details',
              'libelle', 'communication', 'concepto', 'tytul', 'tytul operacji', 'memo', 'betalingskenmerk',
              'mandatsreferenz', 'kundenreferenz', 'kundenreferenz (end-to-end)', 'end-to-end reference', 'الوصف'),
    'account': ('auftragskonto', 'iban auftragskonto', 'rekening', 'iban/bban', 'own account', 'account',
                'account number', 'konto', 'compte', 'cuenta', 'rachunek'),
    'reference': ('transaction id', 'transactiereferentie', 'bank reference', 'volgnr', 'transaction reference',
                  'umsatz-id'),
}
OUT = {'af', 'd', 's', 'debit', 'soll', 'dbit', 'debet'}
_ACCENTS = str.maketrans('äöüéèêàçñáíóúłąęśżźć', 'aoueeeacnaioulaeszzc')
_CURRENCY = re.compile(r'^[A-Z]{3}(?![A-Za-z])|(?<![A-Za-z])[A-Z]{3}$')
_WITHOUT_MARKS = re.compile(r'(\d{4})(\d{2})(\d{2})')
_DECIMAL_COMMA = re.compile(r',\d{1,2}[-+]?$')


def read(path: Path, name: str) -> Statement:
    """The entries of a bank's CSV or workbook; raises Invalid with a sentence, and the row where one cannot be read."""
    rows = list(rows_of(path, name))
    place, columns = _headers([cells for _number, cells in rows[:HEADS_WITHIN]])
    body = rows[place + 1:]
    if len(body) > MOST_ROWS:
        raise Invalid(_('This file has more than {count} entries.').format(count=MOST_ROWS), field='file')
    table = _Table(columns, [cells for _number, cells in body])
    entries = [entry for number, cells in body if (entry := table.entry(number, cells)) is not None]
    accounts = {account for _number, cells in body if (account := account_of(table.cell(cells, 'account')))}
    if len(accounts) > 1:
        raise Invalid(_('This file holds statements of several accounts, or of none. Please upload one per account.'),
                      field='file')
    return Statement(accounts.pop() if accounts else '', tuple(entries))


def _headers(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, list[int]]]:
    for place, cells in enumerate(rows):
        columns: dict[str, list[int]] = {}
        for index, cell in enumerate(cells):
            plain = _plain(cell)
            field = next((field for field, names in NAMES.items() if plain in names), None)
            if field is not None:
                columns.setdefault(field, []).append(index)
        if 'booked_on' in columns and ('amount' in columns or 'paid_in' in columns):
            return place, columns
    raise Invalid(_('No row of this file names a column for the booking date and one for the amount.'), field='file')


def _plain(cell: str) -> str:
    return ' '.join(cell.strip().lstrip('\ufeff').lower().translate(_ACCENTS).replace('ß', 'ss').split())


class _Table:
    """The rows below the headers; how numbers and dates are written is judged by all of them."""

    def __init__(self, columns: Mapping[str, list[int]], rows: Sequence[Sequence[str]]) -> None:
        self.columns = columns
        amounts = [self.cell(cells, field) for cells in rows for field in ('amount', 'paid_in', 'paid_out')]
        self.decimal_comma = any(_DECIMAL_COMMA.search(amount) for amount in amounts)
        parts = [found for cells in rows if (found := parts_of_date(self.cell(cells, 'booked_on')))]
        months_first = any(second > 12 for _first, second in parts) and not any(first > 12 for first, _second in parts)
        self.reading = Reading(self.decimal_comma, not months_first, dt.UTC)

    def cell(self, cells: Sequence[str], field: str) -> str:
        """The first cell of this field in a row, '' where it has none."""
        places = self.columns.get(field, ())
        return next((cells[place].strip() for place in places if place < len(cells) and cells[place].strip()), '')

    def entry(self, number: int, cells: Sequence[str]) -> Read | None:
        """The entry of a row; None for one without date or amount, such as a closing balance."""
        given = self.cell(cells, 'booked_on')
        amount = self._amount(number, cells)
        if not given or amount is None:
            return None
        words = [cells[place] for place in self.columns.get('words', ()) if place < len(cells)]
        reference = self.cell(cells, 'reference')
        return Read(booked_on=self._day(number, given), amount=amount, currency=self._currency(cells),
                    payer=tidy(self.cell(cells, 'payer'), 200), payer_account=account_of(
                        self.cell(cells, 'payer_account')),
                    words=joined(words), references=(tidy(reference, 200),) if reference else ())

    def _currency(self, cells: Sequence[str]) -> str:
        given = self.cell(cells, 'currency').upper()
        return given if re.fullmatch(r'[A-Z]{3}', given) else 'EUR'

    def _day(self, number: int, given: str) -> dt.date:
        try:
            day = date(_WITHOUT_MARKS.sub(r'\1-\2-\3', given) if len(given) == 8 else given, self.reading)
        except Wrong as wrong:
            raise Invalid(_('Row {number}: {reason}').format(number=number, reason=wrong), field='file') from None
        if not 2000 <= day.year <= 2200:
            raise Invalid(_('Row {number}: {reason}').format(
                number=number, reason=_('“{cell}” is not a date.').format(cell=given[:40])), field='file')
        return day

    def _amount(self, number: int, cells: Sequence[str]) -> Decimal | None:
        plain, paid_in, paid_out = (self._number(number, self.cell(cells, field))
                                    for field in ('amount', 'paid_in', 'paid_out'))
        if plain is not None:
            is_out = _plain(self.cell(cells, 'side')) in OUT
            return -abs(plain) if is_out else plain
        if paid_in:
            return abs(paid_in)
        return -abs(paid_out) if paid_out else None

    def _number(self, number: int, given: str) -> Decimal | None:
        if not given:
            return None
        sign = -1 if given.endswith('-') else 1
        value = number_of(_CURRENCY.sub('', given.rstrip('-+').lstrip('+')), decimal_comma=self.decimal_comma)
        if value is None or abs(value) > LARGEST or value != value.quantize(Decimal('0.0001')):
            raise Invalid(_('Row {number}: {reason}').format(
                number=number, reason=_('“{cell}” is not an amount.').format(cell=given[:40])), field='file')
        return sign * value
