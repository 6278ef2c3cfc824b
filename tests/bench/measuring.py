"""How a budget is measured: a calibration loop for this machine, percentiles of many runs, one row a budget."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

REFERENCE_SECONDS = 0.7
"""What adding ten million integers in a plain loop takes on the machine the budgets were written for."""


@dataclass(frozen=True)
class Budget:
    """What may take how long: milliseconds at p50 and p95 on the reference machine."""

    name: str
    p50: float
    p95: float


@dataclass(frozen=True)
class Measured:
    """What it took here, in milliseconds."""

    budget: Budget
    p50: float
    p95: float

    def ratio(self, scale: float) -> float:
        """The worse of measured ÷ budget, with the budget scaled to this machine; up to 1 it is kept."""
        return max(self.p50 / (self.budget.p50 * scale), self.p95 / (self.budget.p95 * scale))


def calibrate(tries: int = 3) -> float:
    """How much slower this machine is than the reference: the best of some calibration loops ÷ 0.7 s."""
    best = math.inf
    for _ in range(tries):
        began, total = time.perf_counter(), 0
        for number in range(10_000_000):
            total += number
        best = min(best, time.perf_counter() - began)
    return best / REFERENCE_SECONDS


def measure(budget: Budget, act: Callable[[], object], *, runs: int = 100, warm: int = 5) -> Measured:
    """Run an act some times unmeasured, then measured."""
    for _ in range(warm):
        act()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return of_times(budget, times)


def of_times(budget: Budget, milliseconds: Sequence[float]) -> Measured:
    """The percentiles of times measured elsewhere, such as in a browser."""
    ordered = sorted(milliseconds)
    return Measured(budget, _percentile(ordered, 0.5), _percentile(ordered, 0.95))


def _percentile(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)]


def table(rows: Sequence[Measured], scale: float) -> str:
    """All rows as text: p50, p95, both budgets scaled to this machine, and the ratio."""
    lines = [f'This machine takes {scale:.2f} × the reference; budgets are scaled by that.', '',
             f'{"What":<58}{"p50":>9}{"p95":>9}{"budget":>17}{"ratio":>8}']
    for row in rows:
        budget = f'{row.budget.p50 * scale:.0f} / {row.budget.p95 * scale:.0f} ms'
        lines.append(f'{row.budget.name:<58}{row.p50:>9.1f}{row.p95:>9.1f}{budget:>17}{row.ratio(scale):>8.2f}')
    return '\n'.join(lines)
