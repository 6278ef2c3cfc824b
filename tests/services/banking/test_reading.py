"""Reading banks' files: every field, all versions, keys that stay, and what is refused in words."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import pytest

from services.banking.entries import keyed
from services.banking.reading import LARGEST_FILE, read
from services.core.errors import Invalid
from tests.services.banking.files import ACCOUNT, DAY, Line, breaches, camt

LINES = [
    Line('119.00', 'Invoice IN-2026-000001', 'Harbour & Söhne', 'DE02120300000000202051', ref='A1'),
    Line('50.00', rf='RF18IN2026000002', payer='Atelier', ref='A2'), Line('-30.00', 'Rent', 'Landlord', ref='A3'),
    Line('7.00', 'same'), Line('7.00', 'same'), Line('9.00', 'soon', status='PDNG'),
    Line('4.00', 'back', returned=True, ref='A5'), Line('1200.5', 'yen?', currency='USD', ref='A6'),
    Line('30.00', ref='B1', parts=(Line('10.00', 'one', ref='B1-1'), Line('20.00', 'two', 'Two', ref='B1-2')))]


@pytest.fixture
def given(tmp_path):
    def act(data, name='file.xml'):
        path = tmp_path / 'upload'
        path.write_bytes(data)
        return read(path, name)
    return act


@pytest.mark.parametrize('version', ['02', '08'])
def test_every_field_is_read(given, version):
    data = camt(LINES, version=version)
    assert breaches(data, version) == []
    found = given(data)
    assert found.account == ACCOUNT
    assert [(entry.amount, entry.currency, entry.words) for entry in found.entries] == [
        (Decimal('119.00'), 'EUR', 'Invoice IN-2026-000001'), (Decimal('50.00'), 'EUR', 'RF18IN2026000002'),
        (Decimal('-30.00'), 'EUR', 'Rent'), (Decimal('7.00'), 'EUR', 'same'), (Decimal('7.00'), 'EUR', 'same'),
        (Decimal('4.00'), 'EUR', 'back'), (Decimal('1200.5'), 'USD', 'yen?'), (Decimal('10.00'), 'EUR', 'one'),
        (Decimal('20.00'), 'EUR', 'two')]
    first = found.entries[0]
    assert (first.payer, first.payer_account, first.booked_on) == ('Harbour & Söhne', 'DE02120300000000202051', DAY)
    assert [entry.payer for entry in found.entries[1:3]] == ['Atelier', 'Landlord']
    assert [entry.returned for entry in found.entries].count(True) == 1


@pytest.mark.parametrize('version', [f'{number:02}' for number in range(2, 15)])
def test_all_versions_are_read(given, version):
    data = camt(LINES[:1], version='02' if version == '02' else '08')
    data = data.replace(b'camt.053.001.08', f'camt.053.001.{version}'.encode())
    assert given(data).entries[0].payer == 'Harbour & Söhne'


def test_a_key_is_the_same_in_every_file(given):
    first = [key for key, _entry in keyed(given(camt(LINES)))]
    assert len(set(first)) == len(first) == 9
    assert [key for key, _entry in keyed(given(camt(LINES, name='other')))] == first
    assert {key for key, _entry in keyed(given(camt(LINES[::-1])))} == set(first)
    overlapping = [key for key, _entry in keyed(given(camt([*LINES[3:5], Line('8.00', 'new')])))]
    assert overlapping[:2] == first[3:5]
    assert overlapping[2] not in first
    other = [key for key, _entry in keyed(given(camt(LINES, account='NL02ABNA0123456789')))]
    assert not set(other) & set(first)


def test_collected_payments_without_amounts_stay_together(given):
    line = Line('30.00', ref='B1', parts=(Line('10.00', 'one', 'One'), Line('20.00', 'two', 'Two')))
    data = camt([line]).replace(b'<Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>', b'')
    entries = given(data).entries
    assert [(entry.amount, entry.words, entry.payer) for entry in entries] == [(Decimal('30.00'), 'one two', '')]


GERMAN = """Kontoauszug;;;;;;
"Auftragskonto";"Buchungstag";"Verwendungszweck";"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"Betrag";"Währung"
DE89370400440532013000;02.03.26;RE IN-2026-000001;"Müller & Söhne";DE02120300000000202051;1.234,56;EUR
DE89370400440532013000;03.03.26;Miete;Vermieter;;-1.000,00;EUR
;;;;Endsaldo;;
"""
DUTCH = """"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mededelingen"
"20260302","Harbour","NL91ABNA0417164300","DE02120300000000202051","GT","Bij","119,00","IN-2026-000001"
"20260303","Huur","NL91ABNA0417164300","","GT","Af","50,00","maart"
"""
ENGLISH = """Date,Description,Paid in,Paid out
13/02/2026,IN-2026-000001,"1,234.56",
14/02/2026,Rent,,"1,000.00"
"""


@pytest.mark.parametrize(('text', 'encoding', 'account', 'rows'), [
    (GERMAN, 'cp1252', 'DE89370400440532013000', [
        (dt.date(2026, 3, 2), '1234.56', 'Müller & Söhne', 'DE02120300000000202051', 'RE IN-2026-000001'),
        (dt.date(2026, 3, 3), '-1000.00', 'Vermieter', '', 'Miete')]),
    (GERMAN, 'utf-8-sig', 'DE89370400440532013000', None),
    (DUTCH.replace('20260302', '02-03-2026').replace('20260303', '03-03-2026'), 'utf-8', 'NL91ABNA0417164300', [
        (dt.date(2026, 3, 2), '119.00', 'Harbour', 'DE02120300000000202051', 'IN-2026-000001'),
        (dt.date(2026, 3, 3), '-50.00', 'Huur', '', 'maart')]),
    (ENGLISH, 'utf-8', '', [(dt.date(2026, 2, 13), '1234.56', '', '', 'IN-2026-000001'),
                            (dt.date(2026, 2, 14), '-1000.00', '', '', 'Rent')])])
def test_csv_of_banks(given, text, encoding, account, rows):
    found = given(text.encode(encoding), 'umsaetze.csv')
    assert found.account == account
    if rows:
        assert [(one.booked_on, str(one.amount), one.payer, one.payer_account, one.words)
                for one in found.entries] == rows


def test_dates_without_marks_are_read(given):
    assert [entry.booked_on for entry in given(DUTCH.encode(), 'ing.csv').entries] == [
        dt.date(2026, 3, 2), dt.date(2026, 3, 3)]


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [' + b''.join(
    b'<!ENTITY a%d "%s">' % (n, b'&a%d;' % (n - 1) * 10 if n else b'lol') for n in range(10)) + b']><x>&a9;</x>'
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'


@pytest.mark.parametrize(('data', 'name', 'words'), [
    (b'', 'a.xml', 'empty'), (b'   \n', 'a.csv', 'empty'), (BOMB, 'a.xml', 'declares entities'),
    (XXE, 'a.xml', 'declares entities'), (XXE.decode().encode('utf-16'), 'a.xml', 'declares entities'),
    (camt(LINES)[:900], 'a.xml', 'broken'), (b'<x/>', 'a.xml', 'not a bank statement'),
    (camt(LINES).replace(b'camt.053', b'camt.054'), 'a.xml', 'not a bank statement'),
    (camt([]), 'a.xml', 'no entries'),
    (camt(LINES).replace(b'>119.00<', b'>1e99<'), 'a.xml', 'not an amount'),
    (camt(LINES).replace(b'>119.00<', b'>NaN<'), 'a.xml', 'not an amount'),
    (camt(LINES).replace(b'2026-03-02</Dt></BookgDt>', b'0026-03-02</Dt></BookgDt>'), 'a.xml', 'not a date'),
    (b'a;b\n1;2\n', 'a.csv', 'No row of this file names'), (b'%PDF-1.7', 'a.pdf', 'not a CSV'),
    (b'\x89PNG\r\n\x1a\n', 'a.csv', 'not a CSV'), (b'Date;Amount\n02.03.2026;12,x\n', 'a.csv', 'Row 2'),
    (b'Date;Amount\nyesterday;12,00\n', 'a.csv', 'Row 2'), (b'PK\x03\x04broken', 'a.xlsx', 'not a CSV'),
    (b'<' + b'<a>' * 500_000, 'a.xml', 'broken'),
    (b'<?xml version="1.0"?>' + b'<a>' * 100_000, 'a.xml', 'broken'),
    (b' ' * (LARGEST_FILE + 1), 'a.csv', 'larger than 10 MB')])
def test_what_no_bank_sends_is_refused_in_words(given, data, name, words):
    began = time.monotonic()
    with pytest.raises(Invalid) as refusal:
        given(data, name)
    assert words in refusal.value.message
    assert time.monotonic() - began < 5
