"""The base of every PDF: embedded fonts, escaped texts, letterhead, address window, tables over pages, totals, feet.

A4 after DIN 5008: the address window stands 45 mm from the top and 20 mm from the side, so that it shows in window
envelopes. Right-to-left languages mirror the whole page.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PIL import Image
from pydantic import ConfigDict
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Spacer, Table, TableStyle

from models.core.words import RIGHT_TO_LEFT, _, current_language, language
from services.core import formats
from services.documents.carrying import LINE, CarryTable
from services.documents.text import ARABIC, BOLD, REGULAR, P, plain, register_fonts, shaped

WIDTH, HEIGHT = A4
SIDE = 20 * mm
INNER = WIDTH - 2 * SIDE
SOFT = colors.HexColor('#4b5a5e')
SMALLEST = 6.0


@dataclass(frozen=True)
class Letterhead:
    """Who sends: name, address and foot in lines, logo as bytes of a PNG or JPEG, brand colour."""

    name: str
    address: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    logo: bytes | None = None
    __pydantic_config__ = ConfigDict(ser_json_bytes='base64', val_json_bytes='base64')
    colour: str = '#0f5c56'


@dataclass(frozen=True)
class Paper:
    """What stands round the content: the kind and number, the receiver's address, and facts as (label, text)."""

    head: Letterhead
    title: str
    number: str
    receiver: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LineColumn:
    """A column of a line table: label, width in mm (0 takes the rest), whether its texts stand at the end side."""

    label: str
    width: float
    end: bool = False


def is_mirrored() -> bool:
    """Whether the page runs from right to left in the current language."""
    return current_language() in RIGHT_TO_LEFT


def make_pdf(paper: Paper, content: Callable[[], Sequence[Flowable]], *, code: str) -> bytes:
    """The PDF of a paper in a language; `content` makes the flowables under the head, in that language."""
    register_fonts()
    with language(code):
        target = io.BytesIO()
        document = BaseDocTemplate(target, pagesize=A4, title=f'{paper.title} {paper.number}', author=paper.head.name,
                                   creator='Portico', producer='Portico', lang=code, initialFontName=REGULAR)
        top, foot = 30 * mm, 26 * mm
        first = Frame(SIDE, foot, INNER, HEIGHT - foot - 105 * mm, 0, 0, 0, 0)
        later = Frame(SIDE, foot, INNER, HEIGHT - foot - top, 0, 0, 0, 0)
        document.addPageTemplates([
            PageTemplate('first', first, onPage=lambda canvas, _doc: _first_page(canvas, paper),
                         autoNextPageTemplate='later'),
            PageTemplate('later', later, onPage=lambda canvas, _doc: _later_page(canvas, paper))])
        document.build(list(content()), canvasmaker=lambda *args, **kwargs: _Counted(*args, paper=paper, **kwargs))
        return target.getvalue()


def line_table(columns: Sequence[LineColumn], rows: Sequence[Sequence[str]], sums: Sequence[Decimal], *,
               show: Callable[[Decimal], str]) -> Flowable:
    """A table of lines that breaks over pages with its head repeated and the sum so far carried over.

    `sums` is the amount of each row, `show` writes a sum. A cell may hold several lines; the first is the strong one.
    """
    rest = INNER - sum(column.width * mm for column in columns)
    widths = [column.width * mm or rest for column in columns]
    cells = [[P(column.label, small=True, bold=True, end=column.end) for column in columns]]
    places = list(zip(columns, widths, strict=True))
    cells += [[P(text, end=column.end, width=width - 8) for (column, width), text in zip(places, row, strict=True)]
              for row in rows]
    if is_mirrored():
        cells, widths = [row[::-1] for row in cells], widths[::-1]
    return CarryTable(cells, widths, sums=list(sums),
                      label=lambda total: _('Carried over: {amount}').format(amount=show(total)))


def totals_block(taxes: Sequence[tuple[str, str, str]], totals: Sequence[tuple[str, str]]) -> Flowable:
    """VAT per rate as (rate, taxable, tax) beside the sums as (label, amount), the last one the total."""
    vat = _grid([(_('VAT'), _('Taxable'), _('Tax')), *taxes], (20 * mm, 28 * mm, 26 * mm), head=True) if taxes else ''
    sums = _grid(list(totals), (44 * mm, 36 * mm), strong_last=True)
    cells, widths = [vat, '', sums], [74 * mm, INNER - 154 * mm, 80 * mm]
    if is_mirrored():
        cells, widths = cells[::-1], widths[::-1]
    return KeepTogether([Spacer(0, 6 * mm), Table([cells], widths, style=TableStyle([
        ('FONT', (0, 0), (-1, -1), REGULAR), ('VALIGN', (0, 0), (-1, -1), 'TOP'), ('LEFTPADDING', (0, 0), (-1, -1), 0),
        ('RIGHTPADDING', (0, 0), (-1, -1), 0)]))])


