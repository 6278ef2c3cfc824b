"""A table that breaks over pages: the head again on each, and the sum so far carried from page to page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from services.documents.text import P

CARRY = 6 * mm
PAD = 4.0
LINE = colors.HexColor('#e3e6e8')
GROUND = colors.HexColor('#fafbfb')


class CarryTable(Flowable):  # type: ignore[misc]
    """Rows under a head; heights are measured once and cells drawn without more ado, so thousands of rows are quick."""

    def __init__(self, cells: Sequence[Sequence[Any]], widths: Sequence[float], *,
                 sums: list[Decimal], label: Callable[[Decimal], str], before: Decimal = Decimal(0),
                 heights: list[float] | None = None) -> None:
        super().__init__()
        self._head, self._rows = cells[0], list(cells[1:])
        self._widths = list(widths)
        self._sums, self._label, self._before = sums, label, before
        self._heights = heights if heights is not None else [self._height(row) for row in (self._head, *self._rows)]
        self._carry = Decimal(0)

    def _height(self, row: Sequence[Any]) -> float:
        cells = zip(row, self._widths, strict=True)
        return 2 * PAD + max((float(cell.wrap(width - 2 * PAD, 10_000)[1]) for cell, width in cells), default=0.0)

    def wrap(self, _wide: float, _high: float) -> tuple[float, float]:
        self.width = sum(self._widths)
        self.height = sum(self._heights) + (CARRY if self._before else 0) + (CARRY if self._carry else 0)
        return self.width, self.height

    def split(self, _wide: float, high: float) -> list[Flowable]:
        """As many rows as fit, and a table of the rest that begins with what was carried."""
        room = high - self._heights[0] - CARRY - (CARRY if self._before else 0)
        fit, used = 0, 0.0
        for height in self._heights[1:]:
            if used + height > room:
                break
            used += height
            fit += 1
        if fit == 0 or fit == len(self._rows):
            return []
        carried = self._before + sum(self._sums[:fit], Decimal(0))
        shown = self._part(slice(None, fit), self._before)
        shown._carry = carried
        return [shown, self._part(slice(fit, None), carried)]

    def _part(self, rows: slice, before: Decimal) -> CarryTable:
        return CarryTable([self._head, *self._rows[rows]], self._widths, sums=self._sums[rows],
                          label=self._label, before=before, heights=[self._heights[0], *self._heights[1:][rows]])

    def draw(self) -> None:
        """Draw the carried sum, head, rows, and the sum to carry."""
        y = self.height
        if self._before:
            y = self._sum(self._before, y)
        canvas = self.canv
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        for row, height in zip((self._head, *self._rows), self._heights, strict=True):
            if row is self._head:
                canvas.setFillColor(GROUND)
                canvas.rect(0, y - height, self.width, height, stroke=0, fill=1)
            x = 0.0
            for cell, width in zip(row, self._widths, strict=True):
                high = cell.wrap(width - 2 * PAD, height)[1]
                cell.drawOn(canvas, x + PAD, y - PAD - high)
                x += width
            y -= height
            canvas.line(0, y, self.width, y)
        if self._carry:
            self._sum(self._carry, y)

    def _sum(self, total: Decimal, y: Any) -> Any:
        words = P(self._label(total), small=True, bold=True, end=True)
        words.wrap(self.width - 8, CARRY)
        words.drawOn(self.canv, 4, y - CARRY + 4)
        return y - CARRY
