"""Short lists on a page, such as people or addresses: rows of texts with the acts of each in a menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nicegui.element import Element

from models.core.words import _
from services.core.errors import Conflict
from ui.kernel.acts import Act
from ui.kernel.design import sprite
from ui.kernel.documents import COMPONENTS, PARTS, Cell

if TYPE_CHECKING:
    from nicegui.events import GenericEventArguments

    from ui.kernel.view import View


@dataclass(frozen=True)
class Row:
    """One row: its key, its cells, what can be done with it, and whether it is greyed as out of use.

    An act is awaited without arguments; `confirm` is asked before, `reason` shows it but off.
    """

    key: str
    cells: Sequence[str | Cell]
    acts: Sequence[Act] = ()
    off: bool = False


class Rows(Element, component=COMPONENTS / 'rows.js', esm=PARTS):
    """A list of rows as one element; `head` is (label, whether at the end side), `show` replaces the rows."""

    def __init__(self, view: View, title: str, head: Sequence[tuple[str, bool]], rows: Sequence[Row] = ()) -> None:
        super().__init__()
        self.view = view
        self._rows: dict[str, Row] = {}
        self._props.update({
            'title': title, 'head': [{'label': label, 'end': end} for label, end in head], 'sprite': sprite(),
            'words': {'actions': _('Actions'), 'more': _('Actions for {row}')}})
        self.show(rows)
        self.on('act', self._act)
        self.on('open', lambda event: view.open(str(event.args)))

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self._rows = {row.key: row for row in rows}
        self._props['rows'] = [self._drawn(row) for row in rows]
        self.update()

    def _drawn(self, row: Row) -> dict[str, object]:
        cells = [(cell if isinstance(cell, Cell) else Cell(cell)).props() for cell in row.cells]
        return {'key': row.key, 'name': cells[0]['b'] or cells[0]['t'], 'cells': cells, 'off': row.off,
                'acts': [{**act.props(), 'hidden': not act.is_for(self.view.actor)} for act in row.acts]}

    async def _act(self, event: GenericEventArguments) -> None:
        row, index = self._rows.get(str(event.args.get('key'))), event.args.get('index')
        if row is None or not isinstance(index, int) or not 0 <= index < len(row.acts):
            raise Conflict(_('This can no longer be done. Please look again.'))
        await carry_out(self.view, row.acts[index])


class Options(Element, component=COMPONENTS / 'options.js', esm=PARTS):
    """A button that opens a menu of acts; `offer` changes what is in it."""

    def __init__(self, view: View, text: str, acts: Sequence[Act] = ()) -> None:
        super().__init__()
        self.view = view
        self._props.update({'text': text, 'sprite': sprite()})
        self.offer(acts)
        self.on('act', self._act)

    def offer(self, acts: Sequence[Act]) -> None:
        """Offer these acts to those who have the right."""
        self._acts = [act for act in acts if act.is_for(self.view.actor)]
        self._props['items'] = [act.props() for act in self._acts]
        self.set_visibility(bool(self._acts))
        self.update()

    async def _act(self, event: GenericEventArguments) -> None:
        index = event.args
        if isinstance(index, int) and 0 <= index < len(self._acts):
            await carry_out(self.view, self._acts[index])


async def carry_out(view: View, act: Act) -> None:
    """Do what was chosen, after asking where it hurts."""
    if act.reason:
        return
    if act.confirm:
        from ui.kernel.forms import confirm
        if not await confirm(view, str(act.confirm), str(act.label), danger=act.danger):
            return
    if act.path:
        view.open(act.path)
    elif act.run is not None:
        await act.run()
