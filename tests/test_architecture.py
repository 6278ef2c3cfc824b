"""The house rules that a machine can judge; each finding names file, line and rule."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from models.core.entity import CustomerOwned
from models.tables import metadata
from services.core.service import SERVICES
from tests.discovery import every_service_module

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ('models', 'services', 'ui')
LONGEST_FILE = 300
LONGEST_FUNCTION = {'models': 40, 'services': 40, 'ui': 60}
MOST_PARAMETERS = 5
BANNED_NAMES = re.compile(r'^_?((process|handle|manage)(_|$)|.*(utils?|helpers?)$)')
BANNED_TEXTS = {
    r'\brun_javascript\(\s*f[\'"]': 'pass data to JavaScript as JSON, never within an f-string',
    r'\bsanitize\s*=\s*False': 'HTML from data is always sanitised',
    r'\badd_(head|body)_html\(\s*(?![\'"]|_?[A-Z]|f.<link rel="stylesheet" href="\{design\.asset\()':
        'add_*_html takes constants and our own assets only',
    r'\bv-html\b|:innerHTML': 'templates show data as text',
    r'(?<![\w.])(eval|exec)\(|\bnew Function\(|\bdocument\.write\(': 'no text becomes code',
    r'\bshell\s*=\s*True|\bos\.popen\(': 'programs get a list of arguments',
    r'^\s*(import|from) (pickle|marshal|shelve|dill)\b|\byaml\.load\(': 'bytes from outside never become objects',
    r'\bfrom_string\(|\bTemplate\(': 'templates are files of ours',
    r'\b(md5|sha1)\((?!.*usedforsecurity=False)|\bmodes\.|\bPKCS1v15\b|\bARC4\b|\bTripleDES\b':
        'AES-GCM, SHA-2 and argon2 only',
    r'\bverify\s*=\s*False|\bCERT_NONE\b|_create_unverified|validate_certs\s*=\s*False': 'certificates are looked at',
    r'^\s*(import|from) random\b(?!.*seeded)': 'what must not be guessed comes from `secrets`',
    r'^\s*import ui\b|^\s*from ui import': 'NiceGUI is imported as `from nicegui import ui`',
    r'\b(TODO|FIXME|XXX)\b': 'finish it or leave it out',
}
METHODS_OF_OTHERS = {'process_bind_param', 'process_result_value', 'process_literal_param', 'handle_starttag',
                     'handle_endtag', 'handle_data', 'handle_startendtag', 'handle_starttls'}
DATABASE_NAMES = {'select', 'Session', 'sqlmodel', 'sqlalchemy'}


@cache
def files(layer: str) -> tuple[Path, ...]:
    return tuple(path for path in sorted((ROOT / layer).rglob('*.py')) if 'versions' not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(layer: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in files(layer):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f'{path.relative_to(ROOT)}:{node.lineno} {node.name}', node


def listed(found: list[str]) -> str:
    return '\n  '.join(['', *found])


def test_imports_point_down() -> None:
    judged = subprocess.run([sys.executable, '-c', 'import sys; from importlinter.cli import lint_imports; '
                             'sys.exit(lint_imports(no_cache=True))'], cwd=ROOT, capture_output=True, text=True,
                            check=False)
    assert judged.returncode == 0, judged.stdout


def test_modules_import_no_circle() -> None:
    assert list(circles()) == []


def circles() -> Iterator[str]:
    """Circles among the imports that run when a module is loaded."""
    graph = {module(path): imported(path) for layer in LAYERS for path in files(layer)}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> Iterator[str]:
        if name in above:
            yield ' → '.join((*above[above.index(name):], name))
        elif name in graph and name not in done:
            for other in sorted(graph[name]):
                yield from visit(other, (*above, name))
            done.add(name)

    for name in graph:
        yield from visit(name, ())


def module(path: Path) -> str:
    return '.'.join(path.relative_to(ROOT).with_suffix('').parts).removesuffix('.__init__')


@cache
def imported(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in tree(path).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f'{node.module}.{name.name}' for name in node.names)
        elif isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
    own = module(path)
    return frozenset(name for name in found if name != own and not own.startswith(f'{name}.'))


@pytest.mark.parametrize('layer', LAYERS)
def test_files_are_small(layer: str) -> None:
    found = [f'{path.relative_to(ROOT)} has {lines} lines' for path in files(layer)
             if (lines := len(path.read_text().splitlines())) > LONGEST_FILE]
    assert not found, listed(found)


@pytest.mark.parametrize('layer', LAYERS)
def test_functions_are_small(layer: str) -> None:
    found = [f'{where} has {length} lines' for where, node in functions(layer)
             if (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION[layer]]
    assert not found, listed(found)


@pytest.mark.parametrize('layer', LAYERS)
def test_functions_take_few_parameters(layer: str) -> None:
    """At most five that a caller must give; what has a name and a default does not count."""
    found = []
    for where, node in functions(layer):
        optional = sum(default is not None for default in node.args.kw_defaults)
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        if len([n for n in names if n not in ('self', 'cls')]) - optional > MOST_PARAMETERS and not is_imposed(node):
            found.append(f'{where} takes {len(names)}')
    assert not found, listed(found)


def is_imposed(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether somebody else decided on the parameters: a hook of a library, a web route, or the base of all records."""
    return node.name in {'settings_customise_sources', 'record'} or any(
        'router' in ast.unparse(d) or 'app.' in ast.unparse(d) for d in node.decorator_list)