def _grid(rows: Sequence[Sequence[str]], widths: Sequence[float], *, head: bool = False,
          strong_last: bool = False) -> Table:
    last = len(rows) - 1
    cells = [[P(text, end=place > 0, bold=(head and index == 0) or (strong_last and index == last), small=head)
              for place, text in enumerate(row)] for index, row in enumerate(rows)]
    if is_mirrored():
        cells, widths = [row[::-1] for row in cells], widths[::-1]
    return Table(cells, widths, style=TableStyle([
        ('FONT', (0, 0), (-1, -1), REGULAR), ('LINEBELOW', (0, 0), (-1, -2), 0.5, LINE),
        ('LINEABOVE', (0, -1), (-1, -1), 0.5, LINE),
        ('TOPPADDING', (0, 0), (-1, -1), 3), ('BOTTOMPADDING', (0, 0), (-1, -1), 3),
        ('LEFTPADDING', (0, 0), (-1, -1), 2), ('RIGHTPADDING', (0, 0), (-1, -1), 2)]))


def _first_page(canvas: Canvas, paper: Paper) -> None:
    _letterhead(canvas, paper.head)
    sender = ' · '.join((paper.head.name, *paper.head.address))
    _put(canvas, sender, HEIGHT - 47 * mm, size=7, colour=SOFT, most=85 * mm)
    for index, text in enumerate(paper.receiver[:7]):
        _put(canvas, text, HEIGHT - (53 + index * 5) * mm, most=85 * mm)
    for index, (label, text) in enumerate(paper.facts[:9]):
        y = HEIGHT - (47 + index * 5) * mm
        _put(canvas, label, y, start=105 * mm, size=8.5, colour=SOFT, most=30 * mm)
        _put(canvas, text, y, start=136 * mm, size=8.5, most=34 * mm)
    _put(canvas, f'{paper.title} {paper.number}', HEIGHT - 98 * mm, size=15, font=BOLD, most=INNER)


def _later_page(canvas: Canvas, paper: Paper) -> None:
    _put(canvas, paper.head.name, HEIGHT - 18 * mm, font=BOLD, most=80 * mm)
    _put(canvas, f'{paper.title} {paper.number}', HEIGHT - 18 * mm, start=90 * mm, size=8.5, colour=SOFT, most=80 * mm)


def _letterhead(canvas: Canvas, head: Letterhead) -> None:
    canvas.setFillColor(colors.HexColor(head.colour))
    canvas.rect(0, HEIGHT - 3 * mm, WIDTH, 3 * mm, stroke=0, fill=1)
    if head.logo:
        picture = ImageReader(_on_white(head.logo))
        wide, high = picture.getSize()
        scale = min(60 * mm / wide, 16 * mm / high)
        x = WIDTH - SIDE - wide * scale if is_mirrored() else SIDE
        canvas.drawImage(picture, x, HEIGHT - 28 * mm, wide * scale, high * scale)
    else:
        _put(canvas, head.name, HEIGHT - 22 * mm, size=16, font=BOLD, most=INNER)


def _on_white(logo: bytes) -> Image.Image:
    """The logo without transparency, which archives (PDF/A) would rather not have."""
    with Image.open(io.BytesIO(logo)) as picture:
        seen = picture.convert('RGBA')
    ground = Image.new('RGBA', seen.size, 'white')
    return Image.alpha_composite(ground, seen).convert('RGB')


def _put(canvas: Canvas, text: str, y: float, *, start: float = 0, size: float = 10,  # noqa: PLR0913
         font: str = REGULAR, colour: Any = colors.black, most: float) -> None:
    """One line of text that starts so far from the inner edge (the right one when mirrored), at most `most` wide.

    Text that is too long is set smaller, and cut when it would be too small to read.
    """
    if not text:
        return
    text = ' '.join(plain(text).split())
    wide = max(stringWidth(shaped(text), name, size) for name in (font, ARABIC))
    if wide > most:
        small = max(size * most / wide, min(size, SMALLEST))
        text = text if small * wide <= most * size else text[:int(len(text) * most * size / (small * wide)) - 1] + '…'
        size = small * 0.98
    block = P(text, size=size, bold=font == BOLD, colour=colour, one_line=True)
    _wide, high = block.wrap(most, 100)
    x = WIDTH - SIDE - start - most if is_mirrored() else SIDE + start
    block.drawOn(canvas, x, y - high * 0.25)


class _Counted(Canvas):  # type: ignore[misc]
    """A canvas that knows at the end how many pages there are, and then writes the feet."""

    def __init__(self, *args: Any, paper: Paper, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._paper = paper
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self._foot(number, len(self._pages))
            super().showPage()
        super().save()

    def _foot(self, number: int, count: int) -> None:
        self.setStrokeColor(LINE)
        self.line(SIDE, 20 * mm, WIDTH - SIDE, 20 * mm)
        for index, text in enumerate(self._paper.head.foot[:3]):
            _put(self, text, (16 - index * 4) * mm, size=7, colour=SOFT, most=130 * mm)
        words = P(_('Page {number} of {count}').format(number=formats.number(number), count=formats.number(count)),
                  size=7, end=True, colour=SOFT)
        words.wrap(40 * mm, 100)
        words.drawOn(self, SIDE if is_mirrored() else WIDTH - SIDE - 40 * mm, 16 * mm - 2)
