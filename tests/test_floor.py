"""Nothing older than the versions in which known faults were mended (security.md, stack floor)."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

from models.core.database import SAFE_SQLITE, sqlite_driver

ROOT = Path(__file__).resolve().parent.parent
FLOOR = {
    'nicegui': '3.18.0', 'starlette': '1.3.1', 'python-multipart': '0.0.27', 'python-socketio': '5.16.2',
    'pillow': '12.2.0', 'reportlab': '3.6.13',
}


@pytest.mark.parametrize('package', FLOOR)
def test_installed_versions_are_above_the_floor(package: str) -> None:
    assert Version(version(package)) >= Version(FLOOR[package])


def test_nicegui_is_the_minor_version_whose_inside_we_wrap() -> None:
    assert version('nicegui').startswith('3.18.')


def test_sqlite_has_not_the_wal_reset_fault() -> None:
    assert sqlite_driver().sqlite_version_info >= SAFE_SQLITE


@pytest.mark.parametrize('name', ['requirements.txt', 'requirements-dev.txt'])
def test_every_package_is_pinned_and_names_no_registry(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(('#', '-r '))]
    assert [line for line in lines if not re.fullmatch(r'[A-Za-z0-9_.\[\]-]+==[A-Za-z0-9.]+(; .+)?', line)] == []


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    script = ('import sys, app, ui.server; '
              "print(*({'facturx', 'pypdf', 'openpyxl', 'stripe', 'zxcvbn'} & set(sys.modules)))")
    run = subprocess.run([sys.executable, '-c', script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ''
