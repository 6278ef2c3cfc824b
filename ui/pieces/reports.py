"""Reports at a glance: a tab for each, a switch of the period, bars, figures and the newest documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nicegui.element import Element

from models.core.words import _
from services.core import formats
from services.dashboards.reports import PERIODS, REPORTS, Bar, Report, ReportService
from ui.kernel import design
from ui.kernel.view import View
from ui.pieces.sections import Section, Sections

COMPONENT = Path(__file__).resolve().parents[1] / 'kernel' / 'components' / 'p_bars.js'
TOPICS = {'orders': 'orders', 'deliveries': 'shipments', 'invoices': 'invoices', 'credit_notes': 'invoices',
          'payments': 'payments'}


class Bars(Element, component=COMPONENT):
    """The stretches of a report; each bar's exact figures are its title, and all of them the element's name."""

    def show(self, report: Report) -> None:
        """Show this report."""
        top = max((_height(report, bar) for bar in report.bars), default=0) or 1
        titles = [_title(report, bar) for bar in report.bars]
        self._props['bars'] = [{'height': round(float(_height(report, bar) / top) * 100, 1), 'title': title,
                                'label': _label(report, bar)}
                               for bar, title in zip(report.bars, titles, strict=True)]
        self._props['label'] = '; '.join(titles)
        self.update()


class Reports:
    """The card with all reports this person may see; it follows the news of the one in front."""

    def __init__(self, view: View, kinds: Sequence[str]) -> None:
        self.view, self.kinds = view, kinds
        self.place = design.box('p-card-body p-stack')

    async def build(self) -> None:
        """Build it."""
        with self.place:
            await Sections(self.view, _('At a glance'), [
                Section(kind, REPORTS[kind].title, Panel(self.view, kind).build) for kind in self.kinds]).build()


class Panel:
    """One report."""

    def __init__(self, view: View, kind: str) -> None:
        self.view, self.kind = view, kind
        self._key = f'period:{kind}'

    async def build(self) -> None:
        """Build it and follow it."""
        with design.box('p-report-head'):
            self.figures = design.words('', classes='p-strong')
            with design.box('p-row').props(f'role=group aria-label="{design.attribute(_("Period"))}"'):
                self.pills = {period: self._pill(period) for period in PERIODS}
        self.bars = Bars()
        self.list = design.box('p-report-list', tag='ul')
        with design.box('p-row'):
            self.more = design.link(_('View all'), '')
        await self.refresh()
        actor = self.view.actor
        topic = f'company:{actor.customer_id}' if actor.is_portal else f'office:{TOPICS[self.kind]}'
        self.view.on(topic, self.refresh)
        if actor.is_portal:
            self.view.on(f'money:{actor.customer_id}', self.refresh)

    async def refresh(self) -> None:
        """Read the report anew."""
        period = self.view.state.get(self._key, 'months')
        report = await self.view.do(ReportService.report, self.kind, period if period in PERIODS else 'months')
        for name, pill in self.pills.items():
            pill.props(f'aria-pressed={str(name == period).lower()}').classes(
                add='is-on' if name == period else '', remove='' if name == period else 'is-on')
        amount = f' · {formats.money(report.amount, report.currency)}' if report.has_amounts else ''
        self.figures.set_text(f'{REPORTS[self.kind].title}: {formats.number(report.count)}{amount}')
        self.bars.show(report)
        self.more._props['href'] = report.path
        self.more.update()
        self.list.clear()
        with self.list:
            for entry in report.newest:
                with design.box(tag='li'):
                    design.link(entry.number, entry.path)
                    design.words(formats.date(entry.day), classes='p-soft')
                    design.words(formats.money(entry.amount, report.currency), classes='p-num')

    def _pill(self, period: str) -> Element:
        async def choose() -> None:
            self.view.state[self._key] = period
            self.view.remember()
            await self.refresh()
        pill = design.words(str(PERIODS[period]), tag='button', classes='p-pill')
        pill.props('type=button').on('click', choose, [])
        return pill


def _height(report: Report, bar: Bar) -> int:
    return int(bar.amount * 10_000) if report.has_amounts else bar.count


def _title(report: Report, bar: Bar) -> str:
    when = formats.date(bar.first) if bar.first == bar.last else f'{formats.date(bar.first)} – {formats.date(bar.last)}'
    if report.has_amounts:
        return _('{when}: {count}, {amount}').format(when=when, count=formats.number(bar.count),
                                                     amount=formats.money(bar.amount, report.currency))
    return _('{when}: {count}').format(when=when, count=formats.number(bar.count))


def _label(report: Report, bar: Bar) -> str:
    in_months = all(one.first.day == 1 for one in report.bars)
    return formats.month(bar.first)[:1].upper() if in_months else str(bar.first.day)
