"""OWASP ASVS 5.0.0: each requirement of levels 1 and 2 is in docs/asvs.csv, proved or with its reason."""

from __future__ import annotations

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / 'docs' / 'asvs.csv'
COLUMNS = ['id', 'level', 'status', 'test', 'why']
STANDARD = 'v5.0.0-'
SECTIONS = {
    1: (2, 9, 11, 3, 2), 2: (3, 3, 4, 1), 3: (0, 2, 4, 6, 5, 0, 2), 4: (3, 1, 2, 4), 5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4), 7: (3, 4, 2, 5, 2, 2), 8: (2, 3, 1, 1), 9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3), 11: (2, 3, 3, 4, 1, 1), 12: (3, 2, 4), 13: (1, 5, 2, 5), 14: (2, 4, 3),
    15: (3, 3, 7), 16: (1, 5, 4, 3, 3), 17: (1, 4, 2)}
"""How many requirements of levels 1 and 2 each section of each chapter has; within a section they come first."""
LEVELS = {'1': 70, '2': 183}
STATUSES = {'met', 'not_applicable', 'exception'}

Row = dict[str, str]


@cache
def rows() -> tuple[Row, ...]:
    with TABLE.open(encoding='utf-8', newline='') as source:
        return tuple(csv.DictReader(source))


@cache
def functions(path: str) -> frozenset[str]:
    """The names of the tests of a file; none when there is no such file."""
    source = ROOT / path
    found = ast.walk(ast.parse(source.read_text())) if source.is_file() else ()
    return frozenset(node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def headings(path: str) -> frozenset[str]:
    """The headings of a document, with hyphens for blanks."""
    source = ROOT / path
    lines = source.read_text().splitlines() if source.is_file() else ()
    return frozenset(line.lstrip('# ').replace(' ', '-') for line in lines if line.startswith('#'))


def is_there(proof: str) -> bool:
    """Whether a proof, `path::test` or `document#heading`, is there."""
    if '::' in proof:
        path, _, name = proof.partition('::')
        return path.startswith('tests/') and name.startswith('test_') and name in functions(path)
    path, _, heading = proof.partition('#')
    return path.startswith('docs/') and heading in headings(path)


def faults(row: Row) -> list[str]:
    """What is wrong with one row."""
    proofs, found = row['test'].split(), []
    if row['status'] not in STATUSES:
        found.append('its status is none')
    if not proofs and not row['why']:
        found.append('has neither test nor reason')
    if row['status'] == 'met' and not proofs:
        found.append('is met by nothing')
    if row['status'] != 'met' and len(row['why']) < 10:
        found.append('has no reason')
    if not any('::' in proof for proof in proofs) and not row['why']:
        found.append('does not say why no test proves it')
    return found + [f'{proof} is not there' for proof in proofs if not is_there(proof)]


def test_every_requirement_is_there_once() -> None:
    assert list(rows()[0]) == COLUMNS
    known = [f'{STANDARD}{chapter}.{section}.{number}' for chapter, counts in SECTIONS.items()
             for section, count in enumerate(counts, 1) for number in range(1, count + 1)]
    assert [row['id'] for row in rows()] == known
    assert Counter(row['level'] for row in rows()) == LEVELS


def test_every_row_has_its_proof_or_its_reason() -> None:
    assert {row['id']: wrong for row in rows() if (wrong := faults(row))} == {}


@pytest.mark.parametrize('change', [
    {'status': 'almost'}, {'test': '', 'why': ''}, {'test': 'tests/test_asvs.py::test_nothing'},
    {'test': 'tests/none.py::test_x'}, {'test': 'docs/security.md#Nowhere'}, {'status': 'exception', 'why': ''},
    {'test': 'docs/security.md#Keys', 'why': ''}])
def test_a_wrong_row_is_found(change: Row) -> None:
    good = {'id': 'x', 'level': '1', 'status': 'met', 'why': '',
            'test': 'tests/test_asvs.py::test_every_requirement_is_there_once'}
    assert faults(good) == []
    assert faults(good | change)
