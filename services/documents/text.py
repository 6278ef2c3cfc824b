"""Text in PDFs: the embedded fonts, right-to-left shaping, and `P`, the one way a value gets onto paper."""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import arabic_reshaper
from bidi.algorithm import get_display
from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph

from models.core.words import RIGHT_TO_LEFT, current_language

FONTS = Path(__file__).resolve().parents[2] / 'assets' / 'fonts' / 'pdf'
REGULAR, BOLD = 'Portico', 'Portico-Bold'
ARABIC, ARABIC_BOLD = 'Portico-Arabic', 'Portico-Arabic-Bold'
LONGEST = 2_000
_FILES = {REGULAR: 'noto-sans-regular.ttf', BOLD: 'noto-sans-bold.ttf', ARABIC: 'noto-sans-arabic-regular.ttf',
          ARABIC_BOLD: 'noto-sans-arabic-bold.ttf'}
_RTL = re.compile('[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]')
_RTL_RUN = re.compile('[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc][\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc ]*')
_UNSEEN = re.compile('[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069'
                     '\ufeff\ud800-\udfff]')
_registering = threading.Lock()
_known: dict[str, frozenset[int]] = {}


def register_fonts() -> None:
    """Make the fonts known to reportlab, once a process."""
    with _registering:
        if _known:
            return
        for name, file in _FILES.items():
            font = TTFont(name, FONTS / file)
            pdfmetrics.registerFont(font)
            _known[name] = frozenset(font.face.charToGlyph)
        pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def plain(text: object) -> str:
    """A value as text that can be printed: capped, without control and direction marks; unknown glyphs become □."""
    whole = str(text)
    cut = whole[:LONGEST] + '…' if len(whole) > LONGEST else whole
    cut = _UNSEEN.sub('', cut.replace('\t', ' ').replace('\r\n', '\n').replace('\r', '\n'))
    return ''.join(c if c == '\n' or ord(c) in _known[REGULAR] or ord(c) in _known[ARABIC] or _RTL.match(c) else '□'
                   for c in cut)


def shaped(text: str) -> str:
    """A line in the order and forms it is drawn in: Arabic letters joined, right-to-left runs turned."""
    if not _RTL.search(text):
        return text
    base = 'R' if current_language() in RIGHT_TO_LEFT else 'L'
    return str(get_display(arabic_reshaper.reshape(text), base_dir=base))


def font_of(text: str, *, bold: bool) -> str:
    """The font that has the letters of a short text of one script."""
    if _RTL.search(text) and all(ord(c) in _known[ARABIC] for c in text):
        return ARABIC_BOLD if bold else ARABIC
    return BOLD if bold else REGULAR


def markup(text: object, *, bold: bool = False) -> str:
    """A value as reportlab markup: everything escaped, Arabic runs in their font; nothing in it can be markup."""
    lines = []
    for line in plain(text).split('\n'):
        pieces, end = [], 0
        drawn = shaped(line)
        for run in _RTL_RUN.finditer(drawn):
            pieces.append(_escaped(drawn[end:run.start()]))
            pieces.append(f'<font name="{ARABIC_BOLD if bold else ARABIC}">{_escaped(run.group())}</font>')
            end = run.end()
        lines.append(''.join((*pieces, _escaped(drawn[end:]))))
    return '<br/>'.join(lines)


def P(text: object, *, size: float = 9, bold: bool = False, small: bool = False, end: bool = False,  # noqa: PLR0913
      colour: Any = colors.black, one_line: bool = False, width: float = 0) -> Flowable:
    """A paragraph of any value, as literal text; `end` sets it at the end side of the reading direction.

    `width` (points) is what it will have: short text is then drawn at once, and right-to-left text broken in time.
    """
    if one_line:
        text = ' '.join(str(text).split())[:160]
    whole = plain(text)
    style = _style(7.5 if small else size, bold, end is not (current_language() in RIGHT_TO_LEFT), colour)
    turns = _RTL.search(whole)
    if width and not turns and '\n' not in whole and stringWidth(whole, style.fontName, style.fontSize) <= width:
        return _Line(whole, style)
    return Paragraph(markup(_broken(whole, width, style.fontSize) if width and turns else whole, bold=bold), style)


@lru_cache(maxsize=64)
def _style(size: float, bold: bool, to_right: bool, colour: Any) -> ParagraphStyle:
    return ParagraphStyle('p', fontName=BOLD if bold else REGULAR, fontSize=size, leading=size * 1.35, textColor=colour,
                          alignment=TA_RIGHT if to_right else TA_LEFT, splitLongWords=1)


class _Line(Flowable):  # type: ignore[misc]
    """One short line, drawn without the paragraph machinery: thousands of cells are such."""

    def __init__(self, text: str, style: ParagraphStyle) -> None:
        super().__init__()
        self._text, self._style = text, style

    def wrap(self, wide: float, _high: float) -> tuple[float, float]:
        self.width, self.height = wide, self._style.leading
        return self.width, self.height

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:
        """Draw it at its side, without a state of its own."""
        if not self._text:
            return
        style = self._style
        canvas.setFont(style.fontName, style.fontSize)
        canvas.setFillColor(style.textColor)
        y += style.leading - style.fontSize
        if style.alignment == TA_RIGHT:
            canvas.drawRightString(x + self.width, y, self._text)
        else:
            canvas.drawString(x, y, self._text)


def _broken(text: str, width: float, size: float) -> str:
    """Right-to-left text cut into lines before it is turned, for a turned line cannot be broken any more."""
    lines = []
    for line in text.split('\n'):
        row = ''
        for word in line.split():
            longer = f'{row} {word}' if row else word
            if row and stringWidth(shaped(longer), ARABIC, size) > width * 0.94:
                lines.append(row)
                longer = word
            row = longer
        lines.append(row)
    return '\n'.join(lines)


def _escaped(text: str) -> str:
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')
