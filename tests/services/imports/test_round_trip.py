"""What was exported reads back: into the same database nothing changes, into an empty one the same comes out again."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.core.database import Database
from services.core.config import Config
from services.core.errors import Forbidden, Invalid, NotFound
from services.core.runtime import Runtime
from services.exports.tables import TableExport
from services.imports.kinds import KINDS
from services.start import make_runtime
from tests.databases import make_tables
from tests.services.imports.files import HISTORY, bring_in, counts, invoices, take_out, write
from tests.world import World

HEAD = ('SKU', 'Name', 'name_pl', 'Description', 'Specification', 'Max', 'Weight')


def fill(runtime: Runtime, folder: Path) -> None:
    """Rows of every kind, with texts that could go wrong on the way."""
    bring_in(
        runtime,
        'items',
        write(
            folder,
            HEAD,
            [
                ['ODD-1', '=1+1', 'Żółw; "a", b', 'two\nlines', 'Size: 5; Note: a, b', '', '0.5'],
                ['ODD-2', '-minus', '', '', '', '', ''],
            ],
        ),
    )
    bring_in(runtime, 'customers', write(folder, ('Account', 'Name', 'Phone', 'Country'), [
        ['C-30001', "O'Neill & Søn", '+49 40 123', 'DK'], ['C-30002', '@home', '', '']]))
    bring_in(runtime, 'sales-history', write(folder, HISTORY, invoices(20)), currency='EUR')


@pytest.mark.parametrize('ending', ['csv', 'xlsx'])
def test_nothing_changes(world: World, runtime: Runtime, tmp_path: Path, ending: str) -> None:
    fill(runtime, tmp_path)
    for name in KINDS.keys() - {'tracking'}:  # nothing is on its way; tests/services/shipments tries that one
        target = tmp_path / f'{name}.{ending}'
        rows = take_out(runtime, name, target)
        assert rows > 0
        assert counts(bring_in(runtime, name, target)) == {'unchanged': rows}


def test_an_empty_installation_becomes_the_same(world: World, runtime: Runtime, tmp_path: Path) -> None:
    fill(runtime, tmp_path)
    (tmp_path / 'other').mkdir()
    address = f'sqlite:///{tmp_path / "other" / "portico.sqlite"}'
    make_tables(address)
    other = make_runtime(Config(data_dir=tmp_path / 'other', database_url=address), Database(address))
    for name in ('items', 'customers', 'prices', 'stock', 'orders'):
        source, target = tmp_path / f'{name}.csv', tmp_path / 'other' / f'{name}.csv'
        rows = take_out(runtime, name, source)
        assert counts(bring_in(other, name, source)) == {'new': rows}
        take_out(other, name, target)
        assert target.read_text() == source.read_text()
    other.database.close()


@pytest.mark.parametrize('store', ['sqlite'], indirect=True)
def test_exports_ask_for_rights_and_a_kind_of_file(world: World, runtime: Runtime, tmp_path: Path) -> None:
    assert [kind.name for kind in runtime.run(world.wim, TableExport.kinds)] == [
        'items', 'customers', 'stock', 'orders', 'sales-history', 'tracking']
    for person, kind in ((world.wim, 'prices'), (world.mara, 'items'), (world.vera, 'orders')):
        with pytest.raises(Forbidden):
            runtime.run(person, TableExport.write, kind, tmp_path / 'out.csv')
    with pytest.raises(Invalid):
        runtime.run(world.olga, TableExport.write, 'items', tmp_path / 'out.pdf')
    with pytest.raises(NotFound):
        runtime.run(world.olga, TableExport.write, 'users', tmp_path / 'out.csv')
