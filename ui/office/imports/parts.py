"""The pieces of an import's page: columns, tiles of results, short tables of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from nicegui.element import Element

from models.core.words import _, ngettext
from services.core import formats
from services.imports.declaring import Kind
from ui.kernel import design

COMPONENTS = Path(__file__).resolve().parents[2] / 'kernel' / 'components'


class Columns(Element, component=COMPONENTS / 'import_columns.js'):
    """Which column of the file holds which field; emits `choose` with field and header."""

    def __init__(self, kind: Kind, mapping: Mapping[str, str], samples: Mapping[str, str]) -> None:
        super().__init__()
        self._props.update({
            'fields': [{'name': one.name, 'label': str(one.label), 'required': one.required} for one in kind.fields],
            'headers': list(samples), 'samples': dict(samples), 'mapping': dict(mapping), 'locked': False,
            'words': {'field': _('Field'), 'column': _('Column of the file'), 'sample': _('For example'),
                      'required': _('required'), 'none': _('not in this file')}})

    def show(self, mapping: Mapping[str, str]) -> None:
        """Show another mapping."""
        self._props['mapping'] = dict(mapping)
        self.update()


class Lines(Element, component=COMPONENTS / 'p_plain_table.js'):
    """A short table; `head` are (label, whether at the end) of its columns."""

    def __init__(self, label: str, head: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self._props.update({'label': label, 'head': [{'label': text, 'end': end} for text, end in head],
                            'rows': [list(row) for row in rows]})


def results(counts: Mapping[str, int], made: Mapping[str, int], *, rehearsed: bool) -> None:
    """What became, or would become, of the rows, as tiles."""
    notes = _made(made)
    tiles = [
        {'label': _('Would be new') if rehearsed else _('New'), 'value': formats.number(counts.get('new', 0)),
         'note': notes},
        {'label': _('Would change') if rehearsed else _('Changed'), 'value': formats.number(counts.get('changed', 0))},
        {'label': _('Skipped'),
         'value': formats.number(counts.get('unchanged', 0) + counts.get('skipped', 0)),
         'note': _('{count} of them unchanged').format(count=formats.number(counts.get('unchanged', 0)))},
        {'label': _('Wrong'), 'value': formats.number(counts.get('wrong', 0))},
    ]
    design.kpis(tiles)


def _made(made: Mapping[str, int]) -> str:
    def of(name: str) -> int:
        return made.get(name, 0)
    texts = {
        'customers': ngettext('{count} customer', '{count} customers', of('customers')),
        'items': ngettext('{count} item', '{count} items', of('items')),
        'orders': ngettext('{count} order', '{count} orders', of('orders')),
        'invoices': ngettext('{count} invoice', '{count} invoices', of('invoices')),
        'credit_notes': ngettext('{count} credit note', '{count} credit notes', of('credit_notes')),
        'categories': ngettext('{count} category', '{count} categories', of('categories')),
        'price_lists': ngettext('{count} price list', '{count} price lists', of('price_lists')),
        'warehouses': ngettext('{count} warehouse', '{count} warehouses', of('warehouses'))}
    return ' · '.join(text.format(count=formats.number(of(name))) for name, text in texts.items() if of(name))
