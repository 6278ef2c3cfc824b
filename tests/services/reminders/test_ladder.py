"""The rungs of reminding: which is next, never two at once, never one left out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.invoices import Invoice, InvoiceStatus
from services.reminders.ladder import Kind, Ladder, Owed, Step, next_step, owed
from tests.services.reminders.conftest import next_day

DUE = dt.date(2026, 3, 31)
LADDER = Ladder(soon=3, levels=(7, 14, 30), gap=3)


def invoice(gross: str = '100', settled: str = '0', disputed: str = '0',
            parts: list[tuple[str, str]] | None = None) -> Invoice:
    return Invoice(status=InvoiceStatus.ISSUED, due_on=DUE, gross=Decimal(gross), settled=Decimal(settled),
                   disputed=Decimal(disputed), instalments=[{'on': on, 'amount': amount} for on, amount in parts or []])


@pytest.mark.parametrize(('late', 'expected'), [
    (-4, None), (-3, Step(Kind.SOON)), (-1, Step(Kind.SOON)), (0, Step(Kind.DUE)), (6, Step(Kind.DUE)),
    (7, Step(Kind.OVERDUE, 1)), (400, Step(Kind.OVERDUE, 1))])
def test_the_first_rung_depends_on_the_day(late: int, expected: Step | None) -> None:
    assert next_step(LADDER, DUE, DUE + dt.timedelta(days=late), {}) == expected


def test_levels_come_one_after_the_other_with_a_rest_between() -> None:
    day = DUE + dt.timedelta(days=100)
    sent = {Step(Kind.OVERDUE, 1): day}
    assert next_step(LADDER, DUE, day, sent) is None
    assert next_step(LADDER, DUE, day + dt.timedelta(days=2), sent) is None
    assert next_step(LADDER, DUE, day + dt.timedelta(days=3), sent) == Step(Kind.OVERDUE, 2)
    assert next_day(LADDER, DUE, day, sent) == (Step(Kind.OVERDUE, 2), day + dt.timedelta(days=3))


def test_a_level_of_no_days_is_left_out_and_so_is_the_day_itself() -> None:
    some = Ladder(soon=0, on_due=False, levels=(0, 5, 0))
    assert next_step(some, DUE, DUE, {}) is None and next_step(some, DUE, DUE - dt.timedelta(days=1), {}) is None
    assert next_step(some, DUE, DUE + dt.timedelta(days=5), {}) == Step(Kind.OVERDUE, 2)
    assert next_day(some, DUE, DUE + dt.timedelta(days=9), {Step(Kind.OVERDUE, 2): DUE}) is None


def test_what_is_owed_leaves_out_what_is_disputed() -> None:
    assert owed(invoice(settled='30', disputed='20'), DUE) == Owed(DUE, Decimal(50))
    assert owed(invoice(disputed='100'), DUE) is None and owed(invoice(settled='100'), DUE) is None


def test_instalments_fall_due_one_by_one() -> None:
    parts = [('2026-03-10', '40'), ('2026-03-20', '30'), ('2026-03-31', '30')]
    assert owed(invoice(parts=parts), dt.date(2026, 3, 1)) == Owed(dt.date(2026, 3, 10), Decimal(40))
    assert owed(invoice(parts=parts), dt.date(2026, 3, 21)) == Owed(dt.date(2026, 3, 10), Decimal(70))
    assert owed(invoice(settled='40', parts=parts), dt.date(2026, 3, 11)) == Owed(dt.date(2026, 3, 20), Decimal(30))
    assert owed(invoice(settled='50', parts=parts), dt.date(2026, 3, 31)) == Owed(dt.date(2026, 3, 20), Decimal(50))


@given(st.sets(st.integers(-10, 120)), st.integers(0, 10), st.integers(1, 9),
       st.tuples(st.integers(0, 20), st.integers(21, 40), st.integers(41, 60)))
def test_whatever_days_it_runs_on_no_rung_comes_twice_or_too_early(days: set[int], soon: int, gap: int,
                                                                  levels: tuple[int, int, int]) -> None:
    rungs, sent = Ladder(soon=soon, levels=levels, gap=gap), {}
    for late in sorted(days):
        day = DUE + dt.timedelta(days=late)
        step = next_step(rungs, DUE, day, sent)
        assert step not in sent
        if step is not None:
            sent[step] = day
    overdue = sorted((step.level, day) for step, day in sent.items() if step.kind is Kind.OVERDUE)
    used = [level for level in (1, 2, 3) if levels[level - 1]]
    assert [level for level, _day in overdue] == used[:len(overdue)]
    assert all((day - DUE).days >= levels[level - 1] for level, day in overdue)
    assert all((after - before).days >= gap for (_a, before), (_b, after) in pairwise(overdue))
