"""All components as one script: each is in it once, after what it imports, and nothing of it is left to fetch."""

from __future__ import annotations

import re

from tests.ui.kernel import harness
from ui.kernel import scripts
from ui.kernel.shell import Shell
from ui.modules import modules


def test_every_component_is_in_it_after_its_parts() -> None:
    assert Shell
    assert harness
    assert modules()
    text = scripts.script()
    assert scripts.names() == sorted(path.stem for path in scripts.COMPONENTS.glob('*.js'))
    made = re.findall(r'^M\["([^"]+)"\] = ', text, re.MULTILINE)
    assert len(made) == len(set(made))
    assert set(scripts.names()) <= set(made)
    assert made.index('portico') < made.index('p_frame')
    assert made.index('portico-tables/filter.js') < made.index('portico-tables') < made.index('table_list')
    assert re.findall(r'^(?:import|export) .*', text, re.MULTILINE) == [
        'import * as vue from "vue";', text.splitlines()[-1]]
    assert text.splitlines()[-1].startswith('export const components = { "nicegui-doc_head": M["doc_head"].default, ')