@pytest.mark.parametrize('layer', LAYERS)
def test_names_are_the_trades(layer: str) -> None:
    found = [where for where, node in functions(layer)
             if BANNED_NAMES.match(node.name) and node.name not in METHODS_OF_OTHERS]
    found += [str(path.relative_to(ROOT)) for path in files(layer) if BANNED_NAMES.match(path.stem)]
    assert not found, listed(found)


@pytest.mark.parametrize('layer', LAYERS)
def test_nothing_dangerous_is_written(layer: str) -> None:
    found = []
    folders = [ROOT / layer, *([ROOT / 'assets'] if layer == 'ui' else [])]
    markup = (p for folder in folders for p in folder.rglob('*') if p.suffix in {'.js', '.vue', '.html'})
    for path in [*files(layer), *markup]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found += [f'{path.relative_to(ROOT)}:{number} {why}' for what, why in BANNED_TEXTS.items()
                      if re.search(what, line)]
    assert not found, listed(found)


@pytest.mark.parametrize('layer', ['models', 'services'])
def test_money_is_never_a_float(layer: str) -> None:
    """No `float(…)` call and no fractional literal beside a Decimal: seconds may be floats, amounts may not."""
    found = []
    for path in files(layer):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                literal = node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, float)
                if node.func.id == 'Decimal' and literal:
                    found.append(f'{path.relative_to(ROOT)}:{node.lineno} a Decimal from a float')
                if node.func.id == 'float' and layer == 'models':
                    found.append(f'{path.relative_to(ROOT)}:{node.lineno} a float')
    found += [f'{table.name}.{column.name} is a float' for table in metadata.tables.values() for column in table.columns
              if type(column.type).__name__ in {'Float', 'Double', 'Numeric', 'REAL'}]
    assert not found, listed(found)


def test_pages_do_not_query() -> None:
    found = []
    for path in files('ui'):
        for node in ast.walk(tree(path)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            source = (node.module or '').split('.')[0] if isinstance(node, ast.ImportFrom) else ''
            if source in DATABASE_NAMES or any(n.split('.')[0] in {'sqlmodel', 'sqlalchemy'} for n in names):
                found.append(f'{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}')
    assert not found, listed(found)


def test_only_gateways_connect_to_others() -> None:
    outward = {'socket', 'http', 'urllib.request', 'smtplib', 'aiosmtplib', 'imaplib', 'ftplib', 'stripe', 'requests',
               'httpx', 'aiohttp', 'urllib3'}
    found, gateways = [], set()
    for path in (path for layer in LAYERS for path in files(layer)):
        for node in ast.walk(tree(path)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ''] if isinstance(node, ast.ImportFrom) else []
            if outward.intersection(part for name in names for part in (name, name.split('.')[0])):
                if path.parent.name == 'gateways':
                    gateways.add(path.name)
                else:
                    found.append(f'{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}')
    assert gateways == {'smtp.py', 'stripe_payment.py', 'vat.py'}
    assert not found, listed(found)


def test_every_public_method_of_a_service_says_its_right() -> None:
    every_service_module()
    found = []
    for service in SERVICES:
        for name, member in vars(service).items():
            if callable(member) and not name.startswith('_') and not hasattr(member, 'needs') \
                    and not isinstance(member, type):
                found.append(f'{service.__module__}.{service.__name__}.{name}')
    assert SERVICES
    assert not found, listed(found)


def test_customer_owned_rows_are_not_fetched_by_key() -> None:
    owned = {cls.__name__ for cls in every_subclass(CustomerOwned)}
    found = []
    for path in files('services'):
        for node in ast.walk(tree(path)):
            if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                    and node.func.attr in {'get', 'get_one'} and 'session' in ast.unparse(node.func.value)
                    and node.args and ast.unparse(node.args[0]) in owned):
                found.append(f'{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}')
    assert owned
    assert not found, listed(found)


def every_subclass(cls: type) -> Iterator[type]:
    for child in cls.__subclasses__():
        yield child
        yield from every_subclass(child)
