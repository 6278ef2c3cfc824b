"""The frame of every document's page: head with its acts, lines at the left, progress and totals at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nicegui.element import Element

from models.core.states import TransitionTable
from models.core.words import _
from services.core.actor import SYSTEM, Actor
from services.core.permissions import Permission
from ui.kernel.acts import Act
from ui.kernel.design import box, sprite
from ui.kernel.leading import leads

if TYPE_CHECKING:
    from nicegui.events import GenericEventArguments

    from ui.kernel.view import View

COMPONENTS = Path(__file__).resolve().parent / 'components'
PARTS = {'portico-tables': str(COMPONENTS / 'table_parts')}


@dataclass(frozen=True)
class Step:
    """A step of a document's life; `next` is the one awaited, `bad` one that ended it."""

    title: str
    note: str = ''
    done: bool = False
    next: bool = False
    bad: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a line table: text with perhaps a strong word before, a note below, a chip (text, tone), a link.

    `url` leads out of Portico, in a tab of its own; `share` (0 to 100) draws a small bar below.
    """

    text: str
    strong: str = ''
    note: str = ''
    chip: tuple[str, str] | None = None
    path: str = ''
    url: str = ''
    share: int | None = None

    def props(self) -> dict[str, Any]:
        """What the browser needs to draw it."""
        chip, tone = self.chip or ('', '')
        props: dict[str, Any] = {'t': self.text, 'b': self.strong, 'n': self.note, 'c': chip, 'tone': tone,
                                 'p': self.path if leads(self.path) else ''}
        if self.url:
            props['u'] = self.url
        if self.share is not None:
            props['s'] = self.share
        return props


@dataclass(frozen=True)
class Happened:
    """A line of a document's history."""

    title: str
    when: str
    who: str = ''
    note: str = ''
    icon: str = 'history'

    def __post_init__(self) -> None:
        object.__setattr__(self, 'who', by_person(self.who))


def by_person(name: str) -> str:
    """Who did something, when it was a person; what the machine did by itself has nobody's name below."""
    return '' if name == SYSTEM.name else name


def acts_of(actor: Actor, table: TransitionTable[Any], status: StrEnum, offers: Mapping[str, Act], *,
            why: Mapping[str, str] | None = None) -> list[Act]:
    """Of the offered acts (by their name in the transition table) those this person may do in this status.

    One with a sentence in `why` is shown but off, with that reason, also where the table does not allow it now.
    """
    found = []
    for name, act in offers.items():
        move = table.find(status, name)
        reason = (why or {}).get(name, '')
        right = next((row.right for row in table if row.act == name), None)
        if right is not None and not actor.may(Permission(right)):
            continue
        if move is not None or reason:
            found.append(replace(act, reason=reason))
    return found


class Head(Element, component=COMPONENTS / 'doc_head.js', esm=PARTS):
    """The head of a document or page as one element; `show` changes what it says."""

    def __init__(self, view: View, title: str, *, sub: str = '', chip: tuple[str, str] | None = None,
                 acts: Sequence[Act] = (), crumbs: Sequence[tuple[str, str]] | None = None) -> None:
        super().__init__()
        self.view = view
        self._acts: list[Act] = []
        self._props.update({'name': f'h{self.id}', 'sprite': sprite(), 'words': {'crumbs': _('Breadcrumbs')}})
        self.show(title, sub=sub, chip=chip, acts=acts, crumbs=crumbs)
        self.on('act', self._press)
        self.on('open', lambda event: view.open(str(event.args)))

    def show(self, title: str, *, sub: str = '', chip: tuple[str, str] | None = None, acts: Sequence[Act] = (),
             crumbs: Sequence[tuple[str, str]] | None = None) -> None:
        """Say something else, e.g. after news; chip is (text, tone), crumbs are (text, path), by default the module."""
        if crumbs is None:
            place = self.view.place
            crumbs = [(str(place.module.title), place.module.path)] if place.route.is_document else []
        self._acts = [act for act in acts if act.is_for(self.view.actor)]
        drawn = [{**act.props(), 'href': self.view.href(act.path) if act.path else '',
                  'path': '' if act.path.startswith('/download') else act.path} for act in self._acts]
        self._props.update({
            'title': title, 'sub': sub, 'chip': {'text': chip[0], 'tone': chip[1]} if chip else None, 'acts': drawn,
            'crumbs': [{'text': text, 'path': self.view.href(path)} for text, path in crumbs],
        })
        self.update()

    async def _press(self, event: GenericEventArguments) -> None:
        index = event.args
        act = self._acts[index] if isinstance(index, int) and 0 <= index < len(self._acts) else None
        if act is None or act.reason or act.run is None:
            return
        if act.confirm:
            from ui.kernel.forms import confirm
            if not await confirm(self.view, str(act.confirm), str(act.label), danger=act.danger):
                return
        await act.run()


