"""The statement of account as PDF: frozen data in, bytes out; thousands of rows in seconds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from models.core.words import _, language, pgettext
from services.core import formats
from services.documents.page import Letterhead, LineColumn, Paper, line_table, make_pdf, totals_block
from services.documents.text import P


@dataclass(frozen=True)
class StatementLine:
    """One movement: its document in words, what it added or took away, and what was owed after it."""

    day: dt.date
    document: str
    number: str
    debit: Decimal | None
    credit: Decimal | None
    balance: Decimal


@dataclass(frozen=True)
class Ageing:
    """What of the invoices is open, by days after they were due; `disputed` stands apart, `unused` are credits.

    Σ of the five + disputed − unused is the closing balance.
    """

    current: Decimal = Decimal(0)
    to_30: Decimal = Decimal(0)
    to_60: Decimal = Decimal(0)
    to_90: Decimal = Decimal(0)
    older: Decimal = Decimal(0)
    disputed: Decimal = Decimal(0)
    unused: Decimal = Decimal(0)

    @property
    def overdue(self) -> Decimal:
        """What is late and not disputed."""
        return self.to_30 + self.to_60 + self.to_90 + self.older

    def parts(self) -> tuple[tuple[str, Decimal], ...]:
        """Its parts with their names in the current language."""
        return ((_('Not due yet'), self.current), (_('1–30 days late'), self.to_30), (_('31–60 days'), self.to_60),
                (_('61–90 days'), self.to_90), (_('Over 90 days'), self.older), (_('Disputed'), self.disputed),
                (_('Credits not used'), -self.unused))


@dataclass(frozen=True)
class StatementPaper:
    """An account in one currency from `since` (None: from the beginning) to `until`, both days included."""

    seller: Letterhead
    customer: str
    account: str
    receiver: tuple[str, ...]
    since: dt.date | None
    until: dt.date
    opening: Decimal
    closing: Decimal
    lines: tuple[StatementLine, ...]
    ageing: Ageing
    language: str = 'en'
    currency: str = 'EUR'

    def __post_init__(self) -> None:
        if self.opening + self.debit - self.credit != self.closing:
            raise ValueError(f'{self.account}: the movements do not lead from opening to closing balance')

    @property
    def debit(self) -> Decimal:
        """Σ of what was added to the debt."""
        return sum((line.debit for line in self.lines if line.debit), Decimal(0))

    @property
    def credit(self) -> Decimal:
        """Σ of what was taken from it."""
        return sum((line.credit for line in self.lines if line.credit), Decimal(0))


def period_text(since: dt.date | None, until: dt.date) -> str:
    """A period as people read it, in the current language."""
    if since is None:
        return _('until {date}').format(date=formats.date(until))
    return f'{formats.date(since)} – {formats.date(until)}'


def statement_pdf(paper: StatementPaper) -> bytes:
    """The statement as a PDF in its language."""
    with language(paper.language):
        facts = ((_('Account'), paper.account), (_('Period'), period_text(paper.since, paper.until)),
                 (_('Currency'), paper.currency))
        sheet = Paper(paper.seller, _('Statement of account'), paper.account, paper.receiver, facts)
    return make_pdf(sheet, lambda: _content(paper), code=paper.language)


def _content(paper: StatementPaper) -> list[Flowable]:
    def money(value: Decimal | None) -> str:
        return formats.money(value, paper.currency)

    debit, credit = pgettext('bookkeeping', 'Debit'), pgettext('bookkeeping', 'Credit')
    columns = [LineColumn(_('Date'), 24), LineColumn(_('Document'), 0), LineColumn(_('Number'), 33),
               LineColumn(debit, 26, end=True), LineColumn(credit, 26, end=True),
               LineColumn(_('Balance'), 28, end=True)]
    first = ('', _('Opening balance'), '', '', '', money(paper.opening))
    rows = [first, *((formats.date(line.day), line.document, line.number, money(line.debit), money(line.credit),
                      money(line.balance)) for line in paper.lines)]
    sums = [paper.opening, *((line.debit or Decimal(0)) - (line.credit or Decimal(0)) for line in paper.lines)]
    table = line_table(columns, rows, sums, show=money)
    totals = totals_block((), [(_('Opening balance'), money(paper.opening)), (debit, money(paper.debit)),
                               (credit, money(-paper.credit)), (_('Closing balance'), money(paper.closing))])
    parts = [(label, money(value)) for label, value in paper.ageing.parts() if value]
    late = P(_('Open on {date}').format(date=formats.date(paper.until)), bold=True)
    aged = [KeepTogether([Spacer(0, 6 * mm), late, totals_block((), [*parts, (
        _('Closing balance'), money(paper.closing))])])] if parts else []
    return [table, totals, *aged]
