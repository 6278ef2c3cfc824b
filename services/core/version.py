"""Which Portico this is."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def version() -> str:
    """The version of Portico, as pyproject.toml says it."""
    with (Path(__file__).resolve().parents[2] / 'pyproject.toml').open('rb') as source:
        return str(tomllib.load(source)['project']['version'])