class Part(Element, component=COMPONENTS / 'doc_part.js', esm=PARTS):
    """One card of a document, fed with rows; `show` replaces them."""

    def __init__(self, view: View, kind: str, title: str, rows: Sequence[Any], *, head: Sequence[Any] = (),
                 nothing: str = '', more: tuple[str, str] | None = None) -> None:
        super().__init__()
        self._props.update({
            'kind': kind, 'title': title, 'rows': _led(kind, rows), 'head': list(head),
            'nothing': nothing or _('Nothing yet'), 'sprite': sprite(),
            'more': {'text': more[0], 'path': view.href(more[1])} if more and leads(more[1]) else None})
        self.on('open', lambda event: view.open(str(event.args)))

    def show(self, rows: Sequence[Any]) -> None:
        """Show other rows, made by the function that made this part."""
        self._props['rows'] = _led(str(self._props['kind']), rows)
        self.update()


def _led(kind: str, rows: Sequence[Any]) -> list[Any]:
    """The rows without links to what is switched off for the person; a related document that is goes altogether."""
    if kind == 'related':
        return [row for row in rows if leads(row['path'])]
    return [row | {'path': ''} if kind == 'facts' and not leads(row['path']) else row for row in rows]


class Document:
    """The page of one document: its head, then `with document.main:` and `with document.side:` for the parts.

    `acts` come from `acts_of`; a path that starts with /download is a plain link (a PDF), others open a view.
    """

    def __init__(self, view: View, title: str, *, sub: str = '', chip: tuple[str, str] | None = None,
                 acts: Sequence[Act] = ()) -> None:
        self.view = view
        view.title = title
        self.head = Head(view, title, sub=sub, chip=chip, acts=acts)
        with box('p-doc'):
            self.main = box('p-doc-main')
            self.side = box('p-doc-side')


def line_rows(rows: Sequence[Sequence[str | Cell]]) -> list[list[dict[str, Any]]]:
    """Rows of a line table for `Part.show`."""
    return [[(cell if isinstance(cell, Cell) else Cell(cell)).props() for cell in row] for row in rows]


def lines(view: View, title: str, head: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str | Cell]], *,
          nothing: str = '', more: tuple[str, str] | None = None) -> Part:
    """A table of lines: head is (label, whether at the end side), rows are texts or cells in that order."""
    return Part(view, 'lines', title, line_rows(rows), head=[{'label': label, 'end': end} for label, end in head],
                nothing=nothing, more=more)


def timeline(view: View, steps: Sequence[Step], *, title: str = '') -> Part:
    """The progress of a document."""
    return Part(view, 'timeline', title or _('Progress'), [asdict(step) for step in steps])


def totals(view: View, rows: Sequence[tuple[str, str]], *, title: str = '') -> Part:
    """Sums as (label, amount); the last one is the total."""
    return Part(view, 'totals', title or _('Totals'), [
        {'label': label, 'text': text, 'sum': index == len(rows) - 1} for index, (label, text) in enumerate(rows)])


def facts(view: View, title: str, rows: Sequence[tuple[str, ...]]) -> Part:
    """Facts as (label, text) or (label, text, path); empty ones are left out."""
    return Part(view, 'facts', title, [{'label': row[0], 'text': row[1], 'path': row[2] if len(row) > 2 else ''}
                                       for row in rows if row[1]])


def addresses(view: View, title: str, rows: Sequence[tuple[str, Sequence[str]]]) -> Part:
    """Addresses as (label, lines)."""
    return Part(view, 'addresses', title, [{'label': label, 'lines': [line for line in given if line]}
                                           for label, given in rows])


def related(view: View, rows: Sequence[tuple[str, str]], *, title: str = '') -> Part:
    """Other documents as (number, path)."""
    return Part(view, 'related', title or _('Related documents'), [
        {'text': text, 'path': view.href(path)} for text, path in rows])


def history(view: View, rows: Sequence[Happened], *, title: str = '') -> Part:
    """What happened to a document, newest first, from the audit events."""
    return Part(view, 'history', title or _('History'), [asdict(row) for row in rows])
