"""A statement as CSV and as Excel: the same rows and cents as its PDF."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import xlsxwriter

from models.core.money import digits
from models.core.words import RIGHT_TO_LEFT, _, current_language, pgettext
from services.core import formats
from services.documents.statement import StatementPaper, statement_pdf
from services.exports.cells import safe_text

Row = tuple[dt.date, str, str, Decimal | None, Decimal | None, Decimal]


def statement_file(paper: StatementPaper, ending: str) -> tuple[str, bytes]:
    """The file name and the file, by its ending: pdf, csv or xlsx; call it outside of acts."""
    make = {'pdf': statement_pdf, 'csv': statement_csv, 'xlsx': statement_workbook}[ending]
    return f'{paper.account}-{paper.until:%Y-%m-%d}-{paper.currency}.{ending}', make(paper)


def statement_csv(paper: StatementPaper) -> bytes:
    """The statement as CSV with the decimal mark of the language, a row for each movement between two balances."""
    comma = formats.plain_number(Decimal('1.5'))[1] == ','
    places = digits(paper.currency)

    def plain(value: Decimal | None) -> str:
        text = '' if value is None else f'{value:.{places}f}'
        return text.replace('.', ',') if comma else text

    target = io.StringIO()
    out = csv.writer(target, delimiter=';' if comma else ',')
    out.writerow([safe_text(label) for label in _labels(paper)])
    for day, document, number, debit, credit, balance in _rows(paper):
        out.writerow([day.isoformat(), safe_text(document), safe_text(number), plain(debit), plain(credit),
                      plain(balance)])
    return target.getvalue().encode('utf-8-sig')


def statement_workbook(paper: StatementPaper) -> bytes:
    """The statement as an Excel workbook."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {'in_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False,
                                        'strings_to_numbers': False})
    sheet = book.add_worksheet(safe_text(paper.account)[:31] or 'A')
    if current_language() in RIGHT_TO_LEFT:
        sheet.right_to_left()
    places = digits(paper.currency)
    looks: dict[str, Any] = {
        'head': book.add_format({'bold': True, 'bottom': 1}), 'day': book.add_format({'num_format': 'yyyy-mm-dd'}),
        'money': book.add_format({'num_format': '#,##0' + ('.' + '0' * places if places else '')})}
    for place, label in enumerate(_labels(paper)):
        sheet.write_string(0, place, safe_text(label), looks['head'])
    sheet.set_column(0, 5, 18)
    sheet.freeze_panes(1, 0)
    for index, (day, document, number, *amounts) in enumerate(_rows(paper), 1):
        sheet.write_datetime(index, 0, day, looks['day'])
        sheet.write_string(index, 1, safe_text(document))
        sheet.write_string(index, 2, safe_text(number))
        for place, value in enumerate(amounts, 3):
            if value is not None:
                sheet.write_number(index, place, value, looks['money'])
    book.close()
    return target.getvalue()


def _labels(paper: StatementPaper) -> tuple[str, ...]:
    return (_('Date'), _('Document'), _('Number'), pgettext('bookkeeping', 'Debit'), pgettext('bookkeeping', 'Credit'),
            _('Balance') + f' ({paper.currency})')


def _rows(paper: StatementPaper) -> list[Row]:
    """Opening balance, movements, closing balance."""
    first = paper.since or (paper.lines[0].day if paper.lines else paper.until)
    return [(first, _('Opening balance'), '', None, None, paper.opening),
            *((line.day, line.document, line.number, line.debit, line.credit, line.balance) for line in paper.lines),
            (paper.until, _('Closing balance'), '', paper.debit, paper.credit, paper.closing)]
