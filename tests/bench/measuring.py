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
    """What may take how much, at p50 and p95; times (ms, s) are meant for the reference machine.

    `least` is for what should be much: then measured may not be below. `unit` '/s' scales with the machine too.
    """

    name: str
    p50: float
    p95: float
    unit: str = 'ms'
    least: bool = False

    def scaled(self, scale: float) -> tuple[float, float]:
        """The budget of a machine this much slower; weights and counts are the same on every machine."""
        factor = {'ms': scale, 's': scale, '/s': 1 / scale}.get(self.unit, 1)
        return self.p50 * factor, self.p95 * factor


@dataclass(frozen=True)
class Measured:
    """What it took here, in the budget's unit."""

    budget: Budget
    p50: float
    p95: float

    def ratio(self, scale: float) -> float:
        """The worse of measured ÷ budget (budget ÷ measured where much is good); up to 1 it is kept."""
        half, most = self.budget.scaled(scale)
        if self.budget.least:
            return half / self.p50 if self.p50 else math.inf
        pairs = ((self.p50, half), (self.p95, most))
        return max(took / may if may else (math.inf if took else 0.0) for took, may in pairs)


def calibrate(tries: int = 3) -> float:
    """How much slower this machine is than the reference: the best of some calibration loops ÷ 0.7 s."""
    best = math.inf
    for _ in range(tries):
        began, total = time.perf_counter(), 0
        for number in range(10_000_000):
            total += number
        best = min(best, time.perf_counter() - began)
    return best / REFERENCE_SECONDS


def measure(budget: Budget, act: Callable[[], object], *, runs: int = 60, warm: int = 3, most: float = 3,
            clock: Callable[[], float] = time.perf_counter) -> Measured:
    """Run an act some times unmeasured, then measured, for at most so many seconds (but five times).

    `time.thread_time` as the clock leaves out what other programs of a shared machine take, and waiting for the disk.
    """
    for _ in range(warm):
        act()
    times: list[float] = []
    until = time.perf_counter() + most
    while len(times) < runs and (len(times) < 5 or time.perf_counter() < until):
        began = clock()
        act()
        times.append((clock() - began) * 1000)
    return of_times(budget, times)


def of_times(budget: Budget, values: Sequence[float]) -> Measured:
    """The percentiles of values measured elsewhere, such as times in a browser."""
    ordered = sorted(values)
    return Measured(budget, percentile(ordered, 0.5), percentile(ordered, 0.95))


def once(name: str, value: float, budget: float, unit: str = 'ms', *, least: bool = False) -> Measured:
    """One value against one bound."""
    return Measured(Budget(name, budget, budget, unit, least), value, value)


def percentile(ordered: Sequence[float], part: float) -> float:
    """The value of a sorted row that this part of it does not exceed."""
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)]


def line(row: Measured, scale: float) -> tuple[str, str, str, str, str]:
    """A row as texts: name, p50, p95, scaled budget, ratio."""
    half, most = row.budget.scaled(scale)
    sign = '≥ ' if row.budget.least else ''
    budget = f'{sign}{_short(half)}' + ('' if half == most else f' / {_short(most)}') + f' {row.budget.unit}'
    return row.budget.name, _short(row.p50), _short(row.p95), budget, f'{row.ratio(scale):.2f}'


def table(rows: Sequence[Measured], scale: float) -> str:
    """All rows as text for a terminal."""
    lines = [f'This machine takes {scale:.2f} × the reference; times are compared with budgets scaled by that.', '',
             f'{"What":<72}{"p50":>9}{"p95":>9}{"budget":>19}{"ratio":>8}']
    for row in rows:
        name, half, most, budget, ratio = line(row, scale)
        lines.append(f'{name:<72}{half:>9}{most:>9}{budget:>19}{ratio:>8}')
    return '\n'.join(lines)


def _short(value: float) -> str:
    return f'{value:.1f}' if value < 100 else f'{value:.0f}'
