"""All components of ours as one script: a browser fetches one file instead of thirty, and knows every pane's parts.

Only what our components use of JavaScript's modules is understood: named and default imports and exports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from nicegui.dependencies import esm_modules

COMPONENTS = Path(__file__).resolve().parent / 'components'
NAME = 'components.js'
_IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\}|(?P<name>\w+)) from ["\'](?P<source>[^"\']+)["\'];?\n',
                     re.MULTILINE)
_DECLARED = re.compile(r'^export (const|function|async function|class) (\w+)', re.MULTILINE)
_DEFAULT = re.compile(r'^export default ', re.MULTILINE)
_NAMED = re.compile(r'^export \{ ([\w, ]+) \};$', re.MULTILINE)
_LEFT = re.compile(r'^\s*(?:import|export)\b.*', re.MULTILINE)


def script() -> str:
    """The script; it exports `components`, by tag. Raises ValueError for a file it does not understand."""
    return _joined(_parts())


def names() -> list[str]:
    """The names of the components that are in it, as NiceGUI calls them: all whose parts are declared by now."""
    return _names(_parts())


@lru_cache(4)
def _names(parts: tuple[tuple[str, str], ...]) -> list[str]:
    known = {name for name, _folder in parts} | {'vue'}
    return [path.stem for path in sorted(COMPONENTS.glob('*.js'))
            if {match['source'].partition('/')[0] for match in _IMPORT.finditer(path.read_text('utf-8'))} <= known]


def _parts() -> tuple[tuple[str, str], ...]:
    return tuple(sorted((module.name, str(module.path)) for module in esm_modules.values()
                        if module.path.is_relative_to(COMPONENTS)))


@lru_cache(4)
def _joined(parts: tuple[tuple[str, str], ...]) -> str:
    known = {name: Path(folder) for name, folder in parts}
    sources: dict[str, str] = {}
    tags = []
    for name in _names(parts):
        _add(name, COMPONENTS / f'{name}.js', known, sources)
        tags.append(f'"nicegui-{name}": M["{name}"].default')
    modules = '\n'.join(f'M["{name}"] = ((E) => {{\n{text}\nreturn E; }})({{}});' for name, text in sources.items())
    return (f'import * as vue from "vue";\nconst M = {{ vue }};\n{modules}\n'
            f'export const components = {{ {", ".join(tags)} }};\n')


def _add(name: str, path: Path, known: Mapping[str, Path], sources: dict[str, str]) -> None:
    """Put a file after those it imports, as a function that gives what it exports."""
    if name in sources:
        return

    def taken(match: re.Match[str]) -> str:
        source = match['source']
        if source.startswith('./'):
            folder = path.parent
            part = next(one for one, where in known.items() if where == folder)
            source = f'{part}/{source.removeprefix("./")}'
        if source != 'vue':
            part, _slash, file = source.partition('/')
            _add(source, known[part] / (file or 'index.js'), known, sources)
        return f'const {match["name"]} = M["{source}"].default;\n' if match['name'] else \
            f'const {{{match["names"].replace(" as ", ": ")}}} = M["{source}"];\n'
    text = _IMPORT.sub(taken, path.read_text('utf-8'))
    text = _DECLARED.sub(_given, text)
    text = _NAMED.sub(r'Object.assign(E, { \1 });', _DEFAULT.sub('E.default = ', text))
    if left := _LEFT.search(text):
        raise ValueError(f'{path.name}: this line cannot be joined: {left[0]}')
    sources[name] = text.strip()


def _given(match: re.Match[str]) -> str:
    """A declaration that is exported too; a function may be used above it, so it is given first."""
    kind, name = match.groups()
    if kind == 'const':
        return f'const {name} = E.{name}'
    return f'const {name} = E.{name} = class {name}' if kind == 'class' else f'E.{name} = {name}; {kind} {name}'
